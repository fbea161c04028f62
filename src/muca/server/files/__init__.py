"""Uploaded files: detecting their type, stripping metadata, and storing their bytes."""
