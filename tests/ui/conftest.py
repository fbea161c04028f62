"""A window of ours on a display of the tests', with a server that the test plays."""

from collections.abc import Iterator

import pytest

from muca.model.rooms import Peer, Room
from muca.ui.memory import Memory
from muca.ui.tk.root import Root
from muca.ui.tk.window import ChatWindow
from muca.ui.view.chat import Chat, ChatState
from tests.display import Person, display
from tests.ui.fake_client import FakeClient, Registers
from tests.ui.people import EVERYBODY, LOBBY_ROOM, PROFILE

__all__ = ["Desk", "desk", "display", "root"]


class Desk(Person):
    """Tony at his window."""

    root: Root

    def __init__(self, root: Root) -> None:
        super().__init__(root)
        self.clients: list[FakeClient] = []
        self.registers = Registers()
        self.chat = Chat(PROFILE, self._make, self.registers)  # type: ignore[arg-type]
        self.window = ChatWindow(
            root, root.look, self.chat, appearance=root.appearance, choose_appearance=root.choose_appearance
        )
        root.present("1120x760+0+0")
        self.settle()
        self.focus(self.window.composer.to)

    def _make(self, *, password: str | None) -> FakeClient:
        self.clients.append(FakeClient(password))
        return self.clients[-1]

    @property
    def client(self) -> FakeClient:
        """The client made last."""
        return self.clients[-1]

    def join(self, *peers: Peer, rooms: tuple[Room, ...] = (LOBBY_ROOM,), v: int = 2) -> FakeClient:
        """Come in."""
        self.window.join()
        self.client.accept(peers or EVERYBODY, rooms, v=v)
        self.wait(lambda: self.window.people.names, "the people")
        assert self.chat.state is ChatState.JOINED
        return self.client

    def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        self.root.geometry(f"{width}x{height}")
        self.wait(lambda: (self.root.winfo_width(), self.root.winfo_height()) == (width, height), "the size")
        self.settle()

    @property
    def console(self) -> list[str]:
        """The lines of the console, without their times."""
        lines = self.window.console.text.get("1.0", "end-1c").splitlines()
        return [line.partition("  ")[2] for line in lines]

    @property
    def text(self) -> str:
        """Everything in the message area."""
        return self.window.messages.text.get("1.0", "end-1c")


@pytest.fixture
def root(display: str) -> Iterator[Root]:
    """Make a root, and destroy it afterwards if nobody did."""
    memory = Memory(None)
    memory.choose_appearance("light")
    made = Root(memory)
    # Many roots in one process share one display, and Tk may call the input context of one that is gone.
    made.tk.call("tk", "useinputmethods", False)
    errors: list[BaseException] = []
    made.report_callback_exception = lambda kind, error, trace: errors.append(error)  # type: ignore[method-assign]
    yield made
    if made.tk.call("info", "commands", "."):
        made.update()  # what is on its way must not come to a window that is gone
        made.destroy()
    assert errors == []


@pytest.fixture
def desk(root: Root) -> Desk:
    """Sit down at a window."""
    return Desk(root)
