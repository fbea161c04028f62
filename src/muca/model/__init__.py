"""The data types of muca: ids, requests, replies, pushes, rooms, error codes, limits.

Imports nothing else from muca and does no I/O. Everything here is an immutable value or a pure function.
"""
