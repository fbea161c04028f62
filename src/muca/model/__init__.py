"""The words of muca: ids, requests, replies, pushes, rooms, error codes, limits.

Imports nothing else of muca, does no I/O. Everything here is a value.
"""
