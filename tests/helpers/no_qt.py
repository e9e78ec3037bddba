"""Pytest plugin (``-p tests.helpers.no_qt -p no:pytest-qt``): as if PySide6 were not installed.

Proves that everything below ``trainer.gui`` works without a screen library.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

BLOCKED = frozenset({"PySide6", "shiboken6", "pyqtgraph"})


class _Blocker(MetaPathFinder):
    """Answers every import of a blocked package as Python does when there is no such package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(
                f"No module named {fullname!r} (tests without Qt)", name=fullname
            )
        return None


def pytest_addoption(parser: pytest.Parser) -> None:
    # pytest-qt is off in this leg, and pytest is strict about options that nobody owns
    for option in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(option, "owned by pytest-qt", type="linelist")


def pytest_configure() -> None:
    already = BLOCKED.intersection(sys.modules)
    if already:
        raise pytest.UsageError(f"imported before it could be blocked: {sorted(already)}")
    sys.meta_path.insert(0, _Blocker())
