"""The ladders, the relations between them, and readings on them."""
