"""The window on the real SDK, with real servers; and the commands that open it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from muca.client import BlockingClient, MemoryTokenStore
from muca.client.events import Event
from muca.model.pushes import Message, Reach
from muca.ui.chat import State
from muca.ui.config_txt import RIGHT_FORM, Profile
from muca.ui.memory import Memory
from muca.ui.tk.desk import open_chat
from muca.ui.tk.root import Root
from tests.display import DEADLINE_SECONDS, Person, display
from tests.naive.v1_clients import NaiveClient, OneFrameARead, SplitAtBraces
from tests.naive.v1_server import NaiveV1Server

__all__ = ["display"]

PROJECT = Path(__file__).parents[2]
MUCA = (sys.executable, "-m", "muca")


class Served:
    """``muca serve`` as a process that can be killed and started again on the same port."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = 0

    def start(self) -> None:
        """Start it, and wait until it says where it listens."""
        self.process = subprocess.Popen(
            [*MUCA, "serve", str(self.port), "--host", "127.0.0.1", "--data", str(self._data)],
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
        self.wait(lambda: self.window.chat.state is State.JOINED, "JOIN")

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

    def __init__(self, name: str, port: int) -> None:
        self.heard: list[Event] = []
        self.client = BlockingClient(f"127.0.0.1:{port}", uid=name.lower(), nickname=name, tokens=MemoryTokenStore())
        self.client.subscribe(self.heard.append)
        self.client.connect()

    def close(self) -> None:
        self.client.close()

    @property
    def messages(self) -> list[tuple[Reach, str, str]]:
        """What others wrote, as reach, sender and text."""
        events = [event for event in self.heard if isinstance(event, Message)]
        return [(event.reach, event.sender, event.text) for event in events if event.sender != self.client.uid]


def test_a_talk_with_people_of_both_generations(display: str, server: Served, memory: Memory) -> None:
    with (
        at_a_window(server.port, MemoryTokenStore(), memory) as tony,
        closing(Friend("Mary", server.port)) as mary,
        joined(OneFrameARead(server.port, "Henry")) as henry,
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
        tony.wait(lambda: tony.window.chat.state is State.OFFLINE and "✕" in tony.console, "the refusal")
        assert tony.window.people.names == []


def test_a_server_that_is_not_there_is_said(display: str, memory: Memory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with at_a_window(port, MemoryTokenStore(), memory) as tony:
        tony.click(tony.window.head.join)
        tony.wait(lambda: "✕" in tony.console, "the report")
        assert f"127.0.0.1:{port}" in tony.console
        assert tony.window.chat.state is State.OFFLINE


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
                tony.wait(lambda: tony.window.chat.state is State.JOINING, "JOIN")
                tony.focus(tony.window.composer.message)
                tony.type("alive")
                tony.wait(lambda: tony.window.composer.text == "alive", "the keys")
                assert tony.window.chat.state is State.JOINING
                tony.wait(lambda: tony.window.chat.state is State.OFFLINE, "the report")
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
            tony.wait(lambda: tony.window.chat.state is State.BROKEN, "the break")
            assert tony.window.people.names == []
            server.start()
            tony.wait(lambda: tony.window.chat.state is State.JOINED, "being back")
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
            places = [tony.text.index(words) for words in ("first", "second", "\nNew\n", "third")]
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
        tony.wait(lambda: tony.window.chat.state is State.BROKEN, "the break")
        tony.wait(lambda: tony.window.chat.state is State.JOINED, "being back")
        assert not naive.faults


# The commands


def run(*arguments: str, cwd: Path, display: str | None) -> "subprocess.Popen[str]":
    """Start ``muca`` with nothing of this machine's settings."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"XDG_DATA_HOME": str(cwd / "home"), "PYTHONUNBUFFERED": "1"}
    if display is not None:
        environment["DISPLAY"] = display
    return subprocess.Popen(
        [*MUCA, *arguments], cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Wait until something holds, and give it."""
    deadline = time.monotonic() + 3 * DEADLINE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


def titles(display: str) -> list[str]:
    """Give the titles of the windows in sight."""
    command = ["xdotool", "search", "--onlyvisible", "--class", "Muca", "getwindowname", "%@"]
    answer = subprocess.run(
        command, env={**os.environ, "DISPLAY": display}, capture_output=True, text=True, check=False
    )
    return sorted(line for line in answer.stdout.splitlines() if line.startswith("muca"))


def test_a_named_configuration_opens_a_window(display: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(RIGHT_FORM)
    with run("desktop", "mine.txt", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — Tony"], "the window")
        process.terminate()


def test_config_txt_in_the_folder_is_taken_by_default(display: str, tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text(RIGHT_FORM.replace("Tony", "Henry"))
    with run("desktop", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — Henry"], "the window")
        process.terminate()


@pytest.mark.parametrize(
    "content", [None, b"{", b"\xff\xfe", b'{"USERID": "x"}'], ids=["missing", "json", "bytes", "fields"]
)
def test_a_configuration_that_cannot_be_used_is_said_with_the_right_form(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "mine.txt").write_bytes(content)
    with run("desktop", "mine.txt", cwd=tmp_path, display=None) as process:
        _, errors = process.communicate(timeout=3 * DEADLINE_SECONDS)
    assert process.returncode == 2
    assert errors.startswith("muca: ")
    assert "mine.txt" in errors
    assert RIGHT_FORM in errors


def test_with_a_display_it_is_said_in_a_window_too(display: str, tmp_path: Path) -> None:
    with run("desktop", "missing.txt", cwd=tmp_path, display=display) as process:
        wait_for(lambda: titles(display) == ["muca — configuration"], "the window")
        wait_for(lambda: _press_escape(display) or process.poll() is not None, "its end")
        _, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 2
    assert "There is no file missing.txt." in errors


def _press_escape(display: str) -> bool:
    search = ["xdotool", "search", "--onlyvisible", "--class", "Muca", "windowfocus", "key", "Escape"]
    subprocess.run(search, env={**os.environ, "DISPLAY": display}, capture_output=True, check=False)
    return False


def test_without_a_display_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_text(RIGHT_FORM)
    with run("desktop", cwd=tmp_path, display=None) as process:
        _, errors = process.communicate(timeout=3 * DEADLINE_SECONDS)
    assert process.returncode == 2
    assert "needs a display" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("command", ["desktop", "demo"])
def test_without_tk_it_is_said_what_to_install(tmp_path: Path, command: str) -> None:
    program = f"import sys; sys.modules['tkinter'] = None; from muca.cli import app; app(['{command}'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "apt install python3-tk" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_demo_opens_four_windows_and_ends_with_everything(display: str, tmp_path: Path) -> None:
    with run("demo", cwd=tmp_path, display=display) as process:
        expected = [f"muca — {name}" for name in ("Henry", "Mary", "Peter", "Tony")]
        wait_for(lambda: titles(display) == expected, "four windows")
        assert process.stdout is not None
        data = next(line.split()[1] for line in process.stdout if line.split()[:1] == ["data"])
        assert Path(data).is_dir()
        process.send_signal(signal.SIGINT)
        process.wait(3 * DEADLINE_SECONDS)
        assert process.returncode == 0
    wait_for(lambda: titles(display) == [], "the windows' end")
    assert not Path(data).exists()


# The first generation's own commands


@pytest.mark.parametrize(
    ("file", "nickname"),
    [("config.txt", "Tony"), ("config1.txt", "Mary"), ("config2.txt", "Henry"), ("config3.txt", "Peter")],
)
def test_the_four_configurations(file: str, nickname: str) -> None:
    fields = json.loads((PROJECT / "classic" / file).read_text())
    uid = f"{nickname.lower()}@muca.example"
    assert fields == {"USERID": uid, "NICKNAME": nickname, "SERVER": "127.0.0.1", "SERVER_PORT": 40452}


def test_the_classic_commands_start_a_server_and_a_window(display: str, tmp_path: Path) -> None:
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    classic = PROJECT / "classic"
    server = subprocess.Popen(
        [sys.executable, "Chatserver.py", port], cwd=classic, env=environment, stdout=subprocess.PIPE, text=True
    )
    window = subprocess.Popen([sys.executable, "ChatApp.py", "config1.txt"], cwd=classic, env=environment)
    try:
        assert server.stdout is not None
        assert any(f":{port}" in line for line in server.stdout)
        wait_for(lambda: titles(display) == ["muca — Mary"], "the window")
    finally:
        for process in (window, server):
            process.terminate()
            process.wait(DEADLINE_SECONDS)
        assert server.stdout is not None
        server.stdout.close()
    assert server.returncode == 0


@pytest.mark.parametrize("program", ["Chatserver.py", "ChatApp.py"])
def test_where_muca_is_not_installed_the_classic_commands_say_what_to_run(tmp_path: Path, program: str) -> None:
    """A Python that sees no packages, and a project without a .venv."""
    classic = tmp_path / "classic"
    classic.mkdir()
    for name in (program, "_muca.py"):
        (classic / name).write_bytes((PROJECT / "classic" / name).read_bytes())
    command = [sys.executable, "-S", program]
    done = subprocess.run(command, cwd=classic, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"python3 {tmp_path / 'dev.py'} setup" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell's executable stands in for the .venv")
def test_the_classic_commands_find_the_project_s_venv(tmp_path: Path) -> None:
    classic, python = tmp_path / "classic", tmp_path / ".venv" / "bin" / "python"
    classic.mkdir()
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    for name in ("ChatApp.py", "_muca.py"):
        (classic / name).write_bytes((PROJECT / "classic" / name).read_bytes())
    command = [sys.executable, "-S", "ChatApp.py", "config1.txt"]
    done = subprocess.run(command, cwd=classic, capture_output=True, text=True, check=False)
    assert done.stdout == "ChatApp.py config1.txt\n"
