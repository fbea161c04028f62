"""Changes of presence: who is online, as each origin of sessions reports it.

An origin is a server process. Each reports the people who have a session with it, and nothing about others.
"""

from typing import TypeAlias

from muca.model.ids import NodeId, Uid
from muca.model.word import Word


class Online(Word, frozen=True, kw_only=True, tag=True):
    """A person has a session with the origin. Reported again when the nickname or ``away`` changes."""

    origin: NodeId
    uid: Uid
    nickname: str
    away: bool = False
    """Whether the person is away from all devices that have a session with the origin."""


class Offline(Word, frozen=True, kw_only=True, tag=True):
    """A person has no session with the origin any more."""

    origin: NodeId
    uid: Uid


class OriginLost(Word, frozen=True, kw_only=True, tag=True):
    """The origin has stopped, and all its sessions with it."""

    origin: NodeId


PresenceChange: TypeAlias = Online | Offline | OriginLost
