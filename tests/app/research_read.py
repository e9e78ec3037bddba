"""A research export, read with libraries that did not write it. No test is in here."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyreadstat

from trainer.app.research import Exported

Row = dict[str, Any]


def of_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def of_parquet(path: Path) -> list[Row]:
    return pyarrow.parquet.read_table(path).to_pylist()


def of_sav(path: Path) -> tuple[list[Row], Any]:
    frame, about = pyreadstat.read_sav(path, user_missing=True, output_format="polars")
    return frame.to_dicts(), about


def codebook(done: Exported) -> dict[str, Any]:
    return json.loads((done.path / "codebook.json").read_text(encoding="utf-8"))
