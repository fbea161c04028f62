"""A link and a simulated server on one clock: what a test of the link plays with."""

import json
from random import Random
from typing import Any

from muca.client.events import AnyEvent
from muca.client.joining import PLAIN, Channel
from muca.client.link import Credential, Link, LinkState
from muca.client.outbox import RequestResult
from muca.client.tokens import Tokens
from muca.model.events import Message
from muca.model.rooms import Peer
from tests.client.simulated_server import Connection, SimulatedServer

TONY = Peer(uid="tony", nickname="Tony")
MARY = Peer(uid="mary", nickname="Mary")
ME = Peer(uid="me", nickname="Me")


def a_link(*, uid: str = "me", reconnect: bool = True, events_max: int = 10_000, random: Random | None = None) -> Link:
    """Return a link that has not connected yet."""
    return Link(uid=uid, nickname=uid.title(), reconnect=reconnect, random=random or Random(1), events_max=events_max)


def written(link: Link) -> list[dict[str, Any]]:
    """Return the frames that the link wants written, each in a write of its own."""
    return [json.loads(data) for data in link.take_data()]


class Play:
    """Moves bytes and time between a link ("me") and a server."""

    def __init__(
        self,
        server: SimulatedServer | None = None,
        *,
        events_max: int = 10_000,
        reconnect: bool = True,
        random: Random | None = None,
    ) -> None:
        self.server = server or SimulatedServer(others=(TONY, MARY))
        self.link = a_link(reconnect=reconnect, events_max=events_max, random=random)
        self.now = 0.0
        self.connection: Connection | None = None
        self.to_server = b""
        self.answers: dict[str, RequestResult] = {}
        self.credentials: list[Credential] = []

    def open(self, tokens: Tokens | None = None, channel: Channel = PLAIN) -> None:
        """Open a connection."""
        if tokens is not None:
            self.link.tokens = tokens
        self.connection = self.server.accept()
        self.to_server = b""
        self.link.opened(self.now, channel)
        self.follow()

    def follow(self) -> None:
        """Do what the link has decided."""
        self.to_server += b"".join(self.link.take_data())
        self.answers.update(self.link.take_answers())
        credential = self.link.take_credential()
        if credential is not None:
            self.credentials.append(credential)
        if self.connection is not None and not self.link.is_open:
            self.drop()

    def drop(self) -> None:
        """Lose what is on its way."""
        assert self.connection is not None
        self.connection.open = False
        self.connection = self.server.connection = None
        self.to_server = b""

    def cut(self) -> None:
        """Break the connection."""
        self.drop()
        self.link.lost("The cable was pulled.", self.now)
        self.follow()

    def carry(self, bytes_max: int | None = None) -> None:
        """Let the server read, answer nothing yet."""
        if self.connection is not None:
            data, self.to_server = self.to_server[:bytes_max], self.to_server[len(self.to_server[:bytes_max]) :]
            self.server.receive(self.connection, data)

    def answer(self) -> None:
        """Let the server's replies out."""
        if self.connection is not None:
            self.server.answer(self.connection)

    def hear(self, bytes_max: int | None = None) -> None:
        """Let the link read."""
        connection = self.connection
        if connection is not None:
            data = connection.to_client[:bytes_max]
            connection.to_client = connection.to_client[len(data) :]
            self.link.received(data, self.now)
            self.follow()

    def settle(self) -> None:
        """Carry everything there and back until nothing moves."""
        while (connection := self.connection) is not None and (
            self.to_server or connection.to_client or connection.unanswered
        ):
            self.carry()
            self.answer()
            self.hear()

    def join(self, tokens: Tokens | None = None) -> None:
        """Open a connection and join."""
        self.open(tokens)
        self.settle()
        assert self.link.state is LinkState.JOINED

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.link.tick(self.now)
        self.follow()

    def rejoin(self) -> None:
        """Wait out the pause, and join again."""
        assert self.link.state is LinkState.WAITING
        self.now = self.link.retry_at
        self.join()

    def rejoin_without_answers(self) -> None:
        """Wait out the pause, and join again; what the link then asks stays in ``to_server``."""
        self.now = self.link.retry_at
        self.open()
        self.carry()
        self.hear()
        assert self.link.state is LinkState.JOINED

    def events(self) -> list[AnyEvent]:
        """Take the events that wait."""
        events: list[AnyEvent] = []
        while (event := self.link.take_event(self.now)) is not None:
            events.append(event)
        self.follow()
        return events

    def all_events(self) -> list[AnyEvent]:
        """Take events until there are none, with a server that answers what taking them makes the link ask."""
        events: list[AnyEvent] = []
        while new := self.events():
            events += new
            self.settle()
        return events

    def messages(self) -> list[str]:
        """Take the events that wait; give the texts of the messages."""
        return [event.text for event in self.events() if isinstance(event, Message)]
