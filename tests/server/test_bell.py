"""A running server is woken by other processes."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from muca.model.changes import PutPerson
from muca.server import store_threads
from muca.server.bell import NAME, Bell, ring
from muca.storage.sqlite.store import SqliteStore
from tests.client.socket_server import until
from tests.serving import serving
from tests.storage.words import decide, done
from tests.wire import Wire


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
async def test_each_ring_is_heard_however_often_it_rings_at_once(tmp_path: Path) -> None:
    heard: list[bool] = []
    bell = Bell(tmp_path, lambda: heard.append(True))
    ring(tmp_path)
    await until(lambda: bool(heard))
    for _ in range(100_000):  # more than a pipe can hold
        ring(tmp_path)
    await until(lambda: len(heard) > 1)
    await asyncio.sleep(0)
    heard.clear()
    ring(tmp_path)
    await until(lambda: bool(heard))
    bell.close()
    assert not (tmp_path / NAME).exists()


async def test_without_a_server_or_a_pipe_nothing_happens(tmp_path: Path) -> None:
    ring(tmp_path)
    ring(tmp_path / "nowhere")
    bell = Bell(tmp_path / "nowhere", lambda: None)
    bell.close()
    assert not (tmp_path / "nowhere").exists()


async def test_what_a_killed_server_left_is_replaced(tmp_path: Path) -> None:
    first = Bell(tmp_path, lambda: None)
    shutil.move(tmp_path / NAME, tmp_path / "left")
    first.close()
    shutil.move(tmp_path / "left", tmp_path / NAME)
    ring(tmp_path)
    heard: list[bool] = []
    second = Bell(tmp_path, lambda: heard.append(True))
    ring(tmp_path)
    await until(lambda: bool(heard))
    second.close()


async def test_what_an_operator_does_is_felt_without_waiting_for_housekeeping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server looks only because the bell rings."""
    monkeypatch.setattr(store_threads, "TEND_SECONDS", 3_600)
    async with serving(data=tmp_path) as server, Wire(server.port) as mary:
        mary.line(CMD="JOIN", UN="Mary", UID="mary", V=2)
        assert (await mary.frame())["TYPE"] == "OKAY"
        store = SqliteStore.open(tmp_path, share=True)
        done(store, decide(PutPerson(uid="mary", disabled=True)))
        store.close()
        ring(tmp_path)
        assert (await mary.until("BYE"))["CODE"] == "signed_out"
