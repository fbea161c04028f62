"""HISTORY: pages of a room's log."""

from muca.core.effects import Read, Tell
from muca.core.inputs import PageRead
from muca.core.state import Connection, State
from muca.model.errors import ErrorCode
from muca.model.replies import Okay, Page
from muca.model.requests import History
from muca.model.storage import HistoryQuery, StoreError


def history(state: State, connection: Connection, request: History) -> None:
    """Ask the store for the page; it checks what the reader may see where the data is read."""
    session = connection.session
    assert session is not None
    query = HistoryQuery(
        room=request.room,
        reader=session.uid,
        after=request.after,
        before=request.before,
        events_max=min(request.limit, state.limits.announced.history_events_max),
        bytes_max=state.limits.history_bytes_max,
    )
    state.effects.append(Read(connection.id, request.request_id, query))
    state.store_asked(connection)


def page_read(state: State, answer: PageRead) -> None:
    """Answer with what the store read."""
    read, result = answer
    connection = state.connections.get(answer.connection)
    if connection is None:
        return
    if result is None:
        state.fail_id(connection.id, read.answers, ErrorCode.NO_SUCH_ROOM)
    elif isinstance(result, StoreError):
        state.fail_id(connection.id, read.answers, ErrorCode.STORAGE_UNAVAILABLE, retry_seconds=5)
    else:
        page = Page(room=read.query.room, events=result.events, more=result.more)
        state.effects.append(Tell(connection.id, Okay(answers=read.answers, data=page)))
    state.store_answered(connection)
