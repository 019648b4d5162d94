"""Texts: sentences, cues and what the duties say."""
