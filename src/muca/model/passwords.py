"""Which passwords are too easily guessed."""

from collections.abc import Iterable
from typing import Final

from muca.model.limits import AnnouncedLimits

_OFTEN_LEAKED: Final = """
    11223344 12121212 123123123 12341234 12344321 12345678 123456789 1234567890 123456789a 1234qwer 123qweasd 147258369
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx 20202020 87654321 987654321 aa123456 abc12345 abcd1234 abcdefgh access14 admin123
    administrator asdf1234 asdfasdf asdfghjk asdfghjkl baseball basketball changeme charlie1 computer dragon123 football
    iloveyou internet jennifer letmein1 liverpool michelle passw0rd passwort passwort1 password password1 password12
    password123 princess q1w2e3r4 qazwsxedc qwer1234 qwert123 qwertyui qwertyuiop qwertz123 qwertzuiop starwars sunshine
    superman trustno1 welcome1 whatever zaq12wsx
"""
_GUESSED_FIRST: Final = frozenset(_OFTEN_LEAKED.split())
"""The passwords most frequent in leaks that are long enough to be allowed otherwise."""


def password_weakness(password: str, names: Iterable[str], limits: AnnouncedLimits) -> str | None:
    """Explain in a sentence why a password is too short, too long or too easy to guess; None: it is acceptable.

    ``names``: the user id and the nickname.
    """
    chars_min, chars_max = limits.password_chars_min, limits.password_chars_max
    if not chars_min <= len(password) <= chars_max:
        return f"The password has {len(password)} characters; {chars_min} to {chars_max} are allowed."
    if password.casefold() in {name.casefold() for name in names}:
        return "The password must not be the user id or the nickname."
    if password.casefold() in _GUESSED_FIRST or len(set(password)) == 1:
        return "The password is too easy to guess."
    return None
