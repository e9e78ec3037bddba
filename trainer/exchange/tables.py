"""Tables for statistics programs: CSV, Parquet and SPSS from one set of columns.

A score may be N/A, which is not the same as not rated. It is a NaN in the rows given here; a file
has it as ``N/A`` (CSV), NaN (Parquet) and -99, declared missing (SPSS). What is not rated, or not
known, is None: an empty cell, null, system-missing.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.domain.errors import KnownError

if TYPE_CHECKING:
    import polars as pl

TEXT, WHOLE, NUMBER, YES, SCORE = "text", "whole", "number", "yes", "score"
NOT_APPLICABLE = float("nan")
SPSS_NOT_APPLICABLE = -99.0
CSV, PARQUET, SAV = ".csv", ".parquet", ".sav"
SUFFIXES = (CSV, PARQUET, SAV)
# SPSS's own limits, in bytes of UTF-8; what is longer is whole in the codebook.
_NAME, _LABEL, _VALUE_LABEL, _TEXT = 64, 255, 120, 32_767
_RESERVED = frozenset("all and by eq ge gt le lt ne not or to with".split())
_MEASURES = {TEXT: "nominal", WHOLE: "scale", NUMBER: "scale", YES: "nominal", SCORE: "ordinal"}
_FORMATS = {WHOLE: "F8.0", NUMBER: "F12.3", YES: "F1.0", SCORE: "F5.1"}
_YES = {0: "no", 1: "yes"}

Value = str | int | float | bool | None
Labels = Mapping[float, str] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """One variable. ``kind`` is TEXT, WHOLE, NUMBER, YES (0 or 1) or SCORE.

    ``label`` is what it means, in one line; ``values`` are the labels of single values;
    ``missing`` says when a cell is empty.
    """

    name: str
    kind: str
    label: str
    unit: str = ""
    values: Labels = field(default_factory=dict)
    missing: str = ""

    @property
    def measure(self) -> str:
        """The level of measurement, in SPSS's word."""
        return _MEASURES[self.kind]


class Table:
    """Rows of the same columns; they come in parts and are kept packed."""

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        self.name = name
        self.columns = tuple(columns)
        self._parts: list[pl.DataFrame] = []

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    def add(self, rows: Sequence[Sequence[Value]]) -> None:
        """More rows, each with a value for every column in order."""
        if rows:
            self._parts.append(self._frame(list(zip(*rows, strict=True))))

    def write(self, folder: Path, suffixes: Iterable[str] = SUFFIXES) -> tuple[Path, ...]:
        """Write ``NAME.csv`` and so on into ``folder``; KnownError when the disk refuses."""
        import polars as pl

        if self._parts:
            self._parts = [pl.concat(self._parts, rechunk=True)]
        whole = self._parts[0] if self._parts else self._frame([()] * len(self.columns))
        paths = tuple(folder / f"{self.name}{suffix}" for suffix in suffixes)
        for path in paths:
            write(whole, self.columns, path)
        return paths

    def _frame(self, columns: Sequence[Sequence[Value]]) -> "pl.DataFrame":
        import polars as pl

        types = {TEXT: pl.String, WHOLE: pl.Int64, NUMBER: pl.Float64, YES: pl.Int8,
                 SCORE: pl.Float64}  # fmt: skip
        return pl.DataFrame(
            [
                pl.Series(column.name, values, dtype=types[column.kind], strict=False)
                for column, values in zip(self.columns, columns, strict=True)
            ]
        )


def write(frame: "pl.DataFrame", columns: Sequence[Column], path: Path) -> None:
    """Write one file, in the format that its suffix names; KnownError when the disk refuses."""
    import polars as pl
    from pyreadstat import ReadstatError

    ways = {CSV: _write_csv, PARQUET: _write_parquet, SAV: _write_sav}
    try:
        path.touch()  # where it cannot be written, not every library says so
        ways[path.suffix.lower()](frame, columns, path)
    except (OSError, pl.exceptions.ComputeError, ReadstatError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise KnownError(
            f"The table was not written ({path}: {why or error})",
            "Make room, or choose another place.",
        ) from error


def variable_names(wanted: Iterable[str], taken: Collection[str] = ()) -> tuple[str, ...]:
    """Names that every statistics program takes, in order: letters, digits and ``_``, no two alike.

    SPSS does not tell capital letters from small ones and has words of its own.
    """
    used = {name.casefold() for name in taken} | _RESERVED
    found = []
    for name in wanted:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        if not re.match(r"[A-Za-z]", plain):
            plain = f"v{plain}"
        free, number = plain[:_NAME], 1
        while free.casefold() in used:
            number += 1
            free = f"{plain[: _NAME - 5]}_{number}"
        used.add(free.casefold())
        found.append(free)
    return tuple(found)


def _write_csv(frame: "pl.DataFrame", columns: Sequence[Column], path: Path) -> None:
    import polars as pl

    scores = [pl.col(column.name) for column in columns if column.kind == SCORE]
    told = [
        pl.when(score.is_nan()).then(pl.lit("N/A")).otherwise(score.cast(pl.String)).name.keep()
        for score in scores
    ]
    names = [column.name for column in columns]
    frame.with_columns(told).select(names).write_csv(path)


def _write_parquet(frame: "pl.DataFrame", _: Sequence[Column], path: Path) -> None:
    frame.write_parquet(path)


def _write_sav(frame: "pl.DataFrame", columns: Sequence[Column], path: Path) -> None:
    import polars as pl
    import pyreadstat

    scores = [column.name for column in columns if column.kind == SCORE]
    texts = [column.name for column in columns if column.kind == TEXT]
    pyreadstat.write_sav(
        frame.with_columns(
            pl.col(scores).fill_nan(SPSS_NOT_APPLICABLE),
            pl.col(texts).map_elements(_cut_text, return_dtype=pl.String)
            if any(_too_long(frame[name]) for name in texts)
            else pl.col(texts),
        ),
        path,
        row_compress=True,
        column_labels={column.name: _cut(column.label, _LABEL) for column in columns},
        variable_value_labels={
            column.name: found
            for column in columns
            if (found := _value_labels(column, frame[column.name]))
        },
        missing_ranges={name: [SPSS_NOT_APPLICABLE] for name in scores},
        variable_measure={column.name: column.measure for column in columns},
        variable_format={
            column.name: _FORMATS[column.kind] for column in columns if column.kind in _FORMATS
        },
    )


def _too_long(texts: "pl.Series") -> bool:
    longest: Any = texts.str.len_bytes().max()
    return longest is not None and longest > _TEXT


def _cut_text(text: str) -> str:
    return _cut(text, _TEXT)


def _value_labels(column: Column, values: "pl.Series") -> dict[Any, str]:
    more: dict[Any, str] = dict(_YES) if column.kind == YES else dict(column.values)
    if column.kind == SCORE:
        more[SPSS_NOT_APPLICABLE] = "N/A: not applicable"
    if column.kind == TEXT and more:
        # A text that is longer than the variable is wide must not be labelled.
        there = set(values.unique())
        more = {value: words for value, words in more.items() if value in there}
    return {value: _cut(words, _VALUE_LABEL) for value, words in more.items()}


def _cut(text: str, most: int) -> str:
    """So many bytes of it, no letter halved, with a sign where something is gone."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore") + "…"
