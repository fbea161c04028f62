"""Stores: where events are kept. One interface, several drivers behind it."""
