"""Checks that a request can be encoded, when the caller makes it and not later, when it is sent."""

from typing import Final

import msgspec

from muca.client.errors import BadArgument
from muca.model.requests import Request

_HALF_A_CHARACTER: Final = "contains half of a surrogate pair, which is not a character"


def check_request(request: Request) -> None:
    """Check the types of a request's fields, and that its texts are valid Unicode. Raises ``BadArgument``."""
    try:
        # msgspec would encode bytes in base64, which nobody intends.
        msgspec.convert(msgspec.to_builtins(request, builtin_types=(bytes, bytearray, memoryview)), type(request))
        msgspec.json.encode(request)
    except msgspec.ValidationError as error:
        raise BadArgument(f"This cannot be sent: {error}.") from None
    except (UnicodeEncodeError, TypeError) as error:
        why = f"the text {_HALF_A_CHARACTER}" if isinstance(error, UnicodeEncodeError) else str(error)
        raise BadArgument(f"This cannot be sent: {why}.") from None


def check_name(name: str) -> str:
    """Return a file's name unchanged. Raises ``BadArgument``."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise BadArgument(f"The file name {name!r} {_HALF_A_CHARACTER}; give another one as name.") from None
    return name
