"""Titles: clean, parse, and look up what they mean."""
