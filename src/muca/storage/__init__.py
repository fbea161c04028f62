"""Stores: where events are kept. One interface with several implementations."""
