"""``muca forget``: accepts the new key of a server that was reinstalled."""

import sys


def forget(address: str, /) -> int:
    """Forget the key of a server, so that this machine accepts its new key. You keep your user id and access token.

    Do this only if the server's operator confirms that the key has changed.

    Parameters
    ----------
    address
        Address of the server, as you entered it when you joined: host or host:port (default port: 40452).
    """
    from muca.client import FileTokenStore, MucaError
    from muca.client.address import parse_address

    try:
        place = str(parse_address(address))
        was_known = FileTokenStore().forget(place)
    except (ValueError, MucaError) as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    if not was_known:
        print(f"muca: No key is stored for {place}; check the port.", file=sys.stderr)
        return 1
    print(f"Forgot the key of {place}. At the next connection, its new key is remembered.")
    return 0
