"""``muca forget``: a server that was set up anew may show its new key."""

import sys


def forget(address: str, /) -> int:
    """Forget the key that a server has shown over TLS on this machine; who you are there stays as it is.

    Only when whoever runs the server says that it has another key now.

    Parameters
    ----------
    address
        Address of the server as it was entered to join: host or host:port (default port: 40452).
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
        print(f"muca: No key is remembered for {place}; check the port.", file=sys.stderr)
        return 1
    print(f"Forgot the key of {place}. The next key that it shows will be remembered.")
    return 0
