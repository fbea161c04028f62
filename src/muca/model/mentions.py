"""Mentions: whom a text mentions, and where.

Clients say so themselves: SEND and EDIT carry ``MENTIONS``. For programs that cannot, this is the rule:

1. An ``@`` counts unless it is inside code, inside a URL, or after a backslash. It must not follow a letter or digit
   (except in scripts without spaces between words), a ``/``, a ``=``, or a ``.`` after a word.
2. It must be followed by the name of somebody in the room: a nickname, compared as nicknames are, or a UID in its exact
   spelling. ``room`` means everyone in the room. The name must end where the word ends: no letter or digit may follow
   it, nor one of ``-`` (any dash), ``_``, ``.``, ``+``, ``/`` and ``@`` with a letter. Names in scripts without spaces
   may be followed by letters.
3. If several names fit, an account takes precedence over a guest; then the longest name wins, not counting punctuation
   at its end; then the name of an account with a password. Everyone with that name is mentioned.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache, partial
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeVar

import regex

from muca.model.characters import with_few_marks, without_ignored
from muca.model.ids import Uid
from muca.model.wire import Wire

_Named = TypeVar("_Named")

EVERYONE: Final[Uid] = ""
"""Represents everyone in a room: no UID is empty."""

ROOM_NAME: Final = "room"
"""The name of everyone in a room."""

NAME_CHARS_MAX: Final = 256
"""Characters after an ``@`` that a name can span: twice those of a UID, for spaces and accents that are folded."""

PLACES_TRIED_MAX: Final = 200
"""Occurrences of an ``@`` that counts that are examined in one text, whether or not a name follows."""

AT_SIGNS: Final = frozenset("@\uff20\ufe6b")
"""The characters that begin a mention: East Asian keyboards produce a wide ``@``."""

MARKERS_MAX: Final = 16
"""Emphasis characters before an ``@`` that are skipped."""

NAMESAKES_MAX: Final = 100
"""People found by one name; beyond it, only those who have a password."""


class Mention(Wire, frozen=True, kw_only=True):
    """Somebody mentioned, and where in the text: ``length`` characters (code points) from ``begin``."""

    uid: Uid | None = None
    """None only with ``room``."""
    room: bool = False
    """Everyone in the room is mentioned."""
    begin: int
    length: int
    """Including the ``@``."""


class Mentioned(NamedTuple):
    """All mentions of a text."""

    places: tuple[Mention, ...] = ()
    uids: tuple[Uid, ...] = ()
    everyone: bool = False

    @classmethod
    def at(cls, places: Iterable[Mention]) -> "Mentioned":
        """Sum up these places, in any order, each once; ``NOBODY`` where there are none."""
        return cls.of(tuple(sorted(set(places), key=lambda place: (place.begin, place.uid or ""))))

    @classmethod
    def of(cls, places: tuple[Mention, ...]) -> "Mentioned":
        """Sum up places that are in order, and different; ``NOBODY`` where there are none."""
        if not places:
            return NOBODY
        uids = dict.fromkeys([place.uid for place in places if place.uid is not None])
        return cls(places, tuple(uids), any(place.room for place in places))

    @property
    def counted(self) -> tuple[Uid, ...]:
        """Whose counts of mentions increase. ``EVERYONE`` includes the others, so that nobody counts twice."""
        return (EVERYONE,) if self.everyone else self.uids


NOBODY: Final = Mentioned()


def may_mention(text: str) -> bool:
    """Return whether a text contains a character that begins a mention: a cheap test before the real work."""
    return "@" in text or (not text.isascii() and any(sign in text for sign in AT_SIGNS))


def as_fields(mentioned: Mentioned) -> dict[str, Any]:
    """Return the fields of a ``Message`` or ``Event`` that say who is mentioned."""
    return {"mentions": mentioned.uids, "mentions_room": mentioned.everyone, "mention_places": mentioned.places}


def mention_fault(text: str, mentions: tuple[Mention, ...]) -> str | None:
    """Describe what is wrong with the mentions that a client sent with a text; None: nothing."""
    for mention in mentions:
        if (mention.uid is None) is not mention.room:
            return "MENTIONS needs either UID or ROOM true in each object, not both."
        begin, end = mention.begin, mention.begin + mention.length
        if begin < 0 or mention.length < 2 or end > len(text):
            inside = f"within the {len(text)} characters of MSG, and LENGTH 2 or more"
            return f"MENTIONS has a BEGIN of {begin} and a LENGTH of {mention.length}: they must be {inside}."
        if text[begin] not in AT_SIGNS:
            return f"MENTIONS must begin at an @ in MSG; the character at {begin} is not one."
    places = sorted({(mention.begin, mention.begin + mention.length) for mention in mentions})
    for (_, end), (begin, _) in pairwise(places):
        if begin < end:
            return f"MENTIONS must not overlap; those at {begin} do."
    return None


class Rank(IntEnum):
    """The precedence of people whose names conflict."""

    GUEST = 0
    ACCOUNT = 1
    PROTECTED = 2
    """An account with a password."""


class _Name:
    """A name, and the people who have it."""

    __slots__ = ("core", "nicknamed", "uids")

    def __init__(self, key: str) -> None:
        self.core = len(_TRAILING.sub("", key)) or len(key)
        """Its length without punctuation at its end."""
        self.nicknamed: dict[Uid, Rank] = {}
        self.uids: dict[Uid, Rank] = {}
        """People whose UID it is; each counts only in its exact spelling."""

    def holders_of(self, spelled: str) -> dict[Uid, Rank]:
        """Return who has the name in this spelling."""
        rank = self.uids.get(spelled)
        return self.nicknamed if rank is None else {**self.nicknamed, spelled: rank}


class Names:
    """An index of the names of the people in a room, for finding the names that a text contains."""

    def __init__(self) -> None:
        self._names: dict[str, _Name] = {}
        self._sorted: list[str] = []
        """The same names, sorted: names with the same prefix are adjacent."""
        self._keys: dict[Uid, tuple[str, str]] = {}
        """The keys of each person's nickname and UID."""
        self._name(ROOM_NAME).nicknamed[EVERYONE] = Rank.PROTECTED

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self._keys)

    def put(self, uid: Uid, nickname: str, rank: Rank) -> None:
        """Add somebody, or change their nickname or rank."""
        self.drop(uid)
        self._keys[uid] = _folded(nickname), _folded(uid)
        nicknamed = self._name(self._keys[uid][0]).nicknamed
        if len(nicknamed) < NAMESAKES_MAX or rank is Rank.PROTECTED:
            nicknamed[uid] = rank
        self._name(self._keys[uid][1]).uids[uid] = rank

    def _name(self, key: str) -> _Name:
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = _Name(key)
            insort(self._sorted, key)
        return name

    def drop(self, uid: Uid) -> None:
        """Remove somebody, if present."""
        for key in set(self._keys.pop(uid, ())):
            name = self._names[key]
            name.nicknamed.pop(uid, None)
            name.uids.pop(uid, None)
            if not name.nicknamed and not name.uids:
                del self._names[key]
                del self._sorted[bisect_left(self._sorted, key)]

    def find(self, text: str, mentions_max: int) -> tuple[Mention, ...]:
        """Return the mentions of a text, in order, people with the same name by UID; at most ``mentions_max``."""
        found: list[Mention] = []
        for begin, named in islice(counted(text, partial(self._longest, text)), PLACES_TRIED_MAX):
            if named is not None:
                end, uids = named
                length = end - begin
                found += [Mention(uid=uid or None, room=not uid, begin=begin, length=length) for uid in sorted(uids)]
            if len(found) >= mentions_max:
                break
        return tuple(found[:mentions_max])

    def _longest(self, text: str, at: int) -> tuple[int, list[Uid]] | None:
        """Return the end of the name that follows this ``@``, and who has it."""
        best: tuple[tuple[bool, int, Rank, int], int, list[Uid]] | None = None
        for key, end in self._names_in(text, at + 1):
            name = self._names[key]
            holders = name.holders_of(text[at + 1 : end])
            if not holders:
                continue
            rank = max(holders.values())
            score = bool(rank), name.core, rank, len(key)
            if best is None or score > best[0]:
                uids = [uid for uid, others in holders.items() if bool(others) is bool(rank)]
                best = score, end, [EVERYONE] if EVERYONE in holders else uids
        return best[1:] if best is not None else None

    def _names_in(self, text: str, begin: int) -> Iterator[tuple[str, int]]:
        """Yield the names that the text has from here on, folded, and where each ends."""
        folded, place = "", 0
        for piece, end in _pieces(text, begin, min(begin + NAME_CHARS_MAX, len(text))):
            folded += piece
            place = bisect_left(self._sorted, folded, place)
            if place == len(self._sorted) or not self._sorted[place].startswith(folded):
                return
            if self._sorted[place] == folded and not goes_on(text, end):
                yield folded, end


def counted(
    text: str, name_at: Callable[[int], tuple[int, _Named] | None]
) -> Iterator[tuple[int, tuple[int, _Named] | None]]:
    """Yield the place of each ``@`` that counts, with what ``name_at`` gives for it: the end of the name and its value.

    None: there is no name. An ``@`` inside a name does not count.
    """
    end = 0
    quoted = _quoted(text)
    for at in _AT.finditer(text):
        begin = at.start()
        if begin < end or not may_begin(text, begin, end) or _is_within(begin, quoted):
            continue
        named = name_at(begin)
        yield begin, named
        if named is not None:
            end = named[0]


_AT_SIGNS: Final = "".join(sorted(AT_SIGNS))
_AT: Final = re.compile(rf"[{_AT_SIGNS}](?=[^\s{_AT_SIGNS}])")
_ACCENTS: Final = frozenset({"Mn", "Mc", "Me"})
_MARKERS: Final = AT_SIGNS | frozenset("*_~")
"""Characters skipped before an ``@``: emphasis, and another ``@``."""
_LINE_END: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BELONGS: Final = r"[\p{M}\u200C\u200D\u1160-\u11FF\uD7B0-\uD7FF]"
_PIECE: Final = regex.compile(rf"(?V1)[0-9A-Za-z]+(?!{_BELONGS})|\s+|\S{_BELONGS}*")
"""A run of letters and digits within which no name can end. Or spaces side by side.

Or a character with what belongs to it: accents, joiners, the vowel and final of Hangul.
"""
_SPACES: Final = re.compile(r"\s+")
_TRAILING: Final = re.compile(r"\W+\Z")
_DASHES: Final = "-\u00ad\u058a\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_GOES_ON: Final = re.compile(rf"(?:[{_DASHES}.+/{_AT_SIGNS}]|_+)[^\W_]|:[\w-]+\.[^\W_]")
_EQUAL_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\uff07", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    }
)
"""All apostrophes are equal, and all dashes, as in searches."""
_NO_ADDRESS: Final = (
    r"\s<>()\u2018-\u201f\u3000-\u3004\u3008-\u3020\uff01-\uff0f\uff1a-\uff1f\uff3b-\uff3d\uff5b-\uff65"
)
_ADDRESS: Final = re.compile(
    r"(?:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,31}://|\bwww\.|\bmailto:)"
    rf"(?:\([^{_NO_ADDRESS}]*\)?|[^{_NO_ADDRESS}])*",
    re.IGNORECASE | re.ASCII,
)
"""A URL ends before a bracket that it does not open, quotation marks, and East Asian punctuation."""
_UNSPACED: Final = re.compile(
    "[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u303b\u3041-\u3096\u309d-\u30fa"
    "\u30fc-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
"""Scripts that put no spaces around a name: Thai to Myanmar, Khmer, Hangul, Han, Kana and related ones."""
_FENCE: Final = re.compile(
    r"^([ ]*(?:(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?=[ ]))[ ]*)*)(`{3,}|~{3,})(.*)$", re.MULTILINE | re.ASCII
)
"""The beginning of the line (markers of quotes and list items), the fence, and the rest of the line."""
_CONTAINER: Final = re.compile(r"[ ]*(?:(>)[ ]?|[^ >]+[ ]+)")
_QUOTE: Final = re.compile(r"[ ]{0,3}>[ ]?")
_FENCE_CLOSE: Final = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[ \t\r]*")
_BLANK_LINE: Final = re.compile(r"\n[ \t>]*\r?(?=\n)")
_TICKS: Final = re.compile(r"\\[\s\S]|`+")


def _quoted(text: str) -> list[tuple[int, int]]:
    """Return where code and URLs are, in order; overlapping ones are merged."""
    code = list(_code(text)) if "`" in text or "~~~" in text else []
    has_address = "://" in text or "www." in (lower := text.lower()) or "mailto:" in lower
    addresses = [found.span() for found in _ADDRESS.finditer(text)] if has_address else []
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(code + addresses):
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _is_within(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    index = bisect_right(spans, place, key=itemgetter(0))
    return index > 0 and place < spans[index - 1][1]


def may_begin(text: str, begin: int, last_end: int) -> bool:
    """Return whether this ``@`` can begin a mention, judging by what precedes it."""
    place = begin
    while place and text[place - 1] == "\\":
        place -= 1
    if place < begin:
        return (begin - place) % 2 == 0
    while place > max(begin - MARKERS_MAX, 0) and text[place - 1] in _MARKERS:
        place -= 1
    if not place:
        return True
    before = text[place - 1]
    if before == "/":
        return place - 1 == last_end > 0  # "@Ann/@Bob"
    if before == ".":
        return place < 2 or not _is_of_word(text[place - 2])
    return before != "=" and (not _is_of_word(before) or _is_unspaced(before))


def goes_on(text: str, end: int) -> bool:
    """Return whether the word continues where a name ends."""
    if end == len(text):
        return False
    if _is_of_word(text[end]):
        return not (_is_unspaced(text[end]) or _is_unspaced(text[end - 1]))
    return _GOES_ON.match(text, end) is not None


def _is_of_word(character: str) -> bool:
    """Return whether it is a letter, a digit or an accent."""
    return character.isalnum() or (not character.isascii() and unicodedata.category(character) in _ACCENTS)


def _is_unspaced(character: str) -> bool:
    return not character.isascii() and _UNSPACED.match(character) is not None


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Yield where code is, as in CommonMark: fenced blocks and code spans."""
    begin = 0
    while begin < len(text):
        fence = _FENCE.search(text, begin)
        while fence is not None and "`" in fence[3] and fence[2][0] == "`":
            fence = _FENCE.search(text, fence.end())
        end = fence.start() if fence is not None else len(text)
        for blank in _BLANK_LINE.finditer(text, begin, end):
            yield from _spans(text, begin, blank.start())
            begin = blank.end()
        yield from _spans(text, begin, end)
        if fence is None:
            return
        begin = _fence_end(text, fence)
        yield fence.start(), begin


def _fence_end(text: str, fence: re.Match[str]) -> int:
    """Return the end of a fenced block: its closing fence, or the end of the quote or list item around it."""
    containers, rest = [], 0
    for found in _CONTAINER.finditer(fence[1]):
        containers.append(0 if found[1] else len(found[0]))
        rest = found.end()
    if len(fence[1]) - rest > 3:  # only a list item that began on an earlier line allows this indentation
        containers.append(len(fence[1]) - rest)
    is_quoted = 0 in containers
    begin = fence.end() + 1
    while begin < len(text):
        end = text.find("\n", begin)
        end = end if end >= 0 else len(text)
        if text[begin:end].strip():
            inside = _inside(text, begin, end, containers)
            if inside is None:
                return begin
            close = _FENCE_CLOSE.fullmatch(text, inside, end)
            if close is not None and close[1].startswith(fence[2]):
                return end
        elif is_quoted:
            return begin
        begin = end + 1
    return len(text)


def _inside(text: str, begin: int, end: int, containers: Sequence[int]) -> int | None:
    """Return where a line's content begins within quotes (0) and list items (their widths); None: it is outside."""
    for width in containers:
        if width:
            if text[begin : min(begin + width, end)] != " " * width:
                return None
            begin += width
        else:
            quote = _QUOTE.match(text, begin, end)
            if quote is None:
                return None
            begin = quote.end()
    return begin


def _spans(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where code spans are: from a run of backticks to the next run of the same length."""
    runs = [found for found in _TICKS.finditer(text, begin, end) if found[0][0] == "`"]
    later: dict[int, list[int]] = {}
    for number in reversed(range(len(runs))):
        later.setdefault(len(runs[number][0]), []).append(number)
    number = 0
    while number < len(runs):
        same = later[len(runs[number][0])]
        while same and same[-1] <= number:
            same.pop()
        if same:
            yield runs[number].start(), runs[same[-1]].end()
            number = same[-1]
        number += 1


def _pieces(text: str, begin: int, limit: int) -> Iterator[tuple[str, int]]:
    """Yield each piece of a line, folded, and where it ends. Spaces side by side are one."""
    for found in _PIECE.finditer(text, begin, limit):
        piece = found[0]
        if piece.isalnum() and piece.isascii():
            yield piece.lower(), found.end()
        elif not piece.isspace():
            yield _folded_piece(piece), found.end()
        elif _LINE_END.search(piece) is None:
            yield " ", found.end()
        else:
            return


@lru_cache(maxsize=16_384)
def _folded_piece(piece: str) -> str:
    """Fold one character with its accents, as ``nickname_key`` does but without its work for whole names."""
    if piece.isascii():
        return piece.lower()
    bare = with_few_marks(without_ignored(piece.translate(_EQUAL_SIGNS)))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", bare).casefold())
    return " ".join(folded.casefold().split())


def _folded(name: str) -> str:
    """Fold a name character by character, in the same way as a text."""
    name = _SPACES.sub(" ", name.strip())
    return "".join(piece for piece, _ in _pieces(name, 0, len(name)))
