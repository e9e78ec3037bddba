"""A cohort's figures as SVG pictures: dots with their intervals, and trainees before and after.

Only what SVG Tiny 1.2 knows, as in ``profile_svg``: browsers and QtSvg draw the same. Shapes
differ, not only colours, and no place is drawn as good or bad.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import floor

from trainer.exchange.profile_svg import LINE, MEAN, OWN, QUIET, TEXT, WIDTH
from trainer.exchange.wording import number

_ROW, _HEAD, _FOOT, _GAP = 24.0, 26.0, 24.0, 26.0
_LEFT, _RIGHT = 190.0, 14.0
_NAME_LENGTH = 30
BAND = "#e3eeee"
PANELS = 3
"""So many stand beside each other."""
_MANY, _MOST_NAMED = 150, 12


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its 95 % limits; None where there are none."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One column of dots: for each row a filled one, and a ring above it (None: not there).

    ``zero`` is where a line is drawn, if anywhere.
    """

    title: str
    dots: Sequence[Value | None]
    rings: Sequence[Value | None] = ()
    zero: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One trainee: what to call them, before, after, and whether above or below the band."""

    name: str
    before: float
    after: float
    beyond: int | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """One square of trainees; ``band`` is half its width (None: there is none).

    ``various``: trainees have bands of different widths, of which it is the average.
    """

    title: str
    places: Sequence[Place]
    band: float | None
    various: bool = False


def dots_svg(
    names: Sequence[str], panels: Sequence[Panel], scale: tuple[float, float, float], alt: str
) -> str:
    """Rows of ``names`` by ``panels``; ``scale``: from where to where, and how far lines are."""
    least, most, _ = scale
    wide = (WIDTH - _LEFT - _RIGHT - _GAP * (len(panels) - 1)) / max(len(panels), 1)
    bottom = _HEAD + _ROW * len(names)
    parts = [_open(bottom + _FOOT, alt)]
    for row, name in enumerate(names):
        y = _HEAD + _ROW * (row + 0.5)
        parts.append(_text(4, y + 4, _short(name, _NAME_LENGTH), TEXT))
    for at, panel in enumerate(panels):
        left = _LEFT + at * (wide + _GAP)

        def x(value: float, left: float = left) -> float:
            return left + (value - least) / (most - least) * wide

        parts += _ruler(panel, x, (left, wide), scale, bottom)
        for row in range(len(names)):
            y = _HEAD + _ROW * (row + 0.5)
            ring = panel.rings[row] if panel.rings else None
            apart = 5.0 if ring is not None else 0.0
            if ring is not None:
                parts += _dot(ring, x, y - apart, (least, most), ring=True)
            dot = panel.dots[row]
            if dot is not None:
                parts += _dot(dot, x, y + apart, (least, most), ring=False)
    return "".join([*parts, "</svg>"])


def _ruler(
    panel: Panel, x: Callable[[float], float], place: tuple[float, float],
    scale: tuple[float, float, float], bottom: float,
) -> list[str]:  # fmt: skip
    """A panel's title, lines and numbers."""
    (left, wide), (least, most, step) = place, scale
    parts = [_text(left, 13, _short(panel.title, floor(wide / 6.2)), TEXT, bold=True)]
    count = round((most - least) / step)
    for tick in range(count + 1):
        value = least + tick * step
        parts.append(_line(x(value), _HEAD, x(value), bottom, LINE, 1))
        decimals = 0 if float(step).is_integer() else 1
        parts.append(_text(x(value), bottom + 16, number(value, decimals), QUIET, middle=True))
    if panel.zero is not None:
        parts.append(_line(x(panel.zero), _HEAD, x(panel.zero), bottom, QUIET, 1.2))
    return parts


def _dot(
    one: Value, x: Callable[[float], float], y: float, scale: tuple[float, float], *, ring: bool
) -> list[str]:
    """A dot with its interval; an arrow where one of them goes on beyond the scale's ends."""
    colour, parts = OWN if ring else MEAN, []
    if one.low is not None and one.high is not None:
        low, high = (x(min(max(end, scale[0]), scale[1])) for end in (one.low, one.high))
        parts.append(_line(low, y, high, y, colour, 2))
        parts += [
            _arrow(at, y, way, colour) if beyond else _line(at, y - 3.5, at, y + 3.5, colour, 1.4)
            for at, way, beyond in (
                (low, -1, one.low < scale[0]), (high, 1, one.high > scale[1]),
            )
        ]  # fmt: skip
    fill = "#ffffff" if ring else colour
    at = x(min(max(one.value, scale[0]), scale[1]))
    parts.append(
        f'<circle cx="{at:.1f}" cy="{y:.1f}" r="3.6" fill="{fill}" stroke="{colour}" '
        'stroke-width="1.6"/>'
    )
    return parts


def _arrow(x: float, y: float, way: int, colour: str) -> str:
    """An arrow's head, whose tip lies outside the scale."""
    points = (x + way * 7, y), (x, y - 4), (x, y + 4)
    said = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polygon points="{said}" fill="{colour}"/>'


def goes_beyond(values: Iterable[Value | None], least: float, most: float) -> bool:
    """Whether any of these, or of their intervals, goes on beyond the ends of a scale."""
    return any(
        end is not None and not least <= end <= most
        for one in values if one is not None
        for end in (one.low, one.value, one.high)
    )  # fmt: skip


def pairs_svg(
    panels: Sequence[Pairs], scale: tuple[int, int], occasions: tuple[str, str], alt: str
) -> str:
    """Squares of trainees, the first occasion to the right, the second upwards."""
    left, gap, head = 34.0, 38.0, 26.0
    size = (WIDTH - left - 10 - gap * (PANELS - 1)) / PANELS
    rows = -(-len(panels) // PANELS)
    parts = [_open(rows * (head + size + 44), alt)]
    for at, panel in enumerate(panels):
        across, down = at % PANELS, at // PANELS
        corner = left + across * (size + gap), head + down * (head + size + 44)
        parts += _square(panel, corner, size, scale, occasions)
    return "".join([*parts, "</svg>"])


def _square(
    panel: Pairs, corner: tuple[float, float], size: float, scale: tuple[int, int],
    occasions: tuple[str, str],
) -> list[str]:  # fmt: skip
    (left, top), (least, most) = corner, scale

    def x(value: float) -> float:
        return left + (min(max(value, least), most) - least) / (most - least) * size

    def y(value: float) -> float:
        return top + size - (min(max(value, least), most) - least) / (most - least) * size

    parts = [_text(left, top - 10, _short(panel.title, floor(size / 6.2)), TEXT, bold=True)]
    if panel.band is not None:
        parts.append(_band(panel.band, x, y, scale))
    for tick in range(least, most + 1):
        parts.append(_line(x(tick), top, x(tick), top + size, LINE, 1))
        parts.append(_line(left, y(tick), left + size, y(tick), LINE, 1))
        parts.append(_text(x(tick), top + size + 14, str(tick), QUIET, middle=True))
        parts.append(_text(left - 8, y(tick) + 4, str(tick), QUIET, middle=True))
    parts.append(_line(x(least), y(least), x(most), y(most), QUIET, 1.2))
    first, second = (_short(one, 22) for one in occasions)
    parts.append(_text(left + size / 2, top + size + 29, first, QUIET, middle=True))
    parts.append(
        f'<g transform="rotate(-90 {left - 22:.1f} {top + size / 2:.1f})">'
        f"{_text(left - 22, top + size / 2, second, QUIET, middle=True)}</g>"
    )
    parts += [_person(one, x(one.before), y(one.after), len(panel.places)) for one in panel.places]
    return parts + _labels(panel, x, y, left + size)


def _band(
    half: float, x: Callable[[float], float], y: Callable[[float], float], scale: tuple[int, int]
) -> str:
    """What lies within the band, cut at the square's edges."""
    least, most = scale
    if half >= most - least:
        corners = [(least, least), (most, least), (most, most), (least, most)]
        exact = [(float(a), float(b)) for a, b in corners]
    else:
        exact = [
            (least, least), (least + half, least), (most, most - half), (most, most),
            (most - half, most), (least, least + half),
        ]  # fmt: skip
    points = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in exact)
    return f'<polygon points="{points}" fill="{BAND}"/>'


def _person(one: Place, x: float, y: float, of: int) -> str:
    """A dot within the band; outside it a triangle that points up or down."""
    r = 1.5 if of > _MANY else 3.0
    if not one.beyond:
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{MEAN}" fill-opacity="0.55" '
            f'stroke="{MEAN}" stroke-width="0.6"/>'
        )
    tip, r = (-1 if one.beyond > 0 else 1), r * 1.4
    points = (x, y + tip * r), (x - r, y - tip * r * 0.8), (x + r, y - tip * r * 0.8)
    said = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polygon points="{said}" fill="{OWN}"/>'


def _labels(
    panel: Pairs, x: Callable[[float], float], y: Callable[[float], float], edge: float
) -> list[str]:
    """The codes of those outside the band, where they are few, each where it hides no other."""
    outside = [one for one in panel.places if one.beyond]
    if len(outside) > _MOST_NAMED:
        return []
    parts: list[str] = []
    taken: list[tuple[float, float]] = []
    marks = [(x(one.before), y(one.after)) for one in outside]
    for one in sorted(outside, key=lambda each: -each.after):
        short = _label(one.name)
        wide = len(short) * 5.6
        at = x(one.before), y(one.after)
        places = [(at[0] + 6, at[1] + 3.5), (at[0] - 6 - wide, at[1] + 3.5),
                  (at[0] - wide / 2, at[1] - 7), (at[0] - wide / 2, at[1] + 14)]  # fmt: skip
        for left, base in places:
            free = all(abs(left - a) >= wide + 3 or abs(base - b) >= 9 for a, b in taken)
            clear = not any(left - 4 < a < left + wide + 4 and base - 11 < b < base + 3
                            for a, b in marks)  # fmt: skip
            if free and clear and left + wide < edge:
                taken.append((left, base))
                parts.append(
                    f'<text x="{left:.1f}" y="{base:.1f}" font-size="9.5" fill="{TEXT}">'
                    f"{escape(short)}</text>"
                )
                break
    return parts


def _label(name: str) -> str:
    """A name as short as a label: its begin, or of a long code the end, which tells them apart."""
    called, bracket, _ = name.partition(" (")
    if bracket:
        return _short(called, 12)
    return name if len(name) <= 12 else f"{name[:4]}…{name[-6:]}"


def _open(height: float, alt: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}" height="{height:g}" role="img" aria-label="{escape(alt)}" '
        'font-family="Attune Inter" font-size="11.5">'
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"/>'
    )


def _text(
    x: float, y: float, text: str, colour: str, *, middle: bool = False, bold: bool = False
) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{anchor}{weight} fill="{colour}">{escape(text)}</text>'


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
