"""Evidence to probabilities to an answer, and its explanation."""
