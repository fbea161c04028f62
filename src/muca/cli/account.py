"""``muca account``: manages accounts, on the server's machine.

It works directly on the data folder, whether or not the server runs. A running server notices changes at once.
"""

import getpass
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from csv import writer
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from cyclopts import App

from muca.cli.options import ConfigFile, Data, Flag, settings_for
from muca.cli.people_file import NewPerson, PeopleError, read_people
from muca.cli.progress import tell
from muca.core.accounts import close_account, closing_facts
from muca.core.messages import erased
from muca.model.changes import AddAudit, Change, DropTokens, PutPerson
from muca.model.errors import ErrorCode
from muca.model.facts import Facts, Person, Wanted
from muca.model.ids import RoomId
from muca.model.limits import AnnouncedLimits
from muca.model.names import OPERATOR, new_name_fault, new_uid_fault, reserved_fault
from muca.model.passwords import password_weakness
from muca.model.queries import DevicesQuery, MembersQuery, PersonQuery, Query
from muca.model.replies import DeviceList, Member, MemberPage
from muca.model.roles import Role
from muca.model.rooms import LOBBY
from muca.model.shell import muca_command
from muca.model.storage import Decide, Decided, Decision, Look, Refused, Rule, StoreError
from muca.server.bell import ring
from muca.server.config import ConfigError
from muca.server.passwords import hash_password
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.snapshot import rooms_with_messages_of
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable

account: Final = App(name="account", help="Manage accounts on the server's machine.")

PAGE: Final = 100
_ERASED_MAX: Final = 10
_ERASED_CHARS_MAX: Final = 1_000
"""Messages, and characters of messages, that are deleted at once: a running server waits for it."""

_T = TypeVar("_T")


class Cannot(Exception):
    """The command failed; the text is one sentence for the user."""


class StoredAccounts:
    """The accounts in one data folder. ``options``: the command-line options that select the folder."""

    def __init__(
        self, store: SqliteStore, folder: Path, limits: AnnouncedLimits, options: tuple[str, ...] = ()
    ) -> None:
        self._store = store
        self._folder = folder
        self.limits = limits
        self._options = options

    def command(self, *words: str) -> str:
        """Return the text of another ``muca account`` command for the same folder."""
        return muca_command("account", *words, *self._options)

    def find(self, uid: str) -> Person:
        """Return an account. Raises ``Cannot`` if there is none."""
        person = self._look(uid, PersonQuery(), Facts).actor
        if not person.claimed and not person.last_seen_ms:
            raise Cannot(f"There is no account “{uid}”.")
        return person

    def exists(self, uid: str) -> bool:
        """Return whether the UID exists."""
        return self._look(uid, PersonQuery(), Facts).actor.claimed

    def all(self) -> Iterator[tuple[Member, Person]]:
        """Yield everyone whom the server knows, in order of UID."""
        after: str | None = None
        while True:
            page = self._look(OPERATOR, MembersQuery(room=LOBBY, after=after, members_max=PAGE), MemberPage)
            for member in page.members:
                yield member, self._look(member.uid, PersonQuery(), Facts).actor
            if not page.more:
                return
            after = page.members[-1].uid

    def devices(self, uid: str) -> DeviceList:
        """Return the devices that have a token."""
        return self._look(uid, DevicesQuery(current=None), DeviceList)

    def change(self, uid: str, action: str, *changes: Change, nickname: str | None = None, detail: str = "") -> None:
        """Make changes, and record them in the audit log.

        With ``nickname`` (empty: the current one), a password is set. An account gets its first password only if no
        other account with a password has the same or a similar nickname. Raises ``Cannot``.
        """
        audit = AddAudit(actor=OPERATOR, action=action, uid=uid, detail=detail)

        def rule(facts: Facts) -> Decision | Refused:
            if facts.nickname_taken and facts.actor.password_hash is None:
                names = [nickname or facts.actor.nickname, *([] if facts.actor.claimed else [uid])]
                shown = " or ".join(f"“{name}”" for name in dict.fromkeys(names))
                detail = f"Another account has the nickname {shown}, or one that looks like it."
                return Refused(code=ErrorCode.NICKNAME_TAKEN, detail=detail)
            return Decision(changes=(*changes, audit))

        self._decide(Wanted(actor=uid, nickname=nickname), rule)

    def rooms_with_messages_of(self, uid: str) -> list[RoomId]:
        """Return the rooms in which somebody has messages."""
        return rooms_with_messages_of(self._folder / FILE_NAME, uid)

    def close(self, uid: str) -> None:
        """Delete an account, but not what it has written. Raises ``Cannot``."""
        audit = AddAudit(actor=OPERATOR, action="ERASE", uid=uid)
        self._decide(closing_facts(uid), lambda facts: close_account(facts, audit))

    def erase_messages(self, uid: str, room: RoomId) -> int:
        """Delete all messages of a person in a room, as the person could; return how many. Raises ``Cannot``."""

        def rule(facts: Facts) -> Decision:
            changes = [change for seq, counted in facts.messages.items() for change in erased(facts, uid, seq, counted)]
            return Decision(changes=tuple(changes))

        wanted = Wanted(actor=uid, room=room, author=uid, messages_max=_ERASED_MAX, chars_max=_ERASED_CHARS_MAX)
        count, more = 0, True
        while more:
            decided = self._decide(wanted, rule)
            count, more = count + len(decided.events), decided.facts.more_messages
        return count

    def _decide(self, wanted: Wanted, rule: Rule) -> Decided:
        """Let the store decide. Raises ``Cannot``."""
        [result] = self._store.commit([Decide(wanted=wanted, rule=rule, ts_ms=_now_ms())])
        if not isinstance(result, Decided):
            raise Cannot(result.detail if isinstance(result, Refused) else f"Nothing was changed: {result}.")
        ring(self._folder)
        return result

    def _look(self, uid: str, query: Query, kind: type[_T]) -> _T:
        result = self._store.look(Look(wanted=Wanted(actor=uid), guard=lambda _: None, query=query, ts_ms=_now_ms()))
        if not isinstance(result, kind):
            raise Cannot(f"The database did not answer: {result}.")
        return result


@account.command
def add(
    uid: str | None = None,
    /,
    *,
    nickname: str | None = None,
    role: Role = Role.MEMBER,
    password_stdin: Flag = False,
    csv: Path | None = None,
    data: Data = None,
    config: ConfigFile = None,
) -> int:
    """Create an account with a password, or many at once.

    Parameters
    ----------
    uid
        User id of the account.
    nickname
        Name that others see (default: the user id).
    role
        Role on the server.
    password_stdin
        Read the password from standard input instead of asking for it.
    csv
        File with many people instead of UID, all of whom get an account, or none. Its first line names the columns:
        uid and, if you like, nickname, role and password. Prints a password for each who has none in the file, as CSV.
    """

    def add_one(accounts: StoredAccounts) -> None:
        assert uid is not None
        shown = nickname or uid
        if fault := _name_fault(accounts, uid, shown):
            raise Cannot(fault)
        password_hash = hash_password(_ask_password((uid, shown), accounts.limits, from_stdin=password_stdin))
        _create(accounts, uid, shown, role, password_hash)
        print(f"Created the account “{uid}”.")

    def add_many(accounts: StoredAccounts) -> None:
        def fault(person: NewPerson) -> str | None:
            names = (person.uid, person.nickname)
            return _name_fault(accounts, *names) or password_weakness(person.password, names, accounts.limits)

        assert csv is not None
        try:
            people = read_people(csv, fault)
        except PeopleError as error:
            raise Cannot(str(error)) from error
        with ThreadPoolExecutor(os.cpu_count()) as hashing:
            hashes = list(hashing.map(hash_password, [person.password for person in people]))
        table = writer(sys.stdout, lineterminator="\n")
        for person, password_hash in zip(people, hashes, strict=True):
            _create(accounts, person.uid, person.nickname, person.role, password_hash)
            if person.was_made:
                table.writerow((person.uid, person.password))
        print(f"Accounts created: {len(people)}.", file=sys.stderr)

    if (uid is None) == (csv is None):
        print("muca: Give either a user id or --csv.", file=sys.stderr)
        return 2
    return _with(data, config, add_one if csv is None else add_many)


def _name_fault(accounts: StoredAccounts, uid: str, nickname: str) -> str | None:
    """Say in a sentence why an account cannot have these names."""
    limits = accounts.limits
    for name, fault in (
        (uid, new_uid_fault(uid, limits.uid_chars_max) or reserved_fault(uid)),
        (nickname, new_name_fault(nickname, limits.nickname_chars_max) or reserved_fault(nickname)),
    ):
        if fault:
            return f"The name “{ascii(name)[1:-1]}” {fault}."
    if accounts.exists(uid):
        other = accounts.command("passwd", uid)
        return f"The account “{uid}” already exists. To change its password, run “{other}”."
    return None


def _create(accounts: StoredAccounts, uid: str, nickname: str, role: Role, password_hash: str) -> None:
    made = PutPerson(uid=uid, nickname=nickname, role=role, password_hash=password_hash)
    accounts.change(uid, "ADD", made, nickname=nickname, detail=role.value)


@account.command(name="list")
def list_accounts(*, data: Data = None, config: ConfigFile = None) -> int:
    """List all accounts and guests."""

    def work(accounts: StoredAccounts) -> None:
        rows: list[tuple[str, ...]] = [("user id", "nickname", "role", "kind", "last seen")]
        rows += [
            (
                member.uid,
                member.nickname,
                member.role.value,
                _kind(person),
                _time(member.last_seen_ms),
            )
            for member, person in accounts.all()
        ]
        _print_table(rows)

    return _with(data, config, work)


@account.command
def passwd(uid: str, /, *, password_stdin: Flag = False, data: Data = None, config: ConfigFile = None) -> int:
    """Set a new password for an account and sign out all its devices.

    Parameters
    ----------
    uid
        User id of the account.
    password_stdin
        Read the password from standard input instead of asking for it.
    """

    def work(accounts: StoredAccounts) -> None:
        names = (uid, accounts.find(uid).nickname)
        password_hash = hash_password(_ask_password(names, accounts.limits, from_stdin=password_stdin))
        changed = PutPerson(uid=uid, password_hash=password_hash)
        accounts.change(uid, "PASSWD", changed, DropTokens(uid=uid), nickname="")
        print(f"Changed the password of “{uid}” and signed out its devices.")

    return _with(data, config, work)


@account.command(name="role")
def give_role(uid: str, role: Role, /, *, data: Data = None, config: ConfigFile = None) -> int:
    """Change the role of an account.

    Parameters
    ----------
    uid
        User id of the account.
    role
        Role on the server.
    """

    def work(accounts: StoredAccounts) -> None:
        if not accounts.find(uid).claimed:
            first = accounts.command("passwd", uid)
            raise Cannot(f"“{uid}” belongs to a guest, so anyone can use it. To make it an account, run “{first}”.")
        accounts.change(uid, "ROLE", PutPerson(uid=uid, role=role), detail=role.value)
        print(f"The role of “{uid}” is now {role}.")

    return _with(data, config, work)


@account.command
def disable(uid: str, /, *, undo: Flag = False, data: Data = None, config: ConfigFile = None) -> int:
    """Disable an account: end its sessions and refuse logins. With --undo, enable it again.

    Parameters
    ----------
    uid
        User id of the account.
    undo
        Enable the account again.
    """

    def work(accounts: StoredAccounts) -> None:
        accounts.find(uid)
        accounts.change(uid, "ENABLE" if undo else "DISABLE", PutPerson(uid=uid, disabled=not undo))
        print(f"“{uid}” is {'enabled again' if undo else 'disabled'}.")

    return _with(data, config, work)


@account.command
def erase(uid: str, /, *, yes: Flag = False, data: Data = None, config: ConfigFile = None) -> int:
    """Delete an account and everything that it has written, for ever. Nobody can use its user id again.

    Messages of others stay. Backups still have what was deleted.

    Parameters
    ----------
    uid
        User id of the account.
    yes
        Do it; without this option, nothing is deleted.
    """

    def work(accounts: StoredAccounts) -> None:
        accounts.find(uid)
        rooms = accounts.rooms_with_messages_of(uid)
        if not yes:
            again = accounts.command("erase", uid, "--yes")
            raise Cannot(f"This deletes “{uid}”, with all messages and files in {len(rooms)} rooms. Run “{again}”.")
        accounts.close(uid)
        count = 0
        for number, room in enumerate(rooms, 1):
            count += accounts.erase_messages(uid, room)
            tell(f"Deleting messages: {number / len(rooms):.0%}")
        tell("")
        print(f"Deleted “{uid}”, messages: {count:,}.")

    return _with(data, config, work)


@account.command
def tokens(uid: str, /, *, revoke: int | None = None, data: Data = None, config: ConfigFile = None) -> int:
    """List the devices that are signed in to an account, or sign one out.

    Parameters
    ----------
    uid
        User id of the account.
    revoke
        Number of the device to sign out.
    """

    def work(accounts: StoredAccounts) -> None:
        accounts.find(uid)
        devices = accounts.devices(uid).devices
        if revoke is None:
            rows: list[tuple[str, ...]] = [("device", "name", "created", "last used")]
            rows += [(str(each.device), each.name, _time(each.created_ms), _time(each.used_ms)) for each in devices]
            _print_table(rows)
        elif revoke not in {each.device for each in devices}:
            raise Cannot(f"“{uid}” has no device {revoke}.")
        else:
            accounts.change(uid, "REVOKE", DropTokens(uid=uid, device=revoke))
            print(f"Signed out device {revoke} of “{uid}”.")

    return _with(data, config, work)


def _with(data: Path | None, config: Path | None, work: Callable[[StoredAccounts], None]) -> int:
    """Call a function with the accounts of a data folder; returns the exit code."""
    try:
        settings = settings_for(data, config)
        store = SqliteStore.open(settings.data_path, share=True)
        try:
            given = {"--data": data, "--config": config}
            options = tuple(word for name, path in given.items() if path is not None for word in (name, str(path)))
            work(StoredAccounts(store, settings.data_path, settings.limits.announced, options))
        finally:
            store.close()
    except (Cannot, ConfigError, StoreUnusable, StoreError) as error:
        print(f"muca: {error}", file=sys.stderr)
        return 2
    return 0


def _ask_password(names: tuple[str, ...], limits: AnnouncedLimits, *, from_stdin: bool) -> str:
    """Read a password. Raises ``Cannot`` if REGISTER would refuse it, or if it was mistyped."""
    try:
        password = sys.stdin.buffer.readline().decode().rstrip("\r\n") if from_stdin else _ask("New password: ")
    except UnicodeDecodeError as error:
        raise Cannot("The password is not UTF-8 text.") from error
    weakness = password_weakness(password, names, limits)
    if weakness is not None:
        raise Cannot(weakness)
    if not from_stdin and _ask("Repeat the password: ") != password:
        raise Cannot("The two passwords differ.")
    return password


def _ask(prompt: str) -> str:
    """Ask at the terminal. Raises ``Cannot`` if there is no terminal, or if it would show the password."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except (EOFError, getpass.GetPassWarning) as error:
            raise Cannot("There is no terminal to ask for the password; use --password-stdin.") from error


def _kind(person: Person) -> str:
    if person.disabled:
        return "disabled"
    if person.banned_until_ms > _now_ms():
        return "banned"
    if person.password_hash is not None:
        return "registered"
    return "claimed" if person.claimed else "guest"


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M") if ms else "never"


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
