"""History: the time of reads in a room of a million messages, compared with one of a tenth of that, in one run.

The store itself builds both, through ``commit`` and ``tend``. Each figure is the time of one call of the store; nothing
else runs. The ratio shows what grows with the history.

    python benchmarks/history.py [--messages 1000000] [--calls 300]
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from muca.model.changes import PutMember, PutRoom
from muca.model.events import Settings
from muca.model.facts import Facts, Membership, Wanted
from muca.model.queries import HistoryQuery, Query, SearchQuery
from muca.model.replies import Hits
from muca.model.roles import Role
from muca.model.rooms import LOBBY, RoomKind, conversation_id
from muca.model.storage import Admit, AdmitFacts, Admitted, Append, Decide, Decision, Look, Retention
from muca.storage.sqlite.store import SqliteStore

READER = "mary"
ROOMS = 200
"""The rooms of the account that joins; every tenth message is in one of them."""
RARE = [f"zyx{number:03}q" for number in range(50)]
RARE_EACH = 5
CHINESE = [chr(0x5000 + number) + chr(0x6000 + number) for number in range(20)]
"""Words of two characters; every thousandth message has one of them."""
START_MS = 1_600_000_000_000
STEP_MS = 30_000
BATCH = 1_000


def vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    """Generate words, with frequencies proportional to 1 / rank, as in natural languages."""
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = sorted({"".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(20_000)}, key=len)
    return words, [1 / (rank + 5) for rank in range(len(words))]


def texts(messages: int, chance: random.Random) -> Iterator[str]:
    """Generate messages of 3 to 20 words."""
    words, weights = vocabulary(chance)
    drawn = chance.choices(words, weights, k=200_000)
    rare = {}
    for number, place in enumerate(chance.sample(range(messages), len(RARE) * RARE_EACH)):
        rare[place] = RARE[number % len(RARE)]
    for number in range(messages):
        begin = chance.randrange(len(drawn) - 20)
        text = " ".join(drawn[begin : begin + chance.randint(3, 20)])
        if number % 1_000 == 7:
            text += f" 我们的{chance.choice(CHINESE)}在这里"
        yield f"{text} {rare[number]}" if number in rare else text


def decided(decision: Decision, _: Facts) -> Decision:
    """Return a write with this decision, whatever the facts."""
    return decision


def anyone_may(_: AdmitFacts) -> None:
    """Let everyone join."""


def build(store: SqliteStore, messages: int, chance: random.Random) -> None:
    """Fill a store: nine of ten messages in one room, the others in the rooms of one account."""
    store.commit([Admit(guard=anyone_may, uid=READER, nickname="Mary", ts_ms=START_MS, offered_token_hash=b"m" * 32)])
    others = [f"friend{number}" for number in range(ROOMS // 2)]
    conversations = [(conversation_id((READER, other)), tuple(sorted((READER, other)))) for other in others]
    named = [f"r-{number}" for number in range(ROOMS - len(others) - 1)]
    for room in named:
        changes = (
            PutRoom(room=room, settings=Settings(title=f"Room {room}"), made_by=READER),
            PutMember(room=room, member=Membership(uid=READER, role=Role.OWNER)),
        )
        rule = partial(decided, Decision(changes=changes))
        store.commit([Decide(wanted=Wanted(actor=READER), rule=rule, ts_ms=START_MS)])
    batch: list[Append] = []
    for number, text in enumerate(texts(messages, chance)):
        room, kind, members, sender = LOBBY, RoomKind.LOBBY, None, f"sender{number % 50}"
        if number % 10 == 3:
            place = number // 10 % (ROOMS - 1)
            if place < len(named):
                room, kind = named[place], RoomKind.NAMED
            else:
                room, members = conversations[place - len(named)]
                kind, sender = RoomKind.DIRECT, others[place - len(named)]
        batch.append(
            Append(
                room=room,
                kind=kind,
                members=members,
                sender=sender,
                nickname=sender.title(),
                text=text,
                ts_ms=START_MS + number * STEP_MS,
                request_id=str(number),
            )
        )
        if len(batch) == BATCH:
            store.commit(batch)
            batch = []
    store.commit(batch)


def tend(store: SqliteStore) -> list[float]:
    """Index everything. Returns the seconds of each step."""
    steps = []
    more = True
    while more:
        begin = time.perf_counter()
        more = store.tend(START_MS, Retention())
        steps.append(time.perf_counter() - begin)
    return steps


def asking(store: SqliteStore, query: Query) -> object:
    """Return a read by the account with many rooms."""
    wanted = Wanted(actor=READER, room=LOBBY)
    return store.look(Look(wanted=wanted, guard=lambda _: None, query=query, ts_ms=START_MS))


def search(store: SqliteStore, word: str, before: int | None = None) -> Hits:
    """Search for a word: a page of 20."""
    hits = asking(store, SearchQuery(words=(word,), before=before, hits_max=20, scan_max=5_000))
    assert isinstance(hits, Hits)
    return hits


def calls(store: SqliteStore, chance: random.Random) -> dict[str, Callable[[], Callable[[], object]]]:
    """Return, for each figure, a function that prepares a call; the call is then timed."""
    common = vocabulary(random.Random(1))[0][:20]
    [admitted] = store.commit(
        [Admit(guard=anyone_may, uid=READER, nickname="Mary", ts_ms=START_MS, token_hash=b"m" * 32)]
    )
    assert isinstance(admitted, Admitted)
    last_seq = admitted.rooms[0].seq

    def page() -> Callable[[], object]:
        query = HistoryQuery(room=LOBBY, before=chance.randint(60, last_seq), events_max=50, bytes_max=196_608)
        return lambda: asking(store, query)

    def first(words: list[str]) -> Callable[[], Callable[[], object]]:
        def prepare() -> Callable[[], object]:
            word = chance.choice(words)
            return lambda: search(store, word)

        return prepare

    def tenth() -> Callable[[], object]:
        word, before = chance.choice(common), None
        for _ in range(9):
            before = search(store, word, before).next
        return lambda: search(store, word, before)

    def join() -> Callable[[], object]:
        admit = Admit(guard=anyone_may, uid=READER, nickname="Mary", ts_ms=START_MS, token_hash=b"m" * 32)
        return lambda: store.commit([admit])

    return {
        "history page of 50": page,
        "search, rare word": first(RARE),
        "search, common word": first(common),
        "search, common word, tenth page": tenth,
        "search, two Chinese characters": first(CHINESE),
        "join, 200 rooms": join,
    }


def measure(folder: Path, messages: int, count: int) -> dict[str, tuple[float, float]]:
    """Build a store and return the median and the 99th percentile of each figure, in milliseconds."""
    chance = random.Random(1)
    store = SqliteStore.open(folder)
    begin = time.perf_counter()
    build(store, messages, chance)
    built = time.perf_counter()
    steps = tend(store)
    indexed = time.perf_counter()
    size = sum(file.stat().st_size for file in folder.iterdir()) / 2**20
    print(f"{messages:,} messages: {messages / (built - begin):,.0f} stored and ", end="")
    print(f"{messages / (indexed - built):,.0f} indexed a second; ", end="")
    print(f"longest step of housekeeping {max(steps) * 1e3:.0f} ms, 99 % within ", end="")
    print(f"{statistics.quantiles(steps, n=100)[-1] * 1e3:.0f} ms; {size:,.0f} MiB on disk", flush=True)
    figures = {}
    for name, prepare in calls(store, chance).items():
        times = []
        for _ in range(count):
            call = prepare()
            begin = time.perf_counter()
            call()
            times.append((time.perf_counter() - begin) * 1e3)
        figures[name] = statistics.median(times), statistics.quantiles(times, n=100)[-1]
    store.close()
    return figures


def main() -> None:
    """Measure both, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    figures = []
    for messages in (options.messages // 10, options.messages):
        with tempfile.TemporaryDirectory() as folder:
            figures.append(measure(Path(folder), messages, options.calls))
    print(f"{'milliseconds':32} {'p50':>7} {'p99':>7}   {'p50':>7} {'p99':>7}   ratio of p50")
    for name, (p50, p99) in figures[1].items():
        small50, small99 = figures[0][name]
        print(f"{name:32} {small50:>7.2f} {small99:>7.2f}   {p50:>7.2f} {p99:>7.2f}   {p50 / small50:.2f}")


if __name__ == "__main__":
    main()
