"""The window on the real SDK, with real servers; and the commands that open it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from muca.client import BlockingClient, MemoryTokenStore
from muca.client.events import AnyEvent
from muca.model.events import Message, Reach
from muca.ui.config_txt import Profile
from muca.ui.memory import Memory
from muca.ui.tk.desk import open_chat
from muca.ui.tk.root import Root
from muca.ui.view.chat import ChatState
from tests.display import DEADLINE_SECONDS, Person, display
from tests.naive.v1_clients import NaiveClient, SplitAtBraces
from tests.naive.v1_server import NaiveV1Server

__all__ = ["display"]

PROJECT = Path(__file__).parents[2]
MUCA = (sys.executable, "-m", "muca")


class Served:
    """``muca serve`` as a process that can be killed and started again on the same port."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = 0

    def start(self, *arguments: str) -> None:
        """Start it, and wait until it says where it listens."""
        where = (str(self.port), "--host", "127.0.0.1", "--no-tls", "--data", str(self._data))
        self.process = subprocess.Popen(
            [*MUCA, "serve", *where, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        greeting = ""
        while "Ctrl+C" not in greeting:
            line = self.process.stdout.readline()
            assert line, "the server ended"
            greeting += line
        found = re.search(r":(\d+)", greeting)
        assert found is not None
        self.port = int(found[1])

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(DEADLINE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """Serve while the test runs."""
    served = Served(tmp_path / "data")
    served.start()
    yield served
    served.kill()


class Tony(Person):
    """Tony at his window, on the real SDK."""

    def __init__(self, root: Root, port: int, *, server: str = "127.0.0.1", tokens: MemoryTokenStore) -> None:
        super().__init__(root)
        profile = Profile(uid="tony", nickname="Tony", server=server, port=port)
        self.window = open_chat(root, root._memory, profile, tokens=tokens, geometry="1000x700+0+0")
        self.settle()
        self.focus(self.window.composer.to)

    def join(self) -> None:
        """Press JOIN, and wait until it is done."""
        self.click(self.window.head.join)
        self.wait(lambda: self.window.chat.state is ChatState.JOINED, "JOIN")

    def write(self, to: str, text: str) -> None:
        """Write a message with the keys."""
        self.window.composer.to_text.set("")
        self.focus(self.window.composer.to)
        self.type(to)
        self.press("Return")
        self.wait(lambda: self.root.focus_get() is self.window.composer.message, "the message field")
        self.type(text)
        self.wait(lambda: self.window.composer.text == text, "the text")
        self.press("Return")
        self.wait(lambda: self.window.composer.text == "", "SEND")

    def sees(self, *words: str) -> None:
        """Wait until these words stand in the message area."""
        self.wait(lambda: all(each in self.text for each in words), str(words))

    @property
    def text(self) -> str:
        return self.window.messages.text.get("1.0", "end-1c")

    @property
    def console(self) -> str:
        return self.window.console.text.get("1.0", "end-1c")


@contextmanager
def at_a_window(port: int, tokens: MemoryTokenStore, memory: Memory, *, server: str = "127.0.0.1") -> Iterator[Tony]:
    """Open Tony's window, and close it as a person does."""
    root = Root(memory)
    tony = Tony(root, port, server=server, tokens=tokens)
    try:
        yield tony
        tony.window.close()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while tony.is_there():
            assert time.monotonic() < deadline
            root.update()
    finally:
        if tony.is_there():
            root.destroy()


@pytest.fixture
def memory() -> Memory:
    kept = Memory(None)
    kept.choose_appearance("light")
    return kept


@contextmanager
def joined(client: NaiveClient) -> Iterator[NaiveClient]:
    """Have a first-generation program there."""
    client.join()
    try:
        yield client
    finally:
        if client.socket.fileno() >= 0:
            client.leave()


class Friend:
    """Somebody else, on the SDK."""

    def __init__(self, name: str, port: int, uid: str | None = None) -> None:
        self.heard: list[AnyEvent] = []
        uid = uid or name.lower()
        self.client = BlockingClient(f"127.0.0.1:{port}", uid=uid, nickname=name, tokens=MemoryTokenStore())
        self.client.subscribe(self.heard.append)
        self.client.connect()

    def close(self) -> None:
        self.client.close()

    @property
    def mentions(self) -> list[tuple[str, tuple[tuple[str | None, int, int], ...]]]:
        """Of each message, its text, and whom it means at which places."""
        events = [event for event in self.heard if isinstance(event, Message)]
        return [(each.text, tuple((at.uid, at.begin, at.length) for at in each.mention_places)) for each in events]

    @property
    def messages(self) -> list[tuple[Reach, str, str]]:
        """What others wrote, as reach, sender and text."""
        events = [event for event in self.heard if isinstance(event, Message)]
        return [(event.reach, event.sender, event.text) for event in events if event.sender != self.client.uid]


def test_a_talk_with_people_of_both_generations(display: str, server: Served, memory: Memory) -> None:
    with (
        at_a_window(server.port, MemoryTokenStore(), memory) as tony,
        closing(Friend("Mary", server.port)) as mary,
        joined(SplitAtBraces(server.port, "Henry")) as henry,
    ):
        tony.join()
        tony.wait(lambda: len(tony.window.people.names) == 3, "three people")
        tony.write("ALL", "hello everyone")
        tony.write("Mary", "hello Mary")
        tony.write("Mary, Henry", "hello both")
        expected = [(Reach.ALL, "tony", "hello everyone"), (Reach.PRIVATE, "tony", "hello Mary")]
        tony.wait(lambda: mary.messages == [*expected, (Reach.GROUP, "tony", "hello both")], "Mary")
        tony.wait(lambda: [each[2] for each in henry.messages()] == ["hello everyone", "hello both"], "Henry")
        tony.sees("[To: ALL] hello everyone", "[To: Mary] hello Mary", "[To: Mary, Henry] hello both")
        mary.client.send("from Mary to all")
        mary.client.send("from Mary to Tony", ["tony"])
        tony.sees("[Mary] from Mary to all", "[Mary] from Mary to Tony")
        tony.wait(lambda: "sending" not in tony.text, "the ACKs")
        assert tony.text.count("hello everyone") == 1
        henry.vanish()
        tony.wait(lambda: "Henry left." in tony.console, "his going")
        tony.click(tony.window.head.leave)
        tony.wait(lambda: tony.window.people.names == [], "LEAVE")
        tony.wait(lambda: "tony" not in mary.client.peers, "the server to know")
        tony.join()


def test_a_uid_in_use_is_refused(display: str, server: Served, memory: Memory) -> None:
    with closing(Friend("Tony", server.port)), at_a_window(server.port, MemoryTokenStore(), memory) as tony:
        tony.click(tony.window.head.join)
        tony.wait(lambda: tony.window.chat.state is ChatState.OFFLINE and "✕" in tony.console, "the refusal")
        assert tony.window.people.names == []


def test_a_server_that_is_not_there_is_said(display: str, memory: Memory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with at_a_window(port, MemoryTokenStore(), memory) as tony:
        tony.click(tony.window.head.join)
        tony.wait(lambda: "✕" in tony.console, "the report")
        assert f"127.0.0.1:{port}" in tony.console
        assert tony.window.chat.state is ChatState.OFFLINE


def test_a_server_that_does_not_answer_is_said_and_the_window_lives_meanwhile(display: str, memory: Memory) -> None:
    """A listener whose queue is full lets the handshake hang, as an unplugged machine does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        try:
            with at_a_window(port, MemoryTokenStore(), memory) as tony:
                tony.click(tony.window.head.join)
                tony.wait(lambda: tony.window.chat.state is ChatState.JOINING, "JOIN")
                tony.focus(tony.window.composer.message)
                tony.type("alive")
                tony.wait(lambda: tony.window.composer.text == "alive", "the keys")
                assert tony.window.chat.state is ChatState.JOINING
                tony.wait(lambda: tony.window.chat.state is ChatState.OFFLINE, "the report")
                assert "✕" in tony.console
        finally:
            for each in waiting:
                each.close()


def test_a_server_that_dies_and_comes_back(display: str, server: Served, memory: Memory) -> None:
    tokens = MemoryTokenStore()
    with at_a_window(server.port, tokens, memory) as tony:
        tony.join()
        with closing(Friend("Mary", server.port)) as mary:
            tony.wait(lambda: len(tony.window.people.names) == 2, "Mary")
            tony.write("ALL", "before")
            tony.wait(lambda: mary.messages, "Mary to hear it")
            server.kill()
            tony.wait(lambda: tony.window.chat.state is ChatState.BROKEN, "the break")
            assert tony.window.people.names == []
            server.start()
            tony.wait(lambda: tony.window.chat.state is ChatState.JOINED, "being back")
            tony.wait(lambda: len(tony.window.people.names) == 2, "Mary")
            tony.write("ALL", "after")
            tony.wait(lambda: [each[2] for each in mary.messages] == ["before", "after"], "Mary to hear it")
            tony.wait(lambda: "sending" not in tony.text, "the ACK")
        assert [tony.text.count(words) for words in ("] before", "] after")] == [1, 1]


def test_the_history_is_there_after_a_new_start_with_a_line_where_one_left_off(
    display: str, server: Served, memory: Memory
) -> None:
    tokens = MemoryTokenStore()
    with closing(Friend("Mary", server.port)) as mary:
        with at_a_window(server.port, tokens, memory) as tony:
            tony.join()
            mary.client.send("first", ["tony"])
            mary.client.send("second")
            tony.sees("first", "second")
            tony.wait(lambda: len(tony.window.chat.read_seqs) == 2, "reading")
        mary.client.send("third")
        with at_a_window(server.port, tokens, memory) as tony:
            tony.join()
            tony.sees("first", "second", "third")
            places = [tony.text.index(words) for words in ("first", "second", "  New  ", "third")]
            assert places == sorted(places)


def test_a_first_generation_server(display: str, memory: Memory) -> None:
    with (
        NaiveV1Server() as naive,
        at_a_window(naive.port, MemoryTokenStore(), memory) as tony,
        joined(SplitAtBraces(naive.port, "Mary")) as mary,
        joined(SplitAtBraces(naive.port, "Henry")),
    ):
        tony.join()
        tony.wait(lambda: len(tony.window.people.names) == 3, "three people")
        tony.write("Mary, Henry", "hello both")
        tony.write("ALL", "hello everyone")
        tony.wait(lambda: [each[2] for each in mary.messages()] == ["hello both", "hello everyone"], "Mary")
        mary.send("hello Tony", type("Named", (), {"uid": "tony", "nickname": "Tony"})())
        tony.sees("[To: Mary, Henry] hello both", "[To: ALL] hello everyone", "[Mary] hello Tony")
        naive.drop("tony")
        tony.wait(lambda: "Reconnected to" in tony.console, "the break and being back")
        tony.wait(lambda: len(tony.window.people.names) == 3, "three people")
        assert not naive.faults


def test_chosen_names_arrive_as_whom_they_mean(display: str, server: Served, memory: Memory) -> None:
    """If the server had to look for names, the first place would be one of Anna Maria."""
    with (
        at_a_window(server.port, MemoryTokenStore(), memory) as tony,
        closing(Friend("Anna", server.port)) as anna,
        closing(Friend("Anna Maria", server.port, "anna-maria")),
        closing(Friend("Anna Maria von der Heide", server.port, "heide")),
        closing(Friend("Mary", server.port, "mary@one")),
        closing(Friend("Mary", server.port, "mary@two")),
    ):
        tony.join()
        composer = tony.window.composer
        tony.wait(lambda: len(tony.window.people.names) == 6, "six people")
        composer.to_text.set("ALL")
        tony.focus(composer.message)

        def choose(written: str, rows: int, *keys: str) -> None:
            tony.type(written)
            tony.wait(lambda: len(composer.suggestions.list.rows) == rows, f"{rows} names")
            tony.press(*keys)
            tony.wait(lambda: not composer.suggestions.is_open, "the choice")

        def sent(text: str, *places: tuple[str, int, int]) -> None:
            tony.wait(lambda: composer.text == text, text)
            tony.press("Return")
            tony.wait(lambda: (text.rstrip(), places) in anna.mentions, str(places))

        choose("@anna", 3, "Tab")
        tony.type("Maria is the name of ")
        choose("@von", 1, "Tab")
        sent("@Anna Maria is the name of @Anna Maria von der Heide ", ("anna", 0, 5), ("heide", 27, 25))
        choose("@mary", 2, "Down", "Down", "Return")
        sent("@mary@two ", ("mary@two", 0, 9))


def test_names_in_a_named_room_are_of_those_who_are_in_it(display: str, server: Served, memory: Memory) -> None:
    with (
        at_a_window(server.port, MemoryTokenStore(), memory) as tony,
        closing(Friend("Mary", server.port)) as mary,
        closing(Friend("Marvin", server.port)) as stranger,
    ):
        tony.join()
        room = mary.client.create_room("Optics", private=True).room
        mary.client.invite(room, "tony")
        composer = tony.window.composer
        tony.wait(lambda: tony.window.chat.directory.named("#Optics"), "the room")
        composer.to_text.set("#Optics")
        tony.focus(composer.message)
        tony.type("ask @mar")
        tony.wait(lambda: [row.title for row in composer.suggestions.list.rows] == ["Mary"], "Mary alone")
        mary.client.invite(room, stranger.client.uid)
        tony.wait(lambda: len(composer.suggestions.list.rows) == 2, "the other one, who has come in")
        mary.client.kick("marvin", room=room)
        tony.wait(lambda: [row.title for row in composer.suggestions.list.rows] == ["Mary"], "Mary alone again")
        tony.press("Tab")
        tony.wait(lambda: composer.text == "ask @Mary ", "the choice")
        tony.press("Return")
        tony.wait(lambda: ("ask @Mary", (("mary", 4, 5),)) in mary.mentions, "the mention")


def test_a_server_that_now_asks_for_passwords_is_given_one(
    display: str, server: Served, memory: Memory, tmp_path: Path
) -> None:
    settings = tmp_path / "muca.toml"
    settings.write_text('policy = "invite"\n')
    with at_a_window(server.port, MemoryTokenStore(), memory) as tony:
        tony.join()
        server.kill()
        server.start("--config", str(settings))
        give_password(tony, "correct horse battery")
    with at_a_window(server.port, MemoryTokenStore(), memory) as elsewhere:
        elsewhere.click(elsewhere.window.head.join)
        give_password(elsewhere, "correct horse battery")


def give_password(tony: Tony, password: str) -> None:
    """Wait for the dialog, type the password, and be in."""
    tony.wait(lambda: tony.window.password_dialog is not None, "the dialog")
    dialog = tony.window.password_dialog
    assert dialog is not None
    tony.wait(dialog.winfo_viewable, "the dialog in sight")
    tony.focus(dialog.password)
    tony.type(password)
    tony.wait(lambda: dialog.password.get() == password, "the password")
    tony.press("Return")
    tony.wait(lambda: tony.window.chat.state is ChatState.JOINED and not dialog.winfo_exists(), "JOIN")
