"""One entry of the audit log for all requests of one purge."""

import msgspec
import pytest

from muca.model.changes import AddPurge
from muca.model.replies import AuditEntry
from muca.storage.purges import PURGE, entry_of

CHANGE = AddPurge(actor="tony", uid="zoe", room="r-a", messages=10)
BEFORE = AuditEntry(ts_ms=5_000, actor="tony", action=PURGE, uid="zoe", room="r-a", detail="1 message")


def test_the_first_request_makes_an_entry() -> None:
    entry, continues = entry_of(CHANGE, None, 7)
    assert entry == msgspec.structs.replace(BEFORE, ts_ms=7, detail="10 messages")
    assert not continues
    assert entry_of(msgspec.structs.replace(CHANGE, messages=1), None, 7)[0].detail == "1 message"


@pytest.mark.parametrize(("ts_ms", "detail"), [(65_000, "11 messages"), (65_001, "10 messages"), (1, "11 messages")])
def test_the_next_one_counts_it_up_within_a_minute(ts_ms: int, detail: str) -> None:
    """Also when the clock was set back meanwhile."""
    entry, continues = entry_of(CHANGE, BEFORE, ts_ms)
    assert (entry.ts_ms, entry.detail, continues) == (ts_ms, detail, detail == "11 messages")


@pytest.mark.parametrize("other", [{"actor": "mary"}, {"uid": "henry"}, {"action": "DELETE", "detail": "SEQ 3"}])
def test_what_is_about_something_else_stays_as_it_is(other: dict[str, str]) -> None:
    entry, continues = entry_of(CHANGE, msgspec.structs.replace(BEFORE, **other), 5_001)
    assert (entry.detail, continues) == ("10 messages", False)
