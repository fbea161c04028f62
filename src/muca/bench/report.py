"""The results of a load test: as text, as JSON, and as a card."""

import html
import json
import os
import platform
from collections.abc import Sequence
from typing import Any, Final

import psutil

import muca
from muca.bench.capacity import IN_TIME_SECONDS, Carried
from muca.bench.scenarios import FIGURES, Measured


def machine() -> str:
    """Describe this machine in one line."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} processors, {memory:,.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, muca {muca.__version__}"
    )


def _processor() -> str:
    """Return the processor's name, where the system says it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            named = next(line for line in lines if line.startswith("model name"))
            return named.partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def as_text(name: str, measured: Measured) -> str:
    """Return a table of a scenario's figures."""
    lines = [name]
    for figure, value in measured.figures.items():
        label, form = FIGURES[figure]
        lines.append(f"  {label:<44}{form.format(value):>16}")
    lines += [f"  Not only the server was measured: {limit}." for limit in measured.limits]
    return "\n".join(lines)


def carried_as_text(carried: Sequence[Carried]) -> str:
    """Return a table of what the machine can carry."""
    lines = [f"capacity, with a p99 of at most {_IN_TIME}"]
    for row in carried:
        p99 = f"  p99 {row.p99_ms:.0f} ms" if row.messages_per_second else ""
        load = "  (the load could not do more)" if row.is_load else ""
        lines.append(f"  {row.people:>9,} people  {_rate(row):>20}{p99}{load}")
    return "\n".join(lines)


def as_json(measured: dict[str, Measured], settings: dict[str, Any], carried: Sequence[Carried]) -> str:
    """Return everything, for programs."""
    return json.dumps(
        {
            "machine": machine(),
            "settings": settings,
            "scenarios": {name: {"figures": one.figures, "limits": one.limits} for name, one in measured.items()},
            "capacity": [row._asdict() for row in carried],
        },
        indent=2,
    )


_IN_TIME: Final = f"{IN_TIME_SECONDS * 1e3:.0f} ms"
_WIDTH: Final = 640
_ROW: Final = 44
_TOP: Final = 118
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def as_card(carried: Sequence[Carried]) -> str:
    """Draw what the machine can carry, as SVG: a row for each number of people."""
    rows = []
    most = max((row.messages_per_second for row in carried), default=1.0) or 1.0
    for number, row in enumerate(carried):
        y = _TOP + number * _ROW
        width = 6 + 254 * (row.messages_per_second / most) ** 0.5
        more = "≥ " if row.is_load else ""
        rows.append(
            f'<text x="150" y="{y + 19}" class="people" text-anchor="end">{row.people:,} people</text>'
            f'<rect x="170" y="{y}" width="{width:.0f}" height="26" rx="5" class="bar"/>'
            f'<text x="{182 + width:.0f}" y="{y + 19}" class="rate">{more}{_rate(row)}</text>'
        )
    height = _TOP + len(carried) * _ROW + 62
    first, second = (html.escape(part) for part in _halves(machine()))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">
<style>
svg {{ font-family: {_FONT}; --ground: #ffffff; --ink: #1d1c1d; --dim: #616061; --bar: #3b6fd4 }}
@media (prefers-color-scheme: dark) {{ svg {{ --ground: #1a1d21; --ink: #e8e8e8; --dim: #ababad; --bar: #6f9bf0 }} }}
.ground {{ fill: var(--ground) }} .bar {{ fill: var(--bar) }}
.title {{ font-size: 24px; font-weight: 700; fill: var(--ink) }}
.people, .rate {{ font-size: 15px; fill: var(--ink); font-variant-numeric: tabular-nums }} .rate {{ font-weight: 600 }}
.small {{ font-size: 13px; fill: var(--dim) }}
</style>
<rect class="ground" width="{_WIDTH}" height="{height}" rx="12"/>
<text x="28" y="48" class="title">What this machine can carry</text>
<text x="28" y="76" class="small">Everyone in one room; 99 of 100 messages reach the last person within \
{_IN_TIME}.</text>
<text x="28" y="95" class="small">Each message is on disk before anyone sees it.</text>
{"".join(rows)}
<text x="28" y="{height - 40}" class="small">{first}</text>
<text x="28" y="{height - 20}" class="small">{second}</text>
</svg>
"""


def _rate(row: Carried) -> str:
    rate = row.messages_per_second
    if not rate:
        return f"more than {_IN_TIME}"
    return f"{rate:,.0f} messages/s" if rate >= 10 else f"{rate:,.1f} messages/s"


def _halves(text: str) -> tuple[str, str]:
    """Split at the comma that is nearest to the middle."""
    places = [place for place, character in enumerate(text) if text[place : place + 2] == ", "]
    middle = min(places, key=lambda place: abs(place - len(text) // 2))
    return text[: middle + 1], text[middle + 2 :]
