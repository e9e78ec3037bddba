"""A trainee's means on each scale, with their intervals, as an SVG picture.

Only what SVG Tiny 1.2 knows: browsers and QtSvg draw the same picture. Shapes differ, not only
colours, and no place on the scale is drawn as good or bad.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 640.0
_ROW, _TOP, _FOOT = 34.0, 10.0, 26.0
_LEFT, _RIGHT = 170.0, WIDTH - 24.0
_NAME_LENGTH = 24
LINE, TEXT, QUIET = "#ddd7cc", "#22272b", "#5b6268"
MEAN, OWN = "#2b6a6e", "#8a5a3c"


@dataclass(frozen=True, slots=True)
class Row:
    """One scale, in points; None where there is no such figure."""

    title: str
    mean: float | None
    low: float | None
    high: float | None
    own: float | None


def profile_svg(rows: Sequence[Row], least: int, most: int, alt: str) -> str:
    """The picture, from ``least`` to ``most`` points."""
    height = _TOP + _ROW * len(rows) + _FOOT

    def x(score: float) -> float:
        return _LEFT + (score - least) / (most - least) * (_RIGHT - _LEFT)

    bottom = _TOP + _ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}" role="img" aria-label="{escape(alt)}" '
        'font-family="Attune Inter" font-size="11.5">',
        *(
            f'<line x1="{x(score):.1f}" y1="{_TOP:g}" x2="{x(score):.1f}" y2="{bottom:g}" '
            f'stroke="{LINE}" stroke-width="1"/><text x="{x(score):.1f}" y="{bottom + 18:g}" '
            f'text-anchor="middle" fill="{QUIET}">{score}</text>'
            for score in range(least, most + 1)
        ),
    ]
    for number, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * (number + 0.5), x, least, most)
    return "".join([*parts, "</svg>"])


def _row(row: Row, y: float, x: Callable[[float], float], least: int, most: int) -> list[str]:
    short = row.title if len(row.title) <= _NAME_LENGTH else f"{row.title[: _NAME_LENGTH - 1]}…"
    parts = [f'<text x="4" y="{y + 4:g}" fill="{TEXT}">{escape(short)}</text>']
    if row.low is not None and row.high is not None:
        low, high = x(max(row.low, least)), x(min(row.high, most))
        parts.append(
            f'<line x1="{low:.1f}" y1="{y:g}" x2="{high:.1f}" y2="{y:g}" stroke="{MEAN}" '
            'stroke-width="3"/>'
        )
        parts += [
            f'<line x1="{end:.1f}" y1="{y - 6:g}" x2="{end:.1f}" y2="{y + 6:g}" stroke="{MEAN}" '
            'stroke-width="2"/>'
            for end in (low, high)
        ]
    if row.own is not None:
        parts.append(
            f'<circle cx="{x(row.own):.1f}" cy="{y:g}" r="6.5" fill="#ffffff" stroke="{OWN}" '
            'stroke-width="2"/>'
        )
    if row.mean is not None:
        parts.append(f'<circle cx="{x(row.mean):.1f}" cy="{y:g}" r="5" fill="{MEAN}"/>')
    return parts
