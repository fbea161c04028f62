"""From a configuration to a window. Its ends are tested in ``tests/cli`` and ``tests/end_to_end``."""

from pathlib import Path

import pytest

from muca.client import MemoryTokenStore
from muca.client.address import Address
from muca.model.events import Reach
from muca.ui.config_txt import RIGHT_FORM, Profile
from muca.ui.memory import Memory
from muca.ui.tk import desk
from muca.ui.tk.root import Root
from muca.ui.tk.window import SIZE_PX_MIN
from tests.display import Person
from tests.ui.people import PROFILE


def place_of(root: Root) -> tuple[int, int, int, int]:
    """Return width, height, x and y of the window."""
    Person(root).settle()
    return root.winfo_width(), root.winfo_height(), root.winfo_rootx(), root.winfo_rooty()


def test_a_window_comes_up_whole_where_the_desktop_puts_it(root: Root) -> None:
    desk.open_chat(root, Memory(None), PROFILE, tokens=MemoryTokenStore())
    width, height, x, y = place_of(root)
    assert (width, height) == (1120, 760)
    assert x + width <= root.winfo_screenwidth()
    assert y + height <= root.winfo_screenheight()


@pytest.mark.parametrize("column", [0, 1])
@pytest.mark.parametrize("row", [0, 1])
def test_a_window_of_the_demo_has_its_quarter_of_the_screen(root: Root, column: int, row: int) -> None:
    desk.open_chat(root, Memory(None), PROFILE, tokens=MemoryTokenStore(), geometry=desk._quarter(root, (column, row)))
    width, height, x, y = place_of(root)
    assert width >= SIZE_PX_MIN[0]
    assert height >= SIZE_PX_MIN[1]
    assert (x > 0, y > 0) == (column == 1, row == 1)
    assert x + width <= root.winfo_screenwidth()
    assert y + height <= root.winfo_screenheight()


def test_warnings_of_the_configuration_stand_in_the_console(root: Root) -> None:
    window = desk.open_chat(root, Memory(None), PROFILE, warnings=("Mind this.",), tokens=MemoryTokenStore())
    assert "! Mind this." in window.console.text.get("1.0", "end")


def test_closing_remembers_how_far_one_has_read(root: Root) -> None:
    memory = Memory(None)
    window = desk.open_chat(root, memory, PROFILE, tokens=MemoryTokenStore())
    window.chat.timeline.expect("lobby", Reach.ALL, 7)
    window.close()
    assert memory.read_seqs(PROFILE.address, PROFILE.uid) == {"lobby": 7}


def test_the_server_that_the_command_names_wins_over_the_file(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.txt"
    config.write_text(RIGHT_FORM)
    opened: list[str] = []

    def open_chat(root: Root, memory: Memory, profile: Profile, *, warnings: tuple[str, ...]) -> None:
        opened.append(f"{profile.nickname} at {profile.address}")
        root.after_idle(root.destroy)

    monkeypatch.setattr(desk, "open_chat", open_chat)
    for path in (None, config):
        desk.run_configured(path, Memory(None), default=config, login="me", server=Address("lab", 5000))
    assert opened == ["Tony at lab:5000"] * 2


def test_a_fault_is_said_on_standard_error_with_the_right_form(
    display: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_complain", lambda root, fault: root.after_idle(root.destroy))
    code = desk.run_configured(tmp_path / "missing.txt", Memory(None), default=Path("config.txt"), login="me")
    assert code == 2
    said = capsys.readouterr().err
    assert "There is no file" in said
    assert RIGHT_FORM in said
