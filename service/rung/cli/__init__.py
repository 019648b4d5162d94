"""One module a command of `rung`; each has ``register(subparsers)`` and a handler that returns the exit code."""
