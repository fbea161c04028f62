"""Codes: invitations to register, HANDOVER to join on another device, and CLAIM to become the server's owner.

A code is shown once and stored as a hash. Codes are random, so a slower hash than SHA-256 is not needed.
"""

import hashlib
from base64 import b32encode
from string import ascii_lowercase, digits
from typing import Final

from muca.core.asking import decide, look
from muca.core.guessing import judge, try_to_guess
from muca.core.handovers import Code
from muca.core.live import Connection, hash_secret
from muca.core.standing import check, server_role, standing
from muca.core.state import State
from muca.core.steps import Handled, Outcome, Steps
from muca.model.changes import AddAudit, AddEvent, Change, PutCode, PutPerson, UseCode
from muca.model.errors import ErrorCode
from muca.model.events import EventKind
from muca.model.facts import CodeFacts, CodeKind, Facts, Person, Wanted
from muca.model.ids import Uid
from muca.model.queries import FoundInvitations, InvitationsQuery
from muca.model.replies import HandoverCode, InvitationInfo, InvitationList, MadeInvitation, RoleGiven
from muca.model.requests import Claim, Handover, Invitation, Invitations, Withdraw
from muca.model.roles import Place, Role, RoomCondition, Verb, denial
from muca.model.rooms import LOBBY
from muca.model.storage import Decided, Decision, Refused

_GROUPS: Final = 4
_GROUP_CHARS: Final = 5
"""20 characters of base 32: 100 bits."""
_CODE_CHARACTERS: Final = frozenset(ascii_lowercase + digits)


def make_code(secret: str) -> str:
    """Return a code that is easy to read out and type, made from a fresh secret."""
    digest = hashlib.blake2b(secret.encode(), person=b"muca code").digest()
    characters = b32encode(digest).decode("ascii").lower()
    return "-".join(characters[n * _GROUP_CHARS :][:_GROUP_CHARS] for n in range(_GROUPS))


def hash_code(code: str) -> bytes:
    """Return the stored hash of a code. Case, spaces, line breaks and dashes are ignored."""
    return hash_secret("".join(character for character in code.lower() if character in _CODE_CHARACTERS))


def invitation(state: State, connection: Connection, request: Invitation) -> Handled:
    """Create an invitation."""
    code = make_code(state.new_secret())
    until_ms = state.now.utc_ms + request.seconds * 1_000
    invitations_max = state.limits.invitations_max

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.INVITATION, facts, on_server=True):
            return refused
        if facts.invitations >= invitations_max:
            detail = (
                f"You have {facts.invitations} valid invitations, the most allowed; WITHDRAW one that you do not need."
            )
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        uid, uses = facts.actor.uid, request.uses
        made = PutCode(code_hash=hash_code(code), kind=CodeKind.INVITATION, made_by=uid, uses=uses, until_ms=until_ms)
        return Decision(changes=(made, AddAudit(actor=uid, action="INVITATION", detail=f"USES {uses}")))

    def answer(decided: Decided) -> MadeInvitation:
        return MadeInvitation(invitation=decided.made[0], code=code, until_ms=until_ms)

    return decide(state, Wanted(actor=connection.uid, totals=("invitations",)), rule, answer)


def invitations(state: State, connection: Connection, request: Invitations) -> Handled:
    """List the invitations that are still valid."""
    now_ms = state.now.utc_ms

    def answer(found: FoundInvitations) -> InvitationList:
        return InvitationList(
            invitations=tuple(
                InvitationInfo(
                    invitation=code.code,
                    created_ms=code.created_ms,
                    uid=code.maker.uid,
                    uses=code.uses,
                    until_ms=code.until_ms,
                )
                for code in found.codes
                if _may_invite(code.maker, now_ms)
            )
        )

    return look(state, connection, InvitationsQuery(), Verb.INVITATION, answer=answer)


def withdraw(state: State, connection: Connection, request: Withdraw) -> Handled:
    """Invalidate an invitation."""
    wanted = Wanted(actor=connection.uid, code=request.invitation)

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.INVITATION, facts, on_server=True):
            return refused
        code = good_code(facts)
        if code is None or code.kind is not CodeKind.INVITATION:
            return Refused(
                code=ErrorCode.CODE_WRONG, detail="There is no invitation with that number, or it is no longer valid."
            )
        audit = AddAudit(actor=facts.actor.uid, action="WITHDRAW", detail=f"INVITATION {request.invitation}")
        return Decision(changes=(UseCode(code=request.invitation, withdraw=True), audit))

    return decide(state, wanted, rule)


def hand_over(state: State, connection: Connection, request: Handover) -> Outcome:
    """Create a code for joining the account on another device.

    This is also possible over plain TCP: anyone who reads it there has read the token, too.
    """
    session = connection.session
    assert session is not None
    if session.device is None:  # it joined without a new token, because nothing could be stored
        return Refused(code=ErrorCode.STORAGE_UNAVAILABLE)
    code = make_code(state.new_secret())
    milliseconds = state.limits.handover_seconds * 1_000
    state.handovers.put(session.uid, Code(hash_code(code), session.device, state.now.monotonic_ms + milliseconds))
    return HandoverCode(code=code, until_ms=state.now.utc_ms + milliseconds)


def claim(state: State, connection: Connection, request: Claim) -> Steps[Outcome | None]:
    """Become the server's owner."""
    if not state.accepts_secrets(connection):
        return Refused(code=ErrorCode.NOT_SECURE)
    uid = connection.uid
    if refused := try_to_guess(state, connection, uid):
        return refused
    wanted = Wanted(actor=uid, code_hash=hash_code(request.code), totals=("owners",))

    def rule(facts: Facts) -> Decision | Refused:
        if server_role(facts.actor) is Role.OWNER:  # by this code; its reply was lost
            return Decision()
        code = good_code(facts)
        if code is None or code.kind is not CodeKind.OWNER:
            return Refused(code=ErrorCode.CODE_WRONG)
        return Decision(changes=(UseCode(code=code.code), *make_owner(uid, facts.actor.nickname, "CLAIM")))

    result = yield from decide(state, wanted, rule, lambda _: RoleGiven(role=Role.OWNER))
    judge(state, connection, uid, result)
    return result


def good_code(facts: Facts) -> CodeFacts | None:
    """Return the code from facts with ``owners``, if it is valid.

    An owner's code is valid only while the server has no owner, and an invitation while its creator could create one.
    """
    code = facts.code
    if code is None:
        return None
    is_good = not facts.owners if code.kind is CodeKind.OWNER else _may_invite(code.maker, facts.now_ms)
    return code if is_good else None


def _may_invite(person: Person, now_ms: int) -> bool:
    stands = standing(Place.SERVER, person, None, now_ms)
    return denial(Verb.INVITATION, stands, Place.SERVER, RoomCondition.OPEN) is None


def make_owner(uid: Uid, nickname: str, action: str) -> tuple[Change, ...]:
    """Return the changes that make somebody who presented the owner's code the server's owner."""
    return (
        PutPerson(uid=uid, role=Role.OWNER),
        AddEvent(room=LOBBY, kind=EventKind.ROLE, sender=uid, nickname=nickname, uid=uid, role=Role.OWNER),
        AddAudit(actor=uid, action=action, uid=uid, detail=Role.OWNER.value),
    )
