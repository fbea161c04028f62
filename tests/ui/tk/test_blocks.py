"""The margins of messages."""

from tests.ui.conftest import Desk
from tests.ui.people import (
    MARY,
    message,
)


def test_received_messages_end_at_the_right_edge_at_every_size(desk: Desk) -> None:
    client = desk.join()
    client.tell(message(MARY, "short", seq=1))
    client.tell(message(MARY, "two\nlines of which one is longer", seq=2, later_s=1))
    client.tell(message(MARY, "long " * 60, seq=3, later_s=2))
    desk.wait(lambda: "long" in desk.text, "the messages")
    text = desk.window.messages.text
    for size in ((1120, 760), (720, 520), (1300, 900)):
        desk.resize(*size)
        for words in ("short", "longer"):
            text.see("1.0")
            desk.settle()
            box = text.bbox(f"{text.search(words, '1.0')} + {len(words) - 1} chars")
            assert box is not None
            assert 0 <= text.winfo_width() - (box[0] + box[2]) - 20 <= 12
