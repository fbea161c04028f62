"""Checks that a request can be encoded, when the caller makes it and not later, when it is sent."""

from typing import Final

import msgspec

from muca.client.errors import BadArgument
from muca.model.limits import AnnouncedLimits
from muca.model.requests import Request

_ID_CHARS_MAX: Final = AnnouncedLimits().request_id_chars_max

_HALF_A_CHARACTER: Final = "contains half of a surrogate pair, which is not a character"


def check_request(request: Request) -> None:
    """Check the types of a request's fields, that its texts are valid Unicode, and the length of its ID.

    A server could not answer a request with a longer ID. Raises ``BadArgument``.
    """
    try:
        # msgspec would encode bytes in base64, which nobody intends.
        msgspec.convert(msgspec.to_builtins(request, builtin_types=(bytes, bytearray, memoryview)), type(request))
        msgspec.json.encode(request)
    except msgspec.ValidationError as error:
        raise BadArgument(f"This cannot be sent: {error}.") from None
    except (UnicodeEncodeError, TypeError) as error:
        why = f"the text {_HALF_A_CHARACTER}" if isinstance(error, UnicodeEncodeError) else str(error)
        raise BadArgument(f"This cannot be sent: {why}.") from None
    request_id = getattr(request, "request_id", None)
    if request_id is not None and not 1 <= len(request_id) <= _ID_CHARS_MAX:
        raise BadArgument(f"The ID of a request has 1 to {_ID_CHARS_MAX} characters.")


def check_name(name: str) -> str:
    """Return a file's name unchanged. Raises ``BadArgument``."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise BadArgument(f"The file name {name!r} {_HALF_A_CHARACTER}; give another one as name.") from None
    return name
