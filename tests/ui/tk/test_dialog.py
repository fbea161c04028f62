"""What stands in the window before the chat does."""

from pathlib import Path

from muca.client.address import Address
from muca.ui.config_txt import Profile, read_config
from muca.ui.memory import Memory
from muca.ui.tk import desk
from muca.ui.tk.dialog import FaultNotice, ProfileForm
from muca.ui.tk.root import Root
from muca.ui.tk.window import ChatWindow
from tests.display import Person

HERE = Address("localhost")


class Asked:
    """A form, filled in by a person."""

    def __init__(self, root: Root, folder: Path, server: Address = HERE) -> None:
        self.config = folder / "config.txt"
        desk._ask(root, Memory(None), self.config, "login", server)
        self.root = root
        self.person = Person(root)
        (self.form,) = (child for child in root.winfo_children() if isinstance(child, ProfileForm))
        self.person.settle()
        self.person.focus(self.form.fields["NICKNAME"])

    def window(self) -> ChatWindow | None:
        """Return the chat, once it is open."""
        return next((child for child in self.root.winfo_children() if isinstance(child, ChatWindow)), None)


def test_the_form_starts_with_the_usual_values(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path)
    values = {name: field.get() for name, field in asked.form.fields.items()}
    assert values == {"NICKNAME": "login", "USERID": "login", "SERVER": "localhost", "SERVER_PORT": "40452"}


def test_the_form_has_the_server_that_the_command_names(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path, Address("::1", 5000))
    assert [asked.form.fields[name].get() for name in ("SERVER", "SERVER_PORT")] == ["::1", "5000"]
    asked.form.submit()
    window = asked.window()
    assert window is not None
    assert window.chat.profile.address == "[::1]:5000"


def test_the_form_opens_the_chat_and_can_be_saved(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path)
    asked.form.fields["NICKNAME"].selection_range(0, "end")
    asked.person.type("Tony")
    asked.person.wait(lambda: asked.form.fields["NICKNAME"].get() == "Tony", "the name")
    asked.form.save.set(True)
    asked.person.press("Return")
    asked.person.wait(asked.window, "the chat")
    assert root.title() == "muca — Tony"
    assert read_config(asked.config)[0] == Profile(uid="login", nickname="Tony", server="localhost", port=40452)


def test_without_saving_nothing_is_written(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path)
    asked.person.click(asked.form.open)
    asked.person.wait(asked.window, "the chat")
    assert not asked.config.exists()


def test_a_wrong_value_is_said_and_has_the_keys(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path)
    port = asked.form.fields["SERVER_PORT"]
    port.delete(0, "end")
    asked.person.press("Return")
    asked.person.wait(lambda: "SERVER_PORT must be" in asked.form.fault.cget("text"), "the fault")
    asked.person.wait(lambda: root.focus_get() is port, "the focus")
    asked.form.fields["SERVER"].delete(0, "end")
    asked.person.press("Return")
    asked.person.wait(lambda: asked.form.fault.cget("text").startswith("SERVER must"), "the fault")
    assert asked.window() is None


def test_where_it_cannot_be_saved_the_chat_opens_and_says_so(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path / "missing")
    asked.form.save.set(True)
    asked.person.click(asked.form.open)
    asked.person.wait(asked.window, "the chat")
    window = asked.window()
    assert window is not None
    assert "config.txt could not be saved" in window.console.text.get("1.0", "end")


def test_escape_cancels(root: Root, tmp_path: Path) -> None:
    asked = Asked(root, tmp_path)
    asked.person.do("key", "Escape")
    assert not root.tk.call("info", "commands", ".")


def test_a_fault_is_shown_with_the_right_form(root: Root) -> None:
    closed: list[bool] = []
    notice = FaultNotice(root, root.look, fault="NICKNAME is missing.", closed=lambda: closed.append(True))
    notice.pack()
    root.present("600x400+0+0")
    person = Person(root)
    person.settle()
    person.focus(notice.close)
    person.press("Return")
    person.wait(lambda: closed, "the end")
