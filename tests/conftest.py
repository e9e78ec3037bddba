"""What every test has: rails (``helpers/guards.py``), sound (``helpers/pulse.py``), commands."""

import os

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

pytest_plugins = [
    "tests.helpers.guards",
    "tests.helpers.pulse",
    "tests.helpers.commands",
    "pytester",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: at the end nobody waits for one of them alone."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)
