"""Changes to messages: EDIT, DELETE, PURGE, REACT, UNREACT, PIN, UNPIN and the read marker.

Every request is idempotent: if nothing needs to change, the reply is OKAY, without another event.
"""

from typing import Any, Final

from muca.core.asking import decide, stored
from muca.core.live import Connection
from muca.core.standing import check, power
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.changes import (
    AddAudit,
    AddEvent,
    AddPurge,
    Change,
    DropReaction,
    Erase,
    PutMarker,
    PutReaction,
    SetPinned,
    SetText,
)
from muca.model.errors import ErrorCode
from muca.model.events import Count, EventKind
from muca.model.facts import Counted, Draft, Facts, MessageFacts, Total, Wanted
from muca.model.ids import Seq, Uid
from muca.model.mentions import EVERYONE
from muca.model.reactions import emoji_form
from muca.model.replies import Purged
from muca.model.requests import Delete, Edit, Pin, Purge, React, Read, Unpin, Unreact
from muca.model.roles import RANKS, Place, Role, Verb
from muca.model.storage import Decided, Decision, Refused

_NO_SUCH_EVENT: Final = Refused(code=ErrorCode.NO_SUCH_EVENT)


def edit(state: State, connection: Connection, request: Edit) -> Handled:
    """Edit a message of the person."""
    draft = Draft(text=request.text, mentions=request.mentions, mentions_max=state.limits.mentions_max)
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq, draft=draft)

    def rule(facts: Facts) -> Decision | Refused:
        message = _message(Verb.EDIT, facts)
        if isinstance(message, Refused):
            return message
        if message.sender != facts.actor.uid:
            return Refused(code=ErrorCode.NOT_ALLOWED, detail="Only the author of a message can edit it.")
        return Decision(changes=edited(facts, message, draft.text))

    return decide(state, wanted, rule, stored)


def edited(facts: Facts, message: MessageFacts, text: str) -> tuple[Change, ...]:
    """Return what gives a message of the room a new text; nothing if it already has this text and these mentions."""
    if message.text == text and message.mentioned == facts.mentioned:
        return ()
    assert facts.room is not None
    room, mentioned = facts.room.room, facts.mentioned
    counted = {uid: message.counted.get(uid, facts.room.seq + 1) for uid in mentioned.counted}
    counts = _counts(message.counted, counted)
    return (
        SetText(room=room, seq=message.seq, text=text, mentioned=mentioned, counted=counted),
        AddEvent.by(facts.actor, room, EventKind.EDIT, of=message.seq, text=text, mentioned=mentioned, counts=counts),
    )


def erased(facts: Facts, author: Uid, seq: Seq, counted: Counted) -> tuple[Change, ...]:
    """Return what deletes a message of the room."""
    assert facts.room is not None
    room, counts = facts.room.room, _counts(counted, {})
    others = author if author != facts.actor.uid else None
    event = AddEvent.by(facts.actor, room, EventKind.DELETE, of=seq, author=others, counts=counts)
    return Erase(room=room, seq=seq), event


def _counts(before: Counted, after: Counted) -> tuple[Count, ...]:
    """Return how the counts of mentions change."""
    less = [(uid, seq, -1) for uid, seq in before.items() if uid not in after]
    more = [(uid, seq, 1) for uid, seq in after.items() if uid not in before]
    return tuple(Count(uid=uid or None, room=uid == EVERYONE, seq=seq, by=by) for uid, seq, by in (*less, *more))


def delete(state: State, connection: Connection, request: Delete) -> Handled:
    """Delete the person's own message or, as a moderator, that of somebody without power over the moderator."""
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq)

    def rule(facts: Facts) -> Decision | Refused:
        message = _message(Verb.SEE, facts)
        if isinstance(message, Refused):
            return message
        changes = erased(facts, message.sender, message.seq, message.counted)
        if message.sender == facts.actor.uid:
            return check(Verb.DELETE_OWN, facts) or Decision(changes=changes)
        if refused := check(Verb.DELETE_OTHER, facts) or _outranked(facts, message.sender_role):
            return refused
        audit = AddAudit(
            actor=facts.actor.uid, action="DELETE", uid=message.sender, room=request.room, detail=f"SEQ {request.seq}"
        )
        return Decision(changes=(*changes, audit))

    return decide(state, wanted, rule, stored)


def purge(state: State, connection: Connection, request: Purge) -> Handled:
    """Delete the newest messages of one person, if the actor may delete them: all or none, as they have one sender."""
    limits = state.limits
    wanted = Wanted(
        actor=connection.uid,
        room=request.room,
        target=request.uid,
        author=request.uid,
        messages_max=limits.purged_messages_max,
        chars_max=limits.purged_chars_max,
    )

    def rule(facts: Facts) -> Decision | Refused:
        is_own = request.uid == facts.actor.uid
        member = facts.target_membership
        role = member.role if member is not None and member.entered else Role.MEMBER
        if is_own:
            refused = check(Verb.DELETE_OWN, facts)
        else:
            refused = check(Verb.DELETE_OTHER, facts) or _outranked(facts, role)
        if refused:
            return refused
        changes: list[Change] = []
        for seq, counted in facts.messages.items():
            changes += erased(facts, request.uid, seq, counted)
        if changes and not is_own:
            changes.append(
                AddPurge(actor=facts.actor.uid, uid=request.uid, room=request.room, messages=len(facts.messages))
            )
        return Decision(changes=tuple(changes))

    def answer(decided: Decided) -> Purged:
        return Purged(deleted=len(decided.events), more=decided.facts.more_messages)

    return decide(state, wanted, rule, answer)


def _outranked(facts: Facts, sender_role: Role) -> Refused | None:
    """Refuse if the sender has power over the actor; the sender's role on the server counts only in the lobby."""
    assert facts.room is not None
    place, rank = facts.room.place, RANKS[sender_role]
    senders_power = (rank if place is Place.LOBBY else 0, rank)
    if power(place, facts.actor, facts.membership) >= senders_power:
        return None
    detail = f"The author of the message has a higher role: {sender_role}."
    return Refused(code=ErrorCode.NOT_ALLOWED, detail=detail)


def react(state: State, connection: Connection, request: React) -> Handled:
    """Add a reaction."""
    emoji = emoji_form(request.emoji)
    if emoji is None:
        return Refused(code=ErrorCode.BAD_REQUEST, detail="EMOJI must be a single emoji of Unicode's list.")
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq, emoji=emoji)
    reactions_max = state.limits.reactions_max

    def rule(facts: Facts) -> Decision | Refused:
        message = _message(Verb.REACT, facts)
        if isinstance(message, Refused):
            return message
        if message.reacted:
            return Decision()
        if emoji not in message.emojis and len(message.emojis) >= reactions_max:
            return Refused(
                code=ErrorCode.TOO_MANY, detail=f"A message can have at most {reactions_max} different reactions."
            )
        reaction = PutReaction(room=request.room, seq=request.seq, uid=facts.actor.uid, emoji=emoji)
        return Decision(changes=(reaction, _event(facts, request, EventKind.REACT, emoji=emoji)))

    return decide(state, wanted, rule, stored)


def unreact(state: State, connection: Connection, request: Unreact) -> Handled:
    """Remove the person's reaction, even one from before reactions were limited to the list of emoji."""
    emoji = emoji_form(request.emoji) or request.emoji
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq, emoji=emoji)

    def rule(facts: Facts) -> Decision | Refused:
        message = _message(Verb.REACT, facts)
        if isinstance(message, Refused):
            return message
        if not message.reacted:
            return Decision()
        reaction = DropReaction(room=request.room, seq=request.seq, uid=facts.actor.uid, emoji=emoji)
        return Decision(changes=(reaction, _event(facts, request, EventKind.UNREACT, emoji=emoji)))

    return decide(state, wanted, rule, stored)


def pin(state: State, connection: Connection, request: Pin) -> Handled:
    """Pin a message."""
    return _set_pinned(state, connection, request, pinned=True)


def unpin(state: State, connection: Connection, request: Unpin) -> Handled:
    """Unpin a message."""
    return _set_pinned(state, connection, request, pinned=False)


def _set_pinned(state: State, connection: Connection, request: Pin | Unpin, *, pinned: bool) -> Handled:
    totals: tuple[Total, ...] = ("pins",) if pinned else ()
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq, totals=totals)
    pins_max = state.limits.pins_max

    def rule(facts: Facts) -> Decision | Refused:
        message = _message(Verb.PIN, facts)
        if isinstance(message, Refused):
            return message
        if message.pinned is pinned:
            return Decision()
        if pinned and facts.pins >= pins_max:
            return Refused(
                code=ErrorCode.TOO_MANY, detail=f"A room can have at most {pins_max} pinned messages; unpin one first."
            )
        changed = SetPinned(room=request.room, seq=request.seq, pinned=pinned)
        return Decision(
            changes=(
                changed,
                _event(facts, request, EventKind.PIN if pinned else EventKind.UNPIN),
            )
        )

    return decide(state, wanted, rule, stored)


def read(state: State, connection: Connection, request: Read) -> Handled:
    """Move the read marker, at most to the newest event, and back only with BACK. This is not an event."""
    wanted = Wanted(actor=connection.uid, room=request.room)

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.READ, facts):
            return refused
        assert facts.room is not None
        seq = max(0, min(request.seq, facts.room.seq))
        back = seq < facts.room.read
        if seq == facts.room.read or (back and not request.back):
            return Decision()
        return Decision(changes=(PutMarker(room=request.room, uid=facts.actor.uid, seq=seq, back=back),))

    return decide(state, wanted, rule)


def _message(verb: Verb, facts: Facts) -> MessageFacts | Refused:
    """Return the message of the request, if it exists and the actor may do this with messages here."""
    return check(verb, facts) or facts.message or _NO_SUCH_EVENT


def _event(facts: Facts, request: React | Unreact | Pin | Unpin, kind: EventKind, **fields: Any) -> AddEvent:
    return AddEvent.by(facts.actor, request.room, kind, of=request.seq, **fields)
