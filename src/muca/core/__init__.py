"""The Hub turns inputs into effects. It is synchronous and deterministic: no I/O, no clock, no randomness."""

from muca.core.hub import Hub

__all__ = ["Hub"]
