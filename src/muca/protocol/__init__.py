"""Bytes to words and back, one module a dialect. No I/O, no clock."""
