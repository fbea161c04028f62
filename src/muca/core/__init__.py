"""The Hub: inputs come in, effects go out. Synchronous and deterministic: no I/O, no clock, no chance of its own."""

from muca.core.hub import Hub

__all__ = ["Hub"]
