"""Bars, as SVG."""

import html
from pathlib import Path

WIDTH = 640
ROW = 34
LEFT = 150
RIGHT = 80


def plot(path: Path, title: str, bars: dict[str, float]) -> None:
    """Draw a bar for each value, the smallest first; muca's are in colour."""
    longest = max(bars.values())
    rows = []
    for number, (name, value) in enumerate(sorted(bars.items(), key=lambda item: item[1])):
        y = 62 + number * ROW
        width = max(2.0, (WIDTH - LEFT - RIGHT) * value / longest)
        kind = "ours" if name.startswith("muca") else "other"
        rows.append(
            f'<text x="{LEFT - 12}" y="{y + 16}" text-anchor="end">{html.escape(name)}</text>'
            f'<rect x="{LEFT}" y="{y}" width="{width:.0f}" height="22" rx="4" class="{kind}"/>'
            f'<text x="{LEFT + width + 8:.0f}" y="{y + 16}" class="value">{value:,.2f}</text>'
        )
    height = 62 + len(bars) * ROW + 16
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">
<style>
svg {{ --ground: #ffffff; --ink: #1d1c1d; --ours: #3b6fd4; --other: #b8bcc4 }}
@media (prefers-color-scheme: dark) {{ svg {{ --ground: #1a1d21; --ink: #e8e8e8; --ours: #6f9bf0; --other: #565b64 }} }}
text {{ font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; fill: var(--ink) }}
.title {{ font-size: 17px; font-weight: 700 }} .value {{ font-variant-numeric: tabular-nums }}
.ours {{ fill: var(--ours) }} .other {{ fill: var(--other) }}
</style>
<rect width="{WIDTH}" height="{height}" rx="10" fill="var(--ground)"/>
<text x="24" y="36" class="title">{html.escape(title)}</text>
{"".join(rows)}
</svg>
""",
        encoding="utf-8",
    )
