"""Settings: what the command line and the service read from the environment, all prefixed ``RUNG_``; docs/settings.md lists them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings; frozen, read once where a command starts."""

    model_config = SettingsConfigDict(env_prefix="RUNG_", frozen=True, extra="ignore")

    model: Path | None = Field(None, description="Folder of the model to load; the newest one shipped with Rung where unset.")
    ladders: Path | None = Field(None, description="Folder of further ladder files (YAML), read beside those of the model.")
    host: str = Field("127.0.0.1", description="Address to listen on; other than loopback only with API keys or --insecure.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    cache: int = Field(20_000, ge=0, description="Titles whose answers are kept in memory; 0 keeps none.")
    max_title: int = Field(500, ge=1, description="Longest title, in characters.")
    max_description: int = Field(50_000, ge=1, description="Longest description, in characters.")
    max_batch: int = Field(1_000, ge=1, description="Most queries of one batch.")
    max_body: int = Field(8_000_000, ge=1_000, description="Largest request body, in bytes; streams are not limited by it.")
