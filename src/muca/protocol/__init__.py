"""Encoding and decoding of frames, one module for each dialect. No I/O, no clock."""
