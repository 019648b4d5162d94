"""What the texts and the caller state of the organisation, and what that changes."""
