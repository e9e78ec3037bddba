"""The page of the reliability screen: what can be done, all items at a glance, then one of them."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from trainer.app.reliability_view import ItemView, View
from trainer.gui.screens import reliability_cards as cards
from trainer.gui.screens import reliability_overview as first
from trainer.gui.screens import reliability_study as study
from trainer.gui.widgets.figures import Section

BREATH_MS = 8
"""Between two sections the window answers keys and paints; none is made while another is drawn."""
_Makers = list[Callable[[], Section]]


class ReliabilityPage(QScrollArea):
    """Everything that scrolls: ``tools`` too, which would leave little room where text is large.

    ``detail`` chooses the item that is shown below it.
    """

    def __init__(self, tools: QWidget, detail: QWidget) -> None:
        super().__init__(widgetResizable=True)
        self._tools, self._detail = tools, detail
        self._heads: tuple[Section, ...] = ()
        self._parts: tuple[Section, ...] = ()
        self._to_make: list[tuple[bool, Callable[[], Section]]] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().setSingleStep(2 * self.fontMetrics().height())
        # Neither a scroll bar that comes later nor what is added below makes the rest anew.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        inside = QWidget()
        inside.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 2, 10, 12)
        column.setSpacing(14)
        self._above, self._below = QVBoxLayout(), QVBoxLayout()
        for layout in (self._above, self._below):
            layout.setSpacing(14)
        column.addWidget(tools)
        column.addLayout(self._above)
        column.addWidget(detail)
        column.addLayout(self._below)
        column.addStretch()
        self.setWidget(inside)

    @property
    def sections(self) -> tuple[Section, ...]:
        """What is shown, from top to bottom."""
        return (*self._heads, *self._parts)

    @property
    def whole(self) -> bool:
        """Whether every section is there: they come one after another, so that nothing waits."""
        return not self._to_make

    def show_view(self, view: View, item: ItemView | None) -> None:
        """Show other figures, and one item of them."""
        _away(self._heads)
        self._heads = ()
        self._detail.setVisible(item is not None)
        self._show([(True, make) for make in _of_all(view)], view, item)
        self.verticalScrollBar().setValue(0)

    def show_item(self, view: View, item: ItemView | None) -> None:
        """Show one item in place of another."""
        heads = [one for one in self._to_make if one[0]]
        self._show(heads, view, item)

    def _show(
        self,
        heads: list[tuple[bool, Callable[[], Section]]],
        view: View,
        item: ItemView | None,
    ) -> None:
        _away(self._parts)
        self._parts = ()
        waiting = not self.whole
        self._to_make = [*heads, *((False, make) for make in _of_item(view, item))]
        if not waiting:
            self._make_next()

    def _make_next(self) -> None:
        if not self._to_make:
            return
        head, make = self._to_make.pop(0)
        section = make()
        if head:
            self._heads = (*self._heads, section)
            self._above.addWidget(section)
            self._put_in_order()
        else:
            self._parts = (*self._parts, section)
            self._below.addWidget(section)
        QTimer.singleShot(BREATH_MS, self, self._make_next)

    def _put_in_order(self) -> None:
        """Tab leads from the tools through what is above to the choice of an item."""
        chain = [
            one
            for part in (self._tools, *self._heads, self._detail)
            for one in (part, *part.findChildren(QWidget))
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.window() is self.window()
        ]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)


def _away(sections: Iterable[Section]) -> None:
    for section in sections:
        section.hide()
        section.deleteLater()


def _of_all(view: View) -> _Makers:
    found: _Makers = [partial(first.overview, view)]
    if view.doubts:
        found.append(partial(first.doubts, view.doubts))
    return found


def _of_item(view: View, item: ItemView | None) -> _Makers:
    """Sections of one item; those that take two raters are not there with one."""
    if item is None:
        return []
    found: _Makers = []
    if item.raters > 1:
        found += [partial(cards.agreement, item), partial(cards.severity, item)]
    if item.raters > 1 or item.against:
        found.append(partial(cards.drift, item))
    if item.raters > 1:
        found.append(partial(cards.fair, item))
    if view.halos:
        found.append(partial(cards.halo, view.halos))
    found.append(partial(study.components, item.study))
    found.append(partial(study.decision, item.study, view.target))
    return found
