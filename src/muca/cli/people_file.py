"""Reads people from a CSV file (RFC 4180), to create their accounts together."""

import csv
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from muca.core.codes import make_code
from muca.model.roles import Role

COLUMNS: Final = ("uid", "nickname", "role", "password")
"""Only ``uid`` is required."""
PEOPLE_MAX: Final = 10_000


class PeopleError(Exception):
    """The file cannot be used. The text has one line for each mistake."""


class NewPerson(NamedTuple):
    """Somebody who gets an account."""

    uid: str
    nickname: str
    role: Role
    password: str
    was_made: bool
    """Whether the password is a new one, which the person must be told."""


def read_people(file: Path, find_fault: Callable[[NewPerson], str | None]) -> list[NewPerson]:
    """Read all people, or none. Whoever has no password in the file gets one.

    ``find_fault`` says in a sentence what is wrong with a person. Raises ``PeopleError``.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:  # spreadsheets write a byte order mark
            rows = csv.DictReader(opened, strict=True)
            names = [name.strip().lower() for name in rows.fieldnames or ()]
            if "uid" not in names or not set(names) <= set(COLUMNS) or len(set(names)) < len(names):
                raise PeopleError(
                    f"{file}, line 1: must name the columns: uid and, if you like, nickname, role and password."
                )
            rows.fieldnames = names
            return _people(file, rows, find_fault)
    except OSError as error:
        raise PeopleError(f"{file}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PeopleError(f"{file}: is not UTF-8 text.") from error
    except csv.Error as error:
        raise PeopleError(f"{file}: is not CSV: {error}.") from error


def _people(file: Path, rows: "csv.DictReader[str]", find_fault: Callable[[NewPerson], str | None]) -> list[NewPerson]:
    people: dict[str, NewPerson] = {}
    faults: list[str] = []
    for row in rows:
        place = f"{file}, line {rows.line_num}"
        if None in row or None in row.values() or len(people) >= PEOPLE_MAX:
            why = f"has not {len(rows.fieldnames or ())} columns" if len(people) < PEOPLE_MAX else "is one too many"
            faults.append(f"{place}: {why}.")
            continue
        values = {name: value.strip() for name, value in row.items()}
        role = values.get("role") or Role.MEMBER
        if role not in set(Role):
            faults.append(f"{place}: There is no role “{role}”; the roles are {', '.join(Role)}.")
            continue
        password = row.get("password") or ""
        person = NewPerson(
            uid=values["uid"],
            nickname=values.get("nickname") or values["uid"],
            role=Role(role),
            password=password or make_code(secrets.token_urlsafe(24)),
            was_made=not password,
        )
        fault = find_fault(person)
        if person.uid in people:
            fault = f"“{person.uid}” was named before."
        if fault is not None:
            faults.append(f"{place}: {fault}")
        people[person.uid] = person
    if faults:
        raise PeopleError("\n".join(faults))
    if not people:
        raise PeopleError(f"{file}: has nobody in it.")
    return list(people.values())
