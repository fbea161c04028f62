"""The desktop window, in Tk. Each part of the window is a module; what they show and do is decided in ``muca.ui``."""
