"""The part of docs/PERMISSIONS.md that is generated from the table in model/roles.py.

``python -m tests.core.permission_page`` updates it; ``test_permissions.py`` fails while the page differs from
the table.
"""

from itertools import groupby
from pathlib import Path

from muca.model.roles import Place, RoomCondition, Standing, Verb, may

PAGE = Path(__file__).parents[2] / "docs/PERMISSIONS.md"
BEGIN, END = "<!-- made from the table: begin -->\n", "<!-- made from the table: end -->\n"

TITLES = {
    Place.SERVER: "On the server (no `ROOM`)",
    Place.LOBBY: "In the lobby",
    Place.PUBLIC: "In a public room",
    Place.PRIVATE: "In a private room",
    Place.DIRECT: "In a direct or group room",
    Place.GROUP: "In a direct or group room",
}

DEEDS = {
    Verb.SEE: "see and read: `HISTORY`, `VERSIONS`, `PINS`, `MEMBERS`, what `SEARCH` finds",
    Verb.SEND: "write: `SEND`",
    Verb.EDIT: "`EDIT` your own message",
    Verb.DELETE_OWN: "`DELETE` your own message, `PURGE` all of them",
    Verb.DELETE_OTHER: "`DELETE` or `PURGE` other people's messages",
    Verb.REACT: "`REACT`, `UNREACT`",
    Verb.PIN: "`PIN`, `UNPIN`",
    Verb.TYPING: "`TYPING`",
    Verb.READ: "move your read marker: `READ`",
    Verb.ENTER: "`ENTER`",
    Verb.EXIT: "`EXIT`",
    Verb.INVITE: "`INVITE`",
    Verb.SET: "`SET` title, topic, read-only, slow mode",
    Verb.ARCHIVE: "`SET` archived, private",
    Verb.KEEP: "`SET` how long events are kept",
    Verb.DELETE_ROOM: "`DELETE_ROOM`",
    Verb.KICK: "`KICK`",
    Verb.MUTE: "`MUTE`, `UNMUTE`",
    Verb.BAN: "`BAN`, `UNBAN` people",
    Verb.BAN_ADDRESS: "`BAN`, `UNBAN` addresses",
    Verb.ROLE: "assign roles: `ROLE`",
    Verb.REPORT: "`REPORT` a message",
    Verb.MODERATE: "`BANS`, `REPORTS`, `RESOLVE`, `AUDIT`",
    Verb.NUMBERS: "`NUMBERS`",
    Verb.UPLOAD: "upload a file: `POST /files`",
    Verb.CREATE: "`CREATE` a room",
    Verb.DIRECTORY: "list rooms: `ROOMS`",
    Verb.INVITATION: "`INVITATION`, `INVITATIONS`, `WITHDRAW`",
}

WORDS = {
    (): "–",
    (RoomCondition.OPEN,): "open",
    (RoomCondition.OPEN, RoomCondition.READ_ONLY): "live",
    tuple(RoomCondition): "yes",
}
"""What stands in a cell, by the conditions in which it is allowed."""


_POWERFUL = {Standing.OWNER, Standing.MODERATOR}
NOBODY = {
    Place.PUBLIC: {Standing.GUEST},
    Place.PRIVATE: {Standing.GUEST},
    Place.DIRECT: _POWERFUL,
    Place.GROUP: _POWERFUL,
}
"""Columns without anybody in them: no guest can be invited into a named room, and in conversations all are equal."""


def made_from_table() -> str:
    """Return the tables, one for each sort of place."""
    parts = []
    for title, places in groupby(Place, lambda place: TITLES[place]):
        (table,) = {_table(place) for place in places}  # direct and group rooms are the same
        parts.append(f"## {title}\n\n{table}")
    return "\n".join(parts)


def _table(place: Place) -> str:
    possible = [standing for standing in Standing if standing not in NOBODY.get(place, ())]
    standings = [standing for standing in possible if any(_cell(verb, standing, place) != "–" for verb in Verb)]
    lines = [["", *(standing.value for standing in standings)], ["---", *(":-:" for _ in standings)]]
    for verb in Verb:
        cells = [_cell(verb, standing, place) for standing in standings]
        if set(cells) != {"–"}:
            lines.append([DEEDS[verb], *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(verb: Verb, standing: Standing, place: Place) -> str:
    allowed = tuple(condition for condition in RoomCondition if may(verb, standing, place, condition))
    return "yes" if place is Place.SERVER and allowed else WORDS[allowed]


def renewed(page: str) -> str:
    """Return the page with what the table says now."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{made_from_table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
