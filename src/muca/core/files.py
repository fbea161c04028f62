"""Who may upload a file, of which size, and who may download it: rules for transfers over HTTP."""

from muca.core.standing import check, sees_to_report, standing
from muca.model.changes import PutFile
from muca.model.errors import ErrorCode
from muca.model.facts import Facts, Wanted
from muca.model.files import StoredFile
from muca.model.ids import FileId, Uid
from muca.model.limits import Limits
from muca.model.roles import Place, Standing, Verb
from muca.model.storage import Decision, Guard, Refused, Rule

_NO_SUCH_FILE = Refused(code=ErrorCode.NO_SUCH_FILE)


def uploading(uid: Uid) -> Wanted:
    """Return the facts needed to decide on an upload."""
    return Wanted(actor=uid, file_bytes=True)


def may_upload(limits: Limits, new_bytes: int) -> Guard:
    """Refuse uploads without permission or beyond the quotas, as far as this is known before they start."""

    def guard(facts: Facts) -> Refused | None:
        if refused := check(Verb.UPLOAD, facts, on_server=True):
            return refused
        if facts.actors_file_bytes + new_bytes > limits.account_file_bytes_max:
            whose = f"Your files may take up at most {limits.account_file_bytes_max} bytes"
            return Refused(code=ErrorCode.TOO_MANY, detail=f"{whose}; delete messages with files that you do not need.")
        if facts.all_file_bytes + new_bytes > limits.server_file_bytes_max:
            detail = "The server has no space for more files; tell its operator."
            return Refused(code=ErrorCode.TOO_MANY, detail=detail)
        return None

    return guard


def put_file(limits: Limits, file: StoredFile) -> Rule:
    """Record an upload that is on disk, if it is allowed."""
    guard = may_upload(limits, file.info.bytes)

    def rule(facts: Facts) -> Decision | Refused:
        return guard(facts) or Decision(changes=(PutFile(file=file),))

    return rule


def fetching(uid: Uid, file: FileId) -> Wanted:
    """Return the facts needed to decide on a download."""
    return Wanted(actor=uid, file=file)


def may_fetch(facts: Facts) -> Refused | None:
    """Refuse a download unless the actor may read the file's message now or, without a message, uploaded the file.

    Moderators of an open report may read the files of its message, even if that was deleted. A file that the actor may
    not see looks like one that does not exist.
    """
    if facts.file is None:
        return _NO_SUCH_FILE
    if sees_to_report(facts):
        return None
    if facts.file.seq is None:
        is_barred = standing(Place.SERVER, facts.actor, None, facts.now_ms) is Standing.BARRED
        return _NO_SUCH_FILE if is_barred or facts.file.uid != facts.actor.uid else None
    return _NO_SUCH_FILE if check(Verb.SEE, facts) is not None or facts.message is None else None


def may_fetch_by_link(facts: Facts) -> Refused | None:
    """Refuse a download by a valid link unless the file's message exists: links do not outlive messages."""
    return _NO_SUCH_FILE if facts.file is None or facts.message is None else None
