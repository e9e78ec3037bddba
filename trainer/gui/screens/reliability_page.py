"""The page of the reliability screen: what can be done, then one section after another."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from trainer.app.reliability_view import ItemView, View
from trainer.gui.screens import reliability_cards as cards
from trainer.gui.screens import reliability_study as study
from trainer.gui.widgets.figures import Section


class ReliabilityPage(QScrollArea):
    """Everything that scrolls: ``tools`` too, which would leave little room where text is large."""

    def __init__(self, tools: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self.sections: tuple[Section, ...] = ()
        self._to_make: list[Callable[[], Section]] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().setSingleStep(2 * self.fontMetrics().height())
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(2, 2, 10, 12)
        self._column.setSpacing(14)
        self._column.addWidget(tools)
        self._column.addStretch()
        self.setWidget(inside)

    @property
    def whole(self) -> bool:
        """Whether every section is there: they come one after another, so that nothing waits."""
        return not self._to_make

    def show_item(self, view: View, item: ItemView | None, *, days: bool) -> None:
        """Show one item in place of another; ``days``: occasions are those of the responses."""
        for section in self.sections:
            section.hide()
            section.deleteLater()
        self.sections = ()
        self._to_make = _makers(view, item, days)
        self._make_next()

    def _make_next(self) -> None:
        if self._to_make:
            section = self._to_make.pop(0)()
            self.sections = (*self.sections, section)
            self._column.insertWidget(self._column.count() - 1, section)
            QTimer.singleShot(0, self, self._make_next)


def _makers(view: View, item: ItemView | None, days: bool) -> list[Callable[[], Section]]:
    found: list[Callable[[], Section]] = []
    if view.warnings:
        found.append(partial(cards.warnings, view))
    if item is not None:
        found += [partial(cards.agreement, item), partial(cards.severity, item)]
        found += [partial(cards.drift, item, days), partial(cards.fair, item)]
        if view.halos:
            found.append(partial(cards.halo, view.halos))
        found.append(partial(study.components, item.study))
        found.append(partial(study.decision, item.study, view.target))
    return found
