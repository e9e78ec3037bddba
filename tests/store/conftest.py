"""A log in a folder of its own; a small disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.disk import small_disk
from tests.store import made
from trainer.domain.response import TakePlan
from trainer.store.db import Log, open_log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Übung Таня"


@pytest.fixture
def log(folder: Path) -> Iterator[Log]:
    opened = open_log(folder)
    yield opened
    opened.close()


@pytest.fixture
def plan(log: Log) -> TakePlan:
    return made.plan(made.begun(log), attempt=2)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 480 kB, on which an empty log has 65 to spare; skipped where mounting is not
    permitted.
    """
    with small_disk(tmp_path / "disk", "480k") as place:
        yield place
