"""``python -m muca`` is the command ``muca``."""

from muca.cli import main

if __name__ == "__main__":
    main()
