"""The log's table as ``attune log export`` writes it for statistics programs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer.exchange.tables import (
    NOT_APPLICABLE,
    NUMBER,
    SCORE,
    TEXT,
    WHOLE,
    YES,
    Column,
    Table,
    Value,
    variable_names,
)

_LABELS = {
    "id": "Response", "person_id": "Who gave it", "session_id": "Session",
    "started_at": "When it began", "pack": "Pack of the vignette", "vignette": "Vignette",
    "vignette_version": "Version of the vignette", "turn": "Turn of the vignette",
    "attempt": "Attempt at this turn", "position": "Place in the session",
    "ended_by": "What ended it", "change_tried": "What was to be changed",
    "duration_s": "Length of the recording (s)", "gaps": "Places where sound is missing",
    "missing_s": "How much sound is missing (s)", "holes": "Where sound is missing (JSON)",
    "stopped_at_s": "Where the client was stopped to answer (s)",
    "latency_s": "From the client's end to the first word (s)", "use": "What was agreed to",
    "keep_until": "Last day it is kept", "rubric": "Rubric", "rubric_version": "Version of it",
    "item": "Item of the rubric", "score": "Own score", "not_applicable": "Does not apply",
    "others_mean": "Mean of others' scores", "others_raters": "How many others gave one",
}  # fmt: skip
_WHOLE = frozenset(("vignette_version", "attempt", "position", "gaps", "rubric_version",
                    "others_raters"))  # fmt: skip
_NUMBER = frozenset(("duration_s", "missing_s", "stopped_at_s", "latency_s", "others_mean"))


def write(out: Path, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the table in the format that the suffix of ``out`` names; KnownError: it cannot be.

    What is not among the known columns is an item's score, or others' mean of it.
    """
    columns = [
        _column(name, plain)
        for name, plain in zip(names, variable_names(names), strict=True)
    ]  # fmt: skip
    kinds = {name: column.kind for name, column in zip(names, columns, strict=True)}
    table = Table(out.stem, columns)
    table.add([tuple(_value(name, kinds[name], row) for name in names) for row in rows])
    table.write(out.parent, [out.suffix])


def _column(name: str, plain: str) -> Column:
    label = _LABELS.get(name, name)
    if name in _WHOLE:
        return Column(plain, WHOLE, label)
    if name in _NUMBER or name.startswith("others_"):
        return Column(plain, NUMBER, label)
    if name == "not_applicable":
        return Column(plain, YES, label)
    return Column(plain, TEXT if name in _LABELS and name != "score" else SCORE, label)


def _value(name: str, kind: str, row: Mapping[str, Any]) -> Value:
    value = row.get(name)
    # In the long table every row is a score, and one that is None does not apply.
    if kind == SCORE and (value == "N/A" or (name == "score" and value is None)):
        return NOT_APPLICABLE
    found: Value = value
    return found
