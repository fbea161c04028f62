"""The code that makes somebody the server's owner."""

from muca.core.codes import hash_code
from muca.model.changes import PutPerson
from muca.model.facts import CodeKind, Facts, Wanted
from muca.model.queries import PersonQuery
from muca.model.roles import Role
from muca.model.storage import Decide, Decided, Decision, Look
from muca.server.ownership import new_owner_code
from tests.memory_store.store import MemoryStore


def test_code_is_good_while_nobody_owns_the_server() -> None:
    """Each start makes a new one; once there is an owner there are no more."""
    store = MemoryStore()
    code, other = new_owner_code(store), new_owner_code(store)
    assert code is not None
    assert code != other
    wanted = Wanted(actor="tony", code_hash=hash_code(code))
    facts = store.look(Look(wanted=wanted, guard=lambda _: None, query=PersonQuery(), ts_ms=0))
    assert isinstance(facts, Facts)
    assert facts.code is not None
    assert (facts.code.kind, facts.code.uses) == (CodeKind.OWNER, 1)
    owner = Decision(changes=(PutPerson(uid="tony", role=Role.OWNER, password_hash="x"),))
    [result] = store.commit([Decide(wanted=Wanted(actor="tony"), rule=lambda _: owner, ts_ms=0)])
    assert isinstance(result, Decided)
    assert new_owner_code(store) is None
