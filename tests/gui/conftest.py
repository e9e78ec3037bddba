"""The bundled library, and a log with one person in it, for every screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.practised import Practised, begin
from trainer.app.library import Library, load_library
from trainer.app.paths import bundled


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library([bundled("scenarios") / "core"])


@pytest.fixture
def practised(home: Path, library: Library) -> Iterator[Practised]:
    made = begin(home, library)
    yield made
    made.log.close()
