"""Files: quotas at the bound and one past it, and who may have a file. SEND with files as the Hub does it."""

import msgspec
import pytest

from muca.core.files import fetching, may_fetch, may_fetch_by_link, may_upload, put_file, uploading
from muca.model.changes import CloseReport, Erase, PutMember, PutPerson, PutReport
from muca.model.errors import ErrorCode
from muca.model.events import Message
from muca.model.facts import FOR_EVER_MS, Facts, Membership
from muca.model.ids import FileId
from muca.model.limits import Limits
from muca.model.queries import PersonQuery
from muca.model.replies import Fail, Okay
from muca.model.requests import Send
from muca.model.roles import Role
from muca.model.rooms import LOBBY, conversation_id
from muca.model.storage import Decide, Decided, Guard, Look, Refused, WriteResult
from tests.core.granting import change, put_member
from tests.core.world import World
from tests.storage.words import a_file, bring, done, make

LIMITS = Limits(account_file_bytes_max=100, server_file_bytes_max=150)
NO_SUCH_FILE = Refused(code=ErrorCode.NO_SUCH_FILE)


def upload(world: World, uid: str, file: FileId, bytes: int) -> WriteResult:
    write = Decide(wanted=uploading(uid), rule=put_file(LIMITS, a_file(file, by=uid, bytes=bytes)), ts_ms=1)
    (result,) = world.store.commit([write])
    return result


def fetch(world: World, uid: str, file: FileId = "f-1", guard: Guard = may_fetch) -> Refused | None:
    result = world.store.look(Look(wanted=fetching(uid, file), guard=guard, query=PersonQuery(), ts_ms=1))
    assert isinstance(result, Facts | Refused)
    return result if isinstance(result, Refused) else None


@pytest.fixture
def world() -> World:
    world = World()
    for uid in ("tony", "mary", "zoe"):
        world.join(uid)
    return world


class TestQuotas:
    def test_of_an_account(self, world: World) -> None:
        assert isinstance(upload(world, "tony", "f-1", 60), Decided)
        over = upload(world, "tony", "f-2", 41)
        assert isinstance(over, Refused)
        assert over.code is ErrorCode.TOO_MANY
        assert "Your files" in over.detail
        assert isinstance(upload(world, "tony", "f-2", 40), Decided)

    def test_of_the_server(self, world: World) -> None:
        assert isinstance(upload(world, "tony", "f-1", 100), Decided)
        over = upload(world, "mary", "f-2", 51)
        assert isinstance(over, Refused)
        assert over.code is ErrorCode.TOO_MANY
        assert "The server" in over.detail
        assert isinstance(upload(world, "mary", "f-2", 50), Decided)

    def test_can_be_asked_before_anything_comes(self, world: World) -> None:
        upload(world, "tony", "f-1", 60)
        for size, refused in (40, False), (41, True):
            look = Look(wanted=uploading("tony"), guard=may_upload(LIMITS, size), query=PersonQuery(), ts_ms=1)
            assert isinstance(world.store.look(look), Refused) is refused

    def test_what_is_deleted_counts_no_longer(self, world: World) -> None:
        upload(world, "tony", "f-1", 100)
        tony = world.join("tony", token=world.welcome(1).token)
        world.ask(tony, Send(text="", recipients=(), files=("f-1",)))
        change(world, Erase(room=LOBBY, seq=1))
        assert isinstance(upload(world, "tony", "f-2", 100), Decided)


class TestFetch:
    def test_an_upload_is_its_bringers_alone(self, world: World) -> None:
        done(world.store, bring(a_file()))
        assert fetch(world, "tony") is None
        assert fetch(world, "mary") == fetch(world, "mary", "f-none") == NO_SUCH_FILE
        change(world, PutPerson(uid="tony", banned_until_ms=FOR_EVER_MS))
        assert fetch(world, "tony") == NO_SUCH_FILE

    def test_a_file_of_a_message_is_for_who_may_read_it(self, world: World) -> None:
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="", recipients=("mary",), files=("f-1",)))
        assert [fetch(world, uid) for uid in ("tony", "mary", "zoe")] == [None, None, NO_SUCH_FILE]

    def test_who_is_out_of_the_room_or_the_server_has_it_no_more(self, world: World) -> None:
        done(world.store, make("r-a", private=True))
        put_member(world, "mary", "r-a")
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="", room="r-a", files=("f-1",)))
        assert fetch(world, "mary") is None
        put_member(world, "mary", "r-a", entered=False)
        assert fetch(world, "mary") == NO_SUCH_FILE
        change(world, PutPerson(uid="tony", disabled=True))
        assert fetch(world, "tony") == NO_SUCH_FILE

    def test_who_came_later_has_nothing_from_before(self, world: World) -> None:
        """A UID that was claimed was a guest's before, who may have been somebody else."""
        done(world.store, make("r-a", private=True))
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="", room="r-a", files=("f-1",)))
        for floor_seq, answer in (0, None), (1, NO_SUCH_FILE):
            change(world, PutMember(room="r-a", member=Membership(uid="mary", floor_seq=floor_seq)))
            assert fetch(world, "mary") == answer

    def test_a_link_is_to_what_was_sent(self, world: World) -> None:
        done(world.store, bring(a_file()))
        assert fetch(world, "", guard=may_fetch_by_link) == NO_SUCH_FILE
        assert fetch(world, "", "f-none", guard=may_fetch_by_link) == NO_SUCH_FILE
        world.ask(1, Send(text="", recipients=("mary",), files=("f-1",)))
        assert fetch(world, "", guard=may_fetch_by_link) is None

    def test_a_link_gives_nothing_of_a_deleted_message(self, world: World) -> None:
        """Also not while a report keeps the file for who sees to it."""
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="", recipients=(), files=("f-1",)))
        change(world, PutReport(room=LOBBY, seq=1, uid="mary", reason=""))
        assert fetch(world, "", guard=may_fetch_by_link) is None
        change(world, Erase(room=LOBBY, seq=1))
        assert fetch(world, "", guard=may_fetch_by_link) == NO_SUCH_FILE

    def test_nobody_has_that_of_a_deleted_message(self, world: World) -> None:
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="", recipients=(), files=("f-1",)))
        assert fetch(world, "zoe") is None
        change(world, Erase(room=LOBBY, seq=1))
        assert fetch(world, "tony") == NO_SUCH_FILE


class TestSend:
    def test_who_sees_to_a_report_has_what_was_reported(self, world: World) -> None:
        """Also of a message that was deleted, and of one in a conversation; nobody else has, and not for longer."""
        change(world, PutPerson(uid="zoe", role=Role.MODERATOR))
        done(world.store, bring(a_file("f-1"), a_file("f-2")))
        for file, to in (("f-1", ()), ("f-2", ("mary",))):
            world.ask(1, Send(text="", recipients=to, files=(file,)))
        assert [fetch(world, "zoe", file) for file in ("f-1", "f-2")] == [None, NO_SUCH_FILE]
        private = conversation_id(("mary", "tony"))
        for room in (LOBBY, private):
            change(world, PutReport(room=room, seq=1, uid="mary", reason=""), Erase(room=room, seq=1))
        assert [fetch(world, "zoe", file) for file in ("f-1", "f-2")] == [None, None]
        for uid in ("mary", "tony"):
            assert [fetch(world, uid, file) for file in ("f-1", "f-2")] == [NO_SUCH_FILE] * 2
        change(world, CloseReport(report=1), CloseReport(report=2))
        assert [fetch(world, "zoe", file) for file in ("f-1", "f-2")] == [NO_SUCH_FILE] * 2

    def test_everyone_is_told_of_the_files(self, world: World) -> None:
        done(world.store, bring(a_file()))
        world.ask(1, Send(text="look", recipients=(), files=("f-1",), request_id="1"))
        for connection in (1, 2, 3):
            [message] = [said for said in world.told[connection] if isinstance(said, Message)]
            assert message.files == (a_file().info,)

    def test_a_retry_is_answered_and_not_told_again(self, world: World) -> None:
        done(world.store, bring(a_file()))
        asked = Send(text="look", recipients=(), files=("f-1",), request_id="1")
        first, again = world.ask(1, asked), world.ask(1, asked)
        assert [said for said in first if isinstance(said, Okay)] == again
        [fail] = world.ask(1, msgspec.structs.replace(asked, files=()))
        assert isinstance(fail, Fail)
        assert fail.code is ErrorCode.ID_REUSED

    def test_a_file_of_another_is_refused_as_one_that_is_not_there(self, world: World) -> None:
        done(world.store, bring(a_file()))
        answers = [world.ask(2, Send(text="x", recipients=(), files=(file,))) for file in ("f-1", "f-none")]
        assert answers[0] == answers[1]
        [fail] = answers[0]
        assert isinstance(fail, Fail)
        assert fail.code is ErrorCode.NO_SUCH_FILE
