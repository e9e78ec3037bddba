"""A report as its reader has it: tables of cells, and sentences. No test is in here."""

import html
import re
from collections.abc import Mapping, Sequence

Table = tuple[str, dict[str, list[str]]]
_FIGURE = re.compile(r"\d\.\d(?!\.)")


def tables(page: str) -> list[Table]:
    """Of every table its caption and its rows by name."""
    found = []
    for table in re.findall(r'<table class="figures cohort">.*?</table>', page, re.S):
        caption = plain(re.search(r"<caption.*?</caption>", table, re.S)[0])
        rows = re.findall(r'<tr><th scope="row".*?</tr>', table, re.S)
        cells = [
            [plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows
        ]
        found.append((caption, {name: rest for name, *rest in cells}))
    return found


def sentences(page: str) -> list[str]:
    """What stands outside of tables and pictures, with figures that have decimals in it."""
    rest = re.sub(r"<(style|table|svg|head)\b.*?</\1>", "", page, flags=re.S)
    lines = [plain(one) for one in re.findall(r"<(?:p|li|dd|figcaption)\b.*?</", rest, re.S)]
    lines = [line for line in lines if not line.startswith("Attune ")]  # with which version
    return [line for line in lines if _FIGURE.search(line)]


def cell(figure: Mapping[str, float]) -> str:
    """As a table has a figure with its limits."""
    return f"{said(figure['value'])} {between(figure)}"


def between(figure: Mapping[str, float]) -> str:
    return f"{said(figure['low'])} to {said(figure['high'])}"


def said(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")  # and no minus nought


def points(value: float, more: str, less: str) -> str:
    shown = said(abs(value))
    if shown == "0.00":
        return "the same"
    return f"{shown} {'point' if shown == '1.00' else 'points'} {more if value > 0 else less}"


def in_words(figure: Mapping[str, float]) -> str:
    """What Koo & Li (2016) call the limits."""
    low, high = (
        next((word for below, word in _KOO_LI if figure[name] < below), "excellent")
        for name in ("low", "high")
    )
    return low if low == high else f"{low} to {high}"


_KOO_LI = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))


def listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def plain(marked: str) -> str:
    """The text without its marks."""
    text = html.unescape(re.sub(r"<[^>]*>?", " ", marked)).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text).strip()
