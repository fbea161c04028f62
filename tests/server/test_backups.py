"""Backups at regular times."""

import time
from pathlib import Path

import pytest

from muca.server import backups
from muca.server.backup import backups_in, check_backup, file_name
from muca.server.backups import backing_up
from muca.server.conditions import Condition, Conditions
from muca.server.config import BackupSettings
from muca.server.figures import Figures
from tests.client.socket_server import until
from tests.serving import serving

HOUR = 3_600


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(backups, "RETRY_SECONDS", 0.01)


async def test_a_server_makes_one_when_the_newest_is_old_enough_and_removes_the_oldest(tmp_path: Path) -> None:
    folder = tmp_path / "backups" / "muca"
    folder.mkdir(parents=True)
    now = time.time()
    old, older = (folder / file_name(now - hours * HOUR) for hours in (24.1, 48.1))
    for path in old, older:
        path.touch()
    settings = BackupSettings(folder=str(folder), every_hours=24, keep=2)
    async with serving(tmp_path / "data", backup=settings):
        await until(lambda: not older.exists())
        (kept, _), (at, made) = backups_in(folder)
    assert kept < now - 24 * HOUR
    assert now - 2 < at < now + HOUR
    assert check_backup(made, lambda *_: None).events == 0


async def test_none_is_made_while_the_newest_is_new(tmp_path: Path) -> None:
    """Its time is known at once, for the metrics."""
    at = float(int(time.time()) - HOUR + 30)
    (tmp_path / file_name(at)).touch()
    figures = Figures()
    async with backing_up(tmp_path, BackupSettings(folder=str(tmp_path), every_hours=1), Conditions(), figures):
        await until(lambda: figures.backup_at == at)
    assert len(backups_in(tmp_path)) == 1


async def test_one_is_made_if_the_newest_seems_to_be_from_the_future(tmp_path: Path) -> None:
    """The clock was wrong when it was made."""
    (tmp_path / file_name(time.time() + 1_000 * HOUR)).touch()
    conditions = Conditions()
    settings = BackupSettings(folder=str(tmp_path))
    async with backing_up(tmp_path / "nothing", settings, conditions, Figures()):
        await until(lambda: Condition.BACKUPS in conditions.now)


async def test_a_failure_begins_and_ends(tmp_path: Path) -> None:
    """It says why; the server goes on, and tries again."""
    (tmp_path / "backups").touch()
    settings = BackupSettings(folder=str(tmp_path / "backups"))
    conditions, figures = Conditions(), Figures()
    async with serving(tmp_path / "data"), backing_up(tmp_path / "data", settings, conditions, figures):
        await until(lambda: Condition.BACKUPS in conditions.now)
        assert str(conditions.now[Condition.BACKUPS]) == f"{tmp_path / 'backups'}: File exists"
        assert conditions.worst is None
        (tmp_path / "backups").unlink()
        await until(lambda: Condition.BACKUPS not in conditions.now)
        await until(lambda: figures.backup_at > time.time() - HOUR)


async def test_without_python_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    conditions = Conditions()
    async with backing_up(tmp_path, BackupSettings(folder=str(tmp_path)), conditions, Figures()):
        await until(lambda: Condition.BACKUPS in conditions.now)
    assert str(conditions.now[Condition.BACKUPS]).endswith("No such file or directory")


async def test_a_server_that_stops_leaves_nothing_unfinished(tmp_path: Path) -> None:
    """It ends the process."""
    folder = tmp_path / "backups"
    async with serving(tmp_path / "data"):
        async with backing_up(tmp_path / "data", BackupSettings(folder=str(folder)), Conditions(), Figures()):
            await until(folder.exists)
        assert [path for path in folder.iterdir() if path.name.startswith(".")] == []
