"""Ownership of the server: while there is no owner, each start creates a code with which somebody can become it."""

import secrets
import time
from typing import Final

from muca.core.codes import hash_code
from muca.model.changes import PutCode
from muca.model.facts import CodeKind, Facts, Wanted
from muca.model.storage import Decide, Decided, Decision
from muca.storage.store import Store

CODE_SECONDS: Final = 86_400
"""How long a code is valid."""


def new_owner_code(store: Store) -> str | None:
    """Create a code for CLAIM; None: the server has an owner.

    Raises ``StoreError``.
    """
    code = "-".join(secrets.token_hex(2) for _ in range(6))
    now_ms = time.time_ns() // 1_000_000

    def rule(facts: Facts) -> Decision:
        if facts.owners:
            return Decision()
        until_ms = now_ms + CODE_SECONDS * 1_000
        made = PutCode(code_hash=hash_code(code), kind=CodeKind.OWNER, made_by="-", uses=1, until_ms=until_ms)
        return Decision(changes=(made,))

    [result] = store.commit([Decide(wanted=Wanted(actor="-", totals=("owners",)), rule=rule, ts_ms=now_ms)])
    return code if isinstance(result, Decided) and result.made else None
