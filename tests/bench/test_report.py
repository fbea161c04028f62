"""What ``muca bench`` prints and draws."""

import json
from xml.etree import ElementTree

from muca.bench.capacity import Carried
from muca.bench.report import as_card, as_json, as_text, carried_as_text
from muca.bench.scenarios import Measured

CARRIED = [
    Carried(10, 12_345.6, 12.0, is_load=False),
    Carried(1_000, 420.0, 49.0, is_load=True),
    Carried(5_000, 0.0, 0.0, is_load=False),
]


def test_a_table_has_names_units_and_what_was_in_the_way() -> None:
    text = as_text("fanout", Measured({"cpu_us_per_delivery": 0.456}, ["the load was late"]))
    assert text.splitlines()[0] == "fanout"
    assert "server CPU a delivery" in text
    assert "0.46 µs" in text
    assert "Not only the server was measured: the load was late." in text


def test_json_has_everything() -> None:
    found = json.loads(as_json({"idle": Measured({"memory_mb": 50.0})}, {"members": 3}, CARRIED))
    assert found["scenarios"]["idle"]["figures"] == {"memory_mb": 50.0}
    assert found["settings"] == {"members": 3}
    assert found["capacity"][0]["people"] == 10


def test_capacity_says_where_the_load_ended_it() -> None:
    lines = carried_as_text(CARRIED).splitlines()
    assert "12,346 messages/s" in lines[1]
    assert "the load could not do more" in lines[2]
    assert "more than 50 ms" in lines[3]


def test_the_card_is_a_picture_of_every_row() -> None:
    card = ElementTree.fromstring(as_card(CARRIED))
    texts = [text.text for text in card.iter("{http://www.w3.org/2000/svg}text")]
    assert {"10 people", "1,000 people", "12,346 messages/s", "≥ 420 messages/s", "more than 50 ms"} <= set(texts)
