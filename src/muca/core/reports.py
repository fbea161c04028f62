"""REPORT and what moderators do with reports, the audit log, and IGNORE, with which people hide others for themselves.

- A report goes to the moderators of its room. Direct and group rooms have none, so there it goes to the server's: the
  person who reports a message shows it to them.
- A report that the person may not read is treated as if it did not exist.
- A report keeps a copy of the message, with its files, until it is closed: neither the author nor a moderator can
  destroy evidence by deleting the message.
"""

from muca.core.asking import decide, look
from muca.core.live import Connection
from muca.core.standing import UNRULED, check, sees_to_report
from muca.core.state import State
from muca.core.steps import Handled
from muca.model.changes import AddAudit, CloseReport, PutIgnored, PutReport
from muca.model.errors import ErrorCode
from muca.model.facts import Facts, Wanted
from muca.model.queries import AuditQuery, ReportsQuery
from muca.model.requests import Audit, Ignore, Report, Reports, Resolve, Unignore
from muca.model.roles import Verb
from muca.model.storage import Decision, Refused


def report(state: State, connection: Connection, request: Report) -> Handled:
    """Report a message to the moderators."""
    wanted = Wanted(actor=connection.uid, room=request.room, event=request.seq, totals=("reports",))
    reports_max = state.limits.reports_max

    def rule(facts: Facts) -> Decision | Refused:
        if refused := check(Verb.REPORT, facts):
            return refused
        if facts.message is None:
            return Refused(code=ErrorCode.NO_SUCH_EVENT)
        if facts.reports >= reports_max:
            detail = (
                f"You have {reports_max} open reports, the most allowed; wait until the moderators have resolved one."
            )
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        reported = PutReport(room=request.room, seq=request.seq, uid=facts.actor.uid, reason=request.reason)
        return Decision(changes=(reported,))

    return decide(state, wanted, rule)


def reports(state: State, connection: Connection, request: Reports) -> Handled:
    """List open reports: of a room, or of all rooms that the server's moderators moderate, which no private room is."""
    query = ReportsQuery(room=request.room, with_private=request.room is not None)
    return look(state, connection, query, Verb.MODERATE, room=request.room)


def resolve(state: State, connection: Connection, request: Resolve) -> Handled:
    """Close a report."""
    wanted = Wanted(actor=connection.uid, report=request.report)

    def rule(facts: Facts) -> Decision | Refused:
        if not sees_to_report(facts):
            return Refused(code=ErrorCode.NO_SUCH_EVENT, detail="There is no such open report, or you may not see it.")
        where = facts.room.room if facts.room is not None and facts.room.place not in UNRULED else None
        audit = AddAudit(actor=facts.actor.uid, action="RESOLVE", room=where, detail=f"REPORT {request.report}")
        return Decision(changes=(CloseReport(report=request.report), audit))

    return decide(state, wanted, rule)


def audit(state: State, connection: Connection, request: Audit) -> Handled:
    """Read the audit log."""
    entries_max = min(request.limit, state.limits.announced.history_events_max)
    query = AuditQuery(room=request.room, before=request.before, entries_max=entries_max)
    return look(state, connection, query, Verb.MODERATE, room=request.room)


def ignore(state: State, connection: Connection, request: Ignore) -> Handled:
    """Make the person's clients hide somebody's messages."""
    uid = connection.uid
    if request.uid == uid:
        return Refused(code=ErrorCode.BAD_REQUEST, detail="UID must be somebody else's.")
    ignores_max = state.limits.ignores_max
    is_new = request.uid not in state.peers[uid].ignores

    def rule(facts: Facts) -> Decision | Refused:
        if facts.target is None:
            return Refused(code=ErrorCode.NO_SUCH_PERSON)
        if is_new and facts.ignores >= ignores_max:
            detail = f"You ignore {facts.ignores} people, the most allowed; stop ignoring one first."
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        return Decision(changes=(PutIgnored(uid=uid, other=request.uid, ignored=True),))

    return decide(state, Wanted(actor=uid, target=request.uid, totals=("ignores",)), rule)


def unignore(state: State, connection: Connection, request: Unignore) -> Handled:
    """Stop ignoring somebody."""
    uid = connection.uid
    decision = Decision(changes=(PutIgnored(uid=uid, other=request.uid, ignored=False),))
    return decide(state, Wanted(actor=uid), lambda _: decision)
