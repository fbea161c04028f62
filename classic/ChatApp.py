"""The chat window: python3 ChatApp.py [config]"""

import sys

from _muca import find_muca

find_muca()

from muca.cli import app  # noqa: E402  (only now is it sure to be there)

if len(sys.argv) > 2:
    sys.exit("Use: python3 ChatApp.py [config]")
app(["desktop", *sys.argv[1:]])
