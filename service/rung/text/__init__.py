"""Texts: decoding, sentences, statements, cues, duties, family and level."""
