"""What a face remembers."""

from pathlib import Path

from muca.ui.memory import Memory


def test_choices_and_places_outlast_the_process(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "desktop.json"
    memory = Memory(path)
    memory.choose_appearance("dark")
    memory.remember_read("host:1", "tony", {"lobby": 7})
    again = Memory(path)
    assert again.appearance == "dark"
    assert again.read_seqs("host:1", "tony") == {"lobby": 7}
    assert again.read_seqs("host:2", "tony") == {}


def test_it_keeps_to_which_epoch_that_belongs(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.json")
    assert memory.epoch("host:1", "tony") is None
    memory.remember_read("host:1", "tony", {"lobby": 7}, "one")
    assert Memory(tmp_path / "memory.json").epoch("host:1", "tony") == "one"


def test_two_windows_do_not_forget_what_the_other_remembered(tmp_path: Path) -> None:
    path = tmp_path / "desktop.json"
    one, two = Memory(path), Memory(path)
    one.remember_read("host:1", "tony", {"lobby": 7})
    two.remember_read("host:1", "mary", {"lobby": 3})
    assert Memory(path).read_seqs("host:1", "tony") == {"lobby": 7}
    assert Memory(path).read_seqs("host:1", "mary") == {"lobby": 3}


def test_a_damaged_file_is_started_anew(tmp_path: Path) -> None:
    path = tmp_path / "desktop.json"
    path.write_bytes(b"\xff{")
    memory = Memory(path)
    assert memory.appearance == "system"
    memory.choose_appearance("light")
    assert Memory(path).appearance == "light"


def test_where_nothing_can_be_written_nothing_stops(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "desktop.json")
    memory.choose_appearance("dark")
    assert memory.appearance == "dark"


def test_without_a_path_nothing_is_kept() -> None:
    memory = Memory(None)
    memory.choose_appearance("dark")
    assert memory.appearance == "dark"
    assert Memory(None).appearance == "system"
