"""What a dialect can express. ``core`` and ``server`` ask this record instead of for a dialect by its name."""

from typing import NamedTuple


class Abilities(NamedTuple):
    """The abilities of one dialect. The defaults are those of v2; a dialect lists what it lacks."""

    is_answered: bool = True
    """Whether requests are answered. Otherwise only JOIN is, and SEND leaves out recipients that cannot be found."""
    is_pinged: bool = True
    """Whether a silent client is sent PING, and closed if it does not answer."""
    has_accounts: bool = True
    """Whether a client can prove whose UID it uses. Otherwise no other connection may use the UID at the same time."""
    has_rooms: bool = True
    """Whether pushes name their room. Otherwise the client gets those of the lobby and of its conversations only."""
    has_files: bool = True
    """Whether a message can have files. Otherwise its text gets a link to each of them."""
    hears_itself: bool = True
    """Whether a sender's own messages are pushed to it."""
    hears_changes: bool = True
    """Whether each join and departure is pushed (PEER). Otherwise the client gets a LIST of everyone after a change."""
    takes_batches: bool = True
    """Whether all pushes of a tick may arrive at once, room by room. Otherwise they go out one by one in their original
    order, with pauses."""
