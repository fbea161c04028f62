"""Tk's own widgets in the window's colours."""

from tkinter import ttk

from muca.ui.tk.flat import FlatMenu, FlatText, Placeholder
from muca.ui.tk.palette import DARK
from muca.ui.tk.root import Root
from tests.display import Person


def test_a_text_has_no_border_and_follows_the_look(root: Root) -> None:
    text = FlatText(root, root.look, root.look.body)
    sunken = FlatText(root, root.look, root.look.body, sunken=True)
    root.look.use("dark")
    assert [str(each.cget("background")) for each in (text, sunken)] == [DARK.surface, DARK.sunken]
    for option in ("borderwidth", "highlightthickness"):
        assert str(text.cget(option)) == "0"


def test_a_click_on_what_stands_in_an_empty_field_goes_to_the_field(root: Root) -> None:
    field, other = FlatText(root, root.look, root.look.body, height=3), ttk.Entry(root)
    field.pack()
    other.pack()
    placeholder = Placeholder(field, root.look)
    placeholder.configure(text="Write here")
    placeholder.place(x=0, y=0)
    root.present("400x300+0+0")
    person = Person(root)
    person.settle()
    person.focus(other)
    person.click(placeholder)
    person.wait(lambda: root.focus_get() is field, "the focus")


def test_a_menu_pops_up_under_its_button(root: Root) -> None:
    button, menu, chosen = ttk.Button(root, text="Menu"), FlatMenu(root, root.look), []
    menu.add_command(label="One", command=lambda: chosen.append(1))
    button.configure(command=lambda: menu.pop_up(button))
    button.pack()
    root.present("400x300+0+0")
    person = Person(root)
    person.click(button)
    person.wait(menu.winfo_ismapped, "the menu")
    person.press("Down", "Return")
    person.wait(lambda: chosen, "the choice")
