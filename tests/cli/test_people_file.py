"""People in a CSV file."""

from pathlib import Path

import pytest

from muca.cli.people_file import NewPerson, PeopleError, read_people
from muca.model.roles import Role


def read(tmp_path: Path, content: str | bytes) -> list[NewPerson]:
    file = tmp_path / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_people(file, lambda person: "Zoe may not." if person.uid == "zoe" else None)


def test_all_columns_but_one_may_be_missing(tmp_path: Path) -> None:
    """As a spreadsheet writes it. Spaces around a value mean nothing, except in a password."""
    content = '\ufeffUID, Nickname,role,password\r\ntony@lab,"Tony, the first",owner, pass word \r\n mary ,,,\r\n'
    tony, mary = read(tmp_path, content)
    assert tony == NewPerson("tony@lab", "Tony, the first", Role.OWNER, " pass word ", was_made=False)
    assert (mary.uid, mary.nickname, mary.role, mary.was_made) == ("mary", "mary", Role.MEMBER, True)
    [first], [second] = (read(tmp_path, "uid\ntony\n") for _ in range(2))
    assert first.password != second.password
    assert len(first.password) == 23


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("name\ntony", ["line 1: must name the columns: uid and, if you like, nickname, role and password."]),
        ("uid,uid\na,b", ["line 1: must name the columns: uid and, if you like, nickname, role and password."]),
        ("", ["line 1: must name the columns: uid and, if you like, nickname, role and password."]),
        ("uid\n", ["has nobody in it."]),
        (b"uid\n\xff\n", ["is not UTF-8 text."]),
        ('uid\n"a', ["is not CSV: unexpected end of data."]),
        (
            "uid,role\nzoe,\ntony,king\nmary\nann,member,x\nbob,\nbob,\n",
            [
                "line 2: Zoe may not.",
                "line 3: There is no role “king”; the roles are owner, moderator, member, guest.",
                "line 4: has not 2 columns.",
                "line 5: has not 2 columns.",
                "line 7: “bob” was named before.",
            ],
        ),
    ],
)
def test_every_mistake_is_said_with_its_line(tmp_path: Path, content: str | bytes, faults: list[str]) -> None:
    with pytest.raises(PeopleError) as caught:
        read(tmp_path, content)
    file = tmp_path / "people.csv"
    assert str(caught.value).splitlines() == [
        f"{file}, {fault}" if fault.startswith("line") else f"{file}: {fault}" for fault in faults
    ]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match="cannot be read: No such file"):
        read_people(tmp_path / "none.csv", lambda _: None)
