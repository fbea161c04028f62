"""The desktop window, in Tk. Each part of the window is a module; its logic is in ``muca.ui``."""
