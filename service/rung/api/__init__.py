"""The HTTP service: ``create_app(normaliser, settings)`` gives a FastAPI application; nothing in here reads the environment."""

from rung.api.app import create_app

__all__ = ["create_app"]
