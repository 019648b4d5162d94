"""The compiled kernel and its plain fallback."""
