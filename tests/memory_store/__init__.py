"""The in-memory store: the reference for what every store does, and fast enough for simulations."""
