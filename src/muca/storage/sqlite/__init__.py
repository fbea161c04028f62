"""The SQLite store. ``store.py`` is the class; the other modules are its parts."""
