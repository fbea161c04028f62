"""The console."""

from tests.ui.conftest import Desk


def test_the_console_folds_and_shows_the_newest(desk: Desk) -> None:
    console = desk.window.console
    for number in range(1, 1_101):
        desk.chat.say(f"line {number}\nand more" if number % 7 == 0 else f"line {number}")
    desk.window.refresh()
    desk.settle()
    assert int(console.text.index("end-1c").partition(".")[0]) == 1_000
    assert console.text.dlineinfo("end-1c") is not None
    desk.click(console.toggle)
    desk.wait(lambda: not console.text.winfo_ismapped(), "folding")
    desk.click(console.toggle)
    desk.wait(console.text.winfo_ismapped, "opening")
    assert console.text.dlineinfo("end-1c") is not None
