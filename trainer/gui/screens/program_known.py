"""Raters whom a program knows from before, to be ticked in place of pasting their address again."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer.app.known_raters import Known
from trainer.gui.widgets.cards import Pair, Tick, plain
from trainer.gui.widgets.times import day

WIDE = 72  # characters, for two columns


class KnownRaters(QWidget):
    """A tick for each; ``changed`` when one was set or taken away. Unseen while there is none."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[str, Tick] = {}  # by name and address
        self._offered: tuple[Known, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._lines = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(
            plain(self.tr("Raters known from before, and when they last got something"))
        )
        self._column.addWidget(self._lines)
        self.hide()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Those that are ticked, as they are kept."""
        return self._chosen

    def show_known(self, every: Sequence[Known], chosen: Sequence[str]) -> None:
        """Offer these; those that are ``chosen`` are ticked, if they are still offered."""
        offered = tuple(every)
        known = {one.line for one in offered}
        self._chosen = tuple(one for one in chosen if one in known)
        if offered != self._offered:
            self._offered = offered
            self._make()
        for line, tick in self.ticks.items():
            tick.blockSignals(True)
            tick.setChecked(line in self._chosen)
            tick.blockSignals(False)
        self.setVisible(bool(offered))

    def _make(self) -> None:
        names = Counter(one.name for one in self._offered)
        self.ticks = {}
        for one in self._offered:
            last = day(one.last.astimezone())
            told = (
                self.tr("{0} ({1})").format(one.name, last)
                if names[one.name] == 1
                else self.tr("{0} (key {1}, {2})").format(one.name, one.fingerprint, last)
            )
            self.ticks[one.line] = tick = Tick(told)
            tick.toggled.connect(partial(self._ticked, one.line))
        old, self._lines = self._lines, Pair(*self.ticks.values(), wide=WIDE)
        self._column.replaceWidget(old, self._lines)
        old.hide()
        old.deleteLater()

    def _ticked(self, line: str, on: bool) -> None:
        others = tuple(one for one in self._chosen if one != line)
        self._chosen = (*others, line) if on else others
        self.changed.emit()
