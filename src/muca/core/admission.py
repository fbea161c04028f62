"""Admission: the rule of JOIN, a pure function of what the store knows of the UID."""

from muca.core.standing import POWERFUL, server_role
from muca.model.errors import ErrorCode
from muca.model.names import nickname_key
from muca.model.storage import AdmitFacts, AdmitGuard, Refused


def admission(
    nickname: str,
    *,
    has_token: bool = False,
    password_hash: str | None = None,
    uid_fault: str | None = None,
    nickname_fault: str | None = None,
    accounts_only: bool = False,
) -> AdmitGuard:
    """Return the rule for one JOIN.

    Anyone may use a free UID (unless ``accounts_only``). A claimed UID needs one of its tokens, its password, or a code
    from one of its devices; with a valid token, nothing else is checked. The first refusal that applies is returned.

    A ban of an address does not apply to owners and moderators of the server; otherwise it could be used against people
    of a higher role. An account with a password keeps its own nickname in any case.

    Args:
        nickname: the nickname requested.
        has_token: whether a token was presented, valid or not.
        password_hash: the stored hash that the password was verified against.
        uid_fault: what is wrong with the UID if it is new.
        nickname_fault: what is wrong with the nickname if it is not already the UID's.
        accounts_only: whether a UID without a password is refused.
    """

    def guard(facts: AdmitFacts) -> Refused | None:
        person = facts.person
        fault = uid_fault if facts.is_new else None
        if facts.is_new or nickname != person.nickname:
            fault = fault or nickname_fault
        if fault is not None:
            return Refused(code=ErrorCode.BAD_NAME, detail=fault)
        code = refusal(facts)
        return Refused(code=code) if code is not None else None

    def refusal(facts: AdmitFacts) -> ErrorCode | None:
        person = facts.person
        if person.deleted:
            return ErrorCode.ACCOUNT_DELETED
        if person.claimed and facts.device is None and not facts.vouched:
            if password_hash is None:
                return ErrorCode.TOKEN_WRONG if has_token else ErrorCode.TOKEN_REQUIRED
            if password_hash != person.password_hash:  # it was changed while the password was verified
                return ErrorCode.PASSWORD_WRONG
        if person.disabled:
            return ErrorCode.ACCOUNT_DISABLED
        from_banned_address = facts.address_banned and server_role(person) not in POWERFUL
        if from_banned_address or person.banned_until_ms > facts.now_ms:
            return ErrorCode.BANNED
        if accounts_only and person.password_hash is None:
            return ErrorCode.PASSWORD_REQUIRED if person.claimed else ErrorCode.ACCOUNT_REQUIRED
        is_own = person.password_hash is not None and nickname_key(person.nickname) == nickname_key(nickname)
        return ErrorCode.NICKNAME_TAKEN if facts.nickname_taken and not is_own else None

    return guard
