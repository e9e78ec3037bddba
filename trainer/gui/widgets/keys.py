"""Keys that belong to a part of the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def key_of(
    owner: QWidget, key: str, act: Callable[[], object], *, repeats: bool = False
) -> QShortcut:
    """Let ``key`` do ``act`` while the focus is within ``owner``; ``repeats``: also when held."""
    shortcut = QShortcut(QKeySequence(key), owner, act)
    # Given to the constructor together with a callable, PySide6 6.11 silently leaves it out.
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setAutoRepeat(repeats)
    return shortcut
