"""Conditions: a line in the log at the beginning and at the end, however often they are met in between."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog

from muca.model.storage import StoreDamaged, StoreError, StoreFull, StoreMoved, StoreUnreadable
from muca.server.conditions import Condition, Conditions


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as logged:
        yield logged


def test_it_is_logged_when_it_begins_and_when_it_is_over(logged: list[MutableMapping[str, Any]]) -> None:
    conditions = Conditions()
    for _ in range(2):
        for _ in range(100):
            conditions.begin(Condition.HOUSEKEEPING, StoreError("disk I/O error"))
        for _ in range(100):
            conditions.end(Condition.HOUSEKEEPING)
    assert [line["event"] for line in logged] == ["housekeeping_failed", "housekeeping_recovered"] * 2
    assert logged[0]["error"] == "disk I/O error"


def test_another_reason_is_said(logged: list[MutableMapping[str, Any]]) -> None:
    conditions = Conditions()
    for error in StoreError("a"), StoreError("b"), StoreFull("c"), StoreFull("d"):
        conditions.begin(Condition.WRITING, error)
    assert [(line["event"], line["error"]) for line in logged] == [("store_failed", "a"), ("store_failed", "c")]


@pytest.mark.parametrize("met", [Condition.WRITING, Condition.READING, Condition.HOUSEKEEPING])
def test_damage_is_damage_wherever_it_is_met_and_never_over(
    logged: list[MutableMapping[str, Any]], met: Condition
) -> None:
    conditions = Conditions()
    damaged = StoreDamaged("malformed")
    for _ in range(5):
        conditions.begin(met, damaged)
        conditions.end(met)
    assert (list(conditions.now), conditions.worst) == ([Condition.DAMAGE], damaged)
    assert [line["event"] for line in logged] == ["store_damaged"]
    assert "restores a backup" in logged[0]["hint"]


@pytest.mark.parametrize("error", [StoreFull("no room"), StoreMoved("gone")], ids=["full", "moved"])
def test_what_all_writing_meets_is_logged_once(logged: list[MutableMapping[str, Any]], error: StoreError) -> None:
    conditions = Conditions()
    for met in Condition.HOUSEKEEPING, Condition.WRITING, Condition.HOUSEKEEPING:
        conditions.begin(met, error)
    conditions.end(Condition.HOUSEKEEPING)
    assert conditions.worst is error
    conditions.end(Condition.WRITING)
    assert [line["event"] for line in logged] == ["store_failed", "store_recovered"]


def test_who_wants_to_know_is_told_when_it_changes() -> None:
    told: list[StoreError | None] = []
    conditions = Conditions(told.append)
    conditions.begin(Condition.HOUSEKEEPING, StoreError("not the server's work"))
    full, damaged = StoreFull("d"), StoreDamaged("e")
    for error in full, StoreFull("again"), damaged:
        conditions.begin(Condition.WRITING, error)
    conditions.end(Condition.WRITING)
    assert told == [full, damaged]
    conditions = Conditions(told.append)
    conditions.begin(Condition.WRITING, full)
    conditions.end(Condition.WRITING)
    assert told == [full, damaged, full, None]


def test_the_worst_is_what_keeps_the_server_from_its_work() -> None:
    conditions = Conditions()
    assert conditions.worst is None
    conditions.begin(Condition.HOUSEKEEPING, StoreError("a"))
    conditions.begin(Condition.UPLOADS, StoreError("b"))
    assert conditions.worst is None
    for condition, error in (Condition.READING, StoreUnreadable("c")), (Condition.WRITING, StoreFull("d")):
        conditions.begin(condition, error)
        assert conditions.worst is error
