"""The dialog that asks for a password, with real keys and clicks."""

from muca.client.errors import Refused
from muca.model.errors import ErrorCode
from muca.ui.tk.password import EMPTY, NOT_TYPEABLE, PasswordDialog
from muca.ui.view.chat import ChatState
from tests.ui.conftest import Desk
from tests.ui.people import EVERYBODY, LOBBY_ROOM, PROFILE


def asked(desk: Desk, code: ErrorCode) -> PasswordDialog:
    """Have a JOIN refused, and wait for the dialog."""
    before = desk.window.password_dialog
    desk.window.join()
    desk.client.refuse(Refused(code, "The server's own sentence."))
    desk.wait(lambda: desk.window.password_dialog is not before, "the dialog")
    dialog = desk.window.password_dialog
    assert dialog is not None
    desk.wait(dialog.winfo_viewable, "the dialog in sight")
    desk.focus(dialog.password)
    return dialog


def words(dialog: PasswordDialog) -> str:
    """Return everything that stands in the dialog."""
    (frame,) = dialog.winfo_children()
    (body,) = frame.winfo_children()
    return " ".join(str(child.cget("text")) for child in body.winfo_children() if "text" in child.keys())  # noqa: SIM118


def type_into(desk: Desk, dialog: PasswordDialog, password: str) -> None:
    """Type a password."""
    desk.type(password)
    desk.wait(lambda: dialog.password.get() == password, "the password")


def test_an_account_without_a_password_gets_one_and_is_in(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.PASSWORD_REQUIRED)
    assert "Choose a password to keep your account" in words(dialog)
    assert f"“{PROFILE.uid}”" in words(dialog)
    type_into(desk, dialog, "correct horse")
    desk.press("Return")
    desk.wait(lambda: desk.registers.passwords == ["correct horse"], "REGISTER")
    desk.wait(lambda: not dialog.winfo_exists(), "its end")
    desk.wait(lambda: len(desk.clients) == 2, "JOIN")
    desk.client.accept(EVERYBODY, (LOBBY_ROOM,))
    desk.wait(lambda: desk.chat.state is ChatState.JOINED, "JOIN")


def test_what_is_wrong_is_said_in_the_dialog(desk: Desk) -> None:
    desk.registers.error = Refused(ErrorCode.PASSWORD_WEAK, "The password has 3 characters; 8 to 128 are allowed.")
    dialog = asked(desk, ErrorCode.PASSWORD_REQUIRED)
    desk.press("Return")
    desk.wait(lambda: dialog.fault.cget("text") == EMPTY, "the fault")
    type_into(desk, dialog, "abc")
    desk.click(dialog.action)
    desk.wait(lambda: "8 to 128" in dialog.fault.cget("text"), "the fault")
    assert not dialog.action.instate(["disabled"])
    desk.registers.error = None
    desk.wait(lambda: desk.root.focus_get() is dialog.password, "the focus")
    type_into(desk, dialog, "longer than that")  # instead of the first one, which is selected
    desk.press("Return")
    desk.wait(lambda: not dialog.winfo_exists(), "its end")
    assert desk.registers.passwords == ["longer than that"]


def test_one_logs_in_with_the_password_of_an_account(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.TOKEN_WRONG)
    assert "Log in with a password" in words(dialog)
    type_into(desk, dialog, "wrong")
    desk.press("Return")
    desk.wait(lambda: desk.client.password == "wrong", "JOIN")
    assert dialog.action.instate(["disabled"])
    desk.client.refuse(Refused(ErrorCode.PASSWORD_WRONG, "No account has that name and password."))
    desk.wait(lambda: "No account" in dialog.fault.cget("text"), "the fault")
    assert desk.window.password_dialog is dialog
    type_into(desk, dialog, "right")
    desk.press("Return")
    desk.wait(lambda: desk.client.password == "right", "JOIN")
    desk.client.accept(EVERYBODY, (LOBBY_ROOM,))
    desk.wait(lambda: not dialog.winfo_exists() and desk.chat.state is ChatState.JOINED, "JOIN")


def test_escape_gives_up_and_join_asks_again(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.PASSWORD_REQUIRED)
    desk.press("Escape")
    desk.wait(lambda: not dialog.winfo_exists(), "its end")
    assert desk.chat.state is ChatState.OFFLINE
    assert asked(desk, ErrorCode.PASSWORD_REQUIRED) is not dialog


def test_an_answer_that_comes_after_the_person_gave_up_is_no_error(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.TOKEN_WRONG)
    type_into(desk, dialog, "right")
    desk.press("Return")
    desk.wait(lambda: desk.client.password == "right", "JOIN")
    desk.press("Escape")
    desk.wait(lambda: not dialog.winfo_exists(), "its end")
    desk.client.accept(EVERYBODY, (LOBBY_ROOM,))
    desk.wait(lambda: desk.chat.state is ChatState.JOINED, "JOIN")


def test_the_password_can_be_shown_and_is_hidden_at_first(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.PASSWORD_REQUIRED)
    assert str(dialog.password.cget("show")) == "•"
    desk.press("Tab", "space")
    desk.wait(lambda: not str(dialog.password.cget("show")), "the password in sight")
    desk.press("space")
    desk.wait(lambda: str(dialog.password.cget("show")) == "•", "the password hidden")


def test_the_field_never_holds_what_tk_cannot_delete(desk: Desk) -> None:
    dialog = asked(desk, ErrorCode.PASSWORD_REQUIRED)
    dialog.password.insert(0, "\N{GRINNING FACE}")
    assert dialog.password.get() == ""
    assert dialog.fault.cget("text") == NOT_TYPEABLE
