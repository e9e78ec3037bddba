"""What the sections of a cohort's report are made of: paragraphs, pictures, tables, words."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.exchange.cohort_svg import PANELS, Value
from trainer.exchange.wording import number

_FIRST = 34
"""Per cent of the page's width for the names of rows."""
_LONG = 22


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, the same as an address for paper, and what it shows."""

    svg: str
    uri: str
    caption: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure or a word, and what is set quieter beside it."""

    text: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name and the other cells."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``heads`` with per cents of the page's width, and rows."""

    caption: str
    heads: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section; ``id`` names it in the page, ``notes`` come after pictures and tables."""

    id: str
    title: str
    paras: tuple[str, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def section(
    name: str,
    title: str,
    paras: Iterable[str] = (),
    *,
    pictures: Iterable[Picture] = (),
    tables: Iterable[Table] = (),
    notes: Iterable[str] = (),
) -> Section:
    """A section of these; notes that say the same are said once."""
    return Section(
        name, title, tuple(map(kept, paras)), tuple(pictures), tuple(tables),
        tuple(dict.fromkeys(map(kept, notes))),
    )  # fmt: skip


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, Sequence[str | Cell]]],
    widths: Sequence[int] = (),
) -> Table:
    """A table, the first column the widest unless ``widths`` (per cent) says otherwise."""
    rest = round((100 - _FIRST) / max(len(heads) - 1, 1))
    each = widths or (_FIRST, *(rest for _ in heads[1:]))
    return Table(
        caption, tuple(zip(heads, each, strict=True)),
        tuple(
            Row(name, tuple(Cell(one) if isinstance(one, str) else one for one in cells))
            for name, cells in rows
        ),
    )  # fmt: skip


def by_scale(
    caption: str, head: str, scales: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]
) -> list[Table]:
    """A table with a column for each scale; of many scales several tables below each other."""
    long = any(len(name) > _LONG for name, _ in rows)
    first, rest = (37, 21) if long else (28, 24)
    return [
        table(
            caption,
            [head, *scales[at : at + PANELS]],
            [(name, cells[at : at + PANELS]) for name, cells in rows],
            (first, *(rest for _ in scales[at : at + PANELS])),
        )
        for at in range(0, len(scales) if rows else 0, PANELS)
    ]


def picture(svg: str, caption: str) -> Picture:
    """The picture for a browser and for paper."""
    data = base64.b64encode(svg.encode()).decode()
    return Picture(svg, f"data:image/svg+xml;base64,{data}", kept(caption))


# Words


def kept(text: str) -> str:
    """The text, a figure never torn from its sign at the end of a line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def said(value: float) -> str:
    """A figure in points."""
    return number(value, 2)


def limits(one: Value) -> str:
    """An interval in words."""
    if one.low is None or one.high is None:
        return "no interval"
    return f"{said(one.low)} to {said(one.high)}"


def leaves_zero(one: Value) -> bool:
    """Whether a figure is above or below 0 for sure."""
    return one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)


def cell(one: Value | None) -> Cell:
    """A figure with its interval."""
    return Cell("not known") if one is None else Cell(said(one.value), limits(one))


def band(of: tuple[float, float]) -> str:
    """The width of trainees' bands, or from where to where it goes."""
    narrow, wide = map(said, of)
    return narrow if narrow == wide else f"{narrow} to {wide}"


def points(value: float, more: str, less: str) -> str:
    """``0.42 points higher``, or ``the same``."""
    shown = said(abs(value))
    if shown == said(0):
        return "the same"
    return f"{shown} {'point' if shown == '1.00' else 'points'} {more if value > 0 else less}"


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``."""
    every = list(parts)
    return f"{', '.join(every[:-1])} and {every[-1]}" if len(every) > 1 else "".join(every)


def on_scales(told: Iterable[tuple[str, str]]) -> str:
    """``a on Warmth and Repair, b on Empathy``, of (what, scale), without what is empty."""
    found: dict[str, list[str]] = {}
    for what, title in told:
        if what:
            found.setdefault(what, []).append(title)
    return ", ".join(f"{what} on {listed(titles)}" for what, titles in found.items())


def by_reason(reasons: Iterable[tuple[str, str]], of: int) -> list[str]:
    """What is to be said of which scales (title, reason), each reason once; ``of`` all scales."""
    found: dict[str, dict[str, None]] = {}
    for title, reason in reasons:
        found.setdefault(reason, {})[title] = None
    return [
        f"{'Every scale' if len(titles) == of > 1 else listed(titles)}: {reason}"
        for reason, titles in found.items()
    ]
