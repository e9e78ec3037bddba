"""Reliability: how far ratings can be trusted, from this log or from a table made elsewhere."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app import reliability_apart as work
from trainer.app import reliability_log as marks
from trainer.app.desk import Desk
from trainer.app.reliability_log import Rated, Source
from trainer.app.reliability_view import ItemView, View
from trainer.domain.changes import Changes
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.reliability_overview import whole
from trainer.gui.screens.reliability_page import ReliabilityPage
from trainer.gui.widgets.cards import Tick, heading, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.dialogs import ask_table, ask_target
from trainer.gui.widgets.keys import key_of

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

T = TypeVar("T")

LONG_MS = 500


class ReliabilityScreen(Screen):
    """The figures of one table of ratings, an item at a time."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._rated: tuple[Rated, ...] = ()
        self._path: Path | None = None  # of a table that was opened
        self._entering = False  # the focus is not here yet
        self._opening = False  # one is: what comes from the log meanwhile is not wanted
        self._source: Source | None = None
        self.view: View | None = None
        self._end: Callable[[], None] = lambda: None
        self._asked = 0  # answers to questions asked before a new one are not wanted any more
        self._lay_out()

    def entered(self) -> None:
        """Read which rubrics were rated with, then the chosen one's ratings."""
        self._entering = True
        self.read()

    def left(self) -> None:
        """Nobody waits for it any more."""
        self.cancel()

    def news(self, changes: Changes) -> None:
        """A rating was added."""
        if Changes.RATINGS in changes and self._path is None:
            self.read()

    def read(self) -> None:
        """Read from the log, unless a table is shown."""
        desk, viewer = self._desk, self._desk.settings.text("person")
        desk.runner.database(
            lambda log: marks.rated(log, desk.library, viewer), self._have_rated, alive=alive(self)
        )

    def open_table(self, path: Path) -> None:
        """Show a table made elsewhere; one that is at fault leaves everything as it is."""
        coded = self.codes.isChecked()

        def show(found: tuple[Source, View]) -> None:
            self._path = path
            self._source = found[0]
            self._fill()
            self._show(found[1])

        rubrics = tuple(dict(one.items) for one in self._rated)
        self._count(partial(work.opened, path, coded, rubrics), show, opening=True)

    def save_table(self, path: Path) -> None:
        """Write the ratings as CSV."""
        if self._source is not None:
            names = self.names.isChecked()
            self._write(partial(marks.save, self._source, path, with_names=names), path)

    def save_fair(self, path: Path) -> None:
        """Write raw and fair scores as CSV."""
        if self.view is not None:
            text = self.view.fair_named if self.names.isChecked() else self.view.fair_coded
            self._write(partial(marks.save_text, text, path), path)

    def cancel(self) -> None:
        """End what is being worked out; what is shown stays."""
        self._end()
        self._end = lambda: None
        self._opening = False
        self._asked += 1
        self._late.stop()
        self._busy.hide()

    # From the log to the figures

    def _have_rated(self, rated: tuple[Rated, ...]) -> None:
        if rated != self._rated:
            self._rated = rated
            self._fill()
        if self._path is None and not self._opening:
            self._read_chosen()

    def _fill(self) -> None:
        """The sources one can choose."""
        chosen = self._path or self.source.currentData()
        self.source.blockSignals(True)
        self.source.clear()
        for one in self._rated:
            text = self.tr("In this log: {0}, version {1}").format(one.title, one.rubric.version)
            self.source.addItem(text, one)
        if self._path is not None:
            self.source.addItem(self._path.name, self._path)
        places = [self.source.itemData(n) for n in range(self.source.count())]
        same = [n for n, one in enumerate(places) if _key(one) == _key(chosen)]
        self.source.setCurrentIndex(same[0] if same else 0)
        self.source.blockSignals(False)
        self.source.setVisible(bool(places))

    def _choose(self) -> None:
        chosen = self.source.currentData()
        if isinstance(chosen, Path):
            self.open_table(chosen)
            return
        self._path = None
        self._fill()
        self._read_chosen()

    def _read_chosen(self) -> None:
        chosen = self.source.currentData()
        if not isinstance(chosen, Rated):
            self.cancel()
            self._source, self.view = None, None
            self._pages.setCurrentWidget(self._empty)
            for label in self._empty.findChildren(QLabel):
                label.show()
            self._say()
            self._take_focus(self.rate)
            return
        self._desk.runner.database(
            lambda log: marks.open_log_marks(
                log, chosen.rubric, self._desk.settings.text("person")
            ),
            self._have_source,
            alive=alive(self),
        )

    def _have_source(self, source: Source) -> None:
        new = source != self._source or self.view is None
        if self._path is None and not self._opening and new:
            self._work_out(source)

    def _again(self) -> None:
        """Names or codes: the same marks anew."""
        if self._source is not None:
            self._work_out(self._source)

    def _work_out(self, source: Source) -> None:
        coded, titles = self.codes.isChecked(), self._titles()

        def show(view: View) -> None:
            self._source = source
            self._show(view)

        self._count(partial(work.figures, source, coded, titles), show)

    def _count(
        self, job: Callable[[], T], show: Callable[[T], None], *, opening: bool = False
    ) -> None:
        """Do what uses numbers in the process that counts; what takes long is shown."""
        self.cancel()
        asked, self._opening = self._asked, opening

        def done(found: T) -> None:
            if asked == self._asked:
                self.cancel()
                show(found)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.cancel()
                self._window.failed(error)
                if self.view is None and opening:
                    self.read()

        self._late.start()
        self._end = self._desk.runner.apart(job, done, failed, alive(self))

    # What is shown

    def _show(self, view: View) -> None:
        self.view = view
        chosen = self.item.currentData()
        self.item.blockSignals(True)
        self.item.clear()
        for one in view.items:
            self.item.addItem(one.title, one.name)
        self.item.setCurrentIndex(max(0, self.item.findData(chosen)))
        self.item.blockSignals(False)
        several = len(view.items) > 1
        self.item.setVisible(several)
        self._in_detail.setText(self.tr("In detail:") if several else self.tr("In detail"))
        self._say()
        self.page.show_view(view, self._chosen())
        self._pages.setCurrentWidget(self.page)
        self._take_focus(self.source)

    def _titles(self) -> dict[str, str]:
        chosen = self.source.currentData()
        return dict(chosen.items) if isinstance(chosen, Rated) else {}

    def _chosen(self) -> ItemView | None:
        name = self.item.currentData()
        items = self.view.items if self.view is not None else ()
        return next((one for one in items if one.name == name), None)

    def _show_item(self) -> None:
        if self.view is not None:
            self.page.show_item(self.view, self._chosen())

    def _take_focus(self, first: QWidget) -> None:
        """The room has it from its first answer on."""
        if self._entering:
            self._entering = False
            first.setFocus()

    def _say(self) -> None:
        view = self.view
        for button in (self.keep, self.keep_fair):
            button.setEnabled(view is not None)
        self.said.setVisible(view is not None)
        if view is not None:
            self.said.setText(whole(view))

    # Files

    def _ask_open(self) -> None:
        ask_table(self, self.open_table)

    def _write(self, write: Callable[[], object], path: Path) -> None:
        self._desk.runner.background(
            lambda _cancel: write(), partial(self._written, path), self._window.failed, alive(self)
        )

    def _written(self, path: Path, _rows: object) -> None:
        self._window.banner.say(
            self.tr("Saved: {0}").format(path),
            self.tr("Open the folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    # Looks

    def _lay_out(self) -> None:
        self.source, self.item = Choice(), Choice()
        for choice, name in ((self.source, self.tr("Ratings")), (self.item, self.tr("Item"))):
            choice.setAccessibleName(name)
            policy = Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            choice.setSizeAdjustPolicy(policy)
            choice.setMinimumContentsLength(10)
            choice.hide()
        self.source.activated.connect(lambda _index: self._choose())
        self.item.activated.connect(lambda _index: self._show_item())
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(heading(self.tr("Reliability"), 1.5))
        head.addWidget(self.source, 1)
        self.said = quiet("")
        self.page = ReliabilityPage(self._make_tools(), self._make_detail())
        self._empty = self._make_empty()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._make_busy())
        column.addWidget(self._pages, 1)
        self._say()

    def _make_tools(self) -> QWidget:
        self.open = QPushButton(self.tr("Open CSV …"))
        self.open.clicked.connect(self._ask_open)
        self.keep = QPushButton(self.tr("Save CSV …"))
        self.keep.clicked.connect(lambda: ask_target(self, "ratings.csv", self.save_table))
        self.keep_fair = QPushButton(self.tr("Save raw and fair scores …"))
        self.keep_fair.clicked.connect(lambda: ask_target(self, "fair.csv", self.save_fair))
        self.codes = Tick(self.tr("Codes instead of names"))
        self.codes.toggled.connect(lambda _on: self._again())
        self.names = Tick(self.tr("Names in saved files"))
        tools = QWidget()
        column = QVBoxLayout(tools)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(in_a_row(self.open, self.keep, self.keep_fair, self.codes, self.names))
        column.addWidget(self.said)
        return tools

    def _make_detail(self) -> QWidget:
        self._in_detail = heading("")
        self._in_detail.setWordWrap(False)
        self.item.setMinimumContentsLength(20)
        detail = in_a_row(self._in_detail, self.item)
        detail.hide()
        return detail

    def _make_busy(self) -> QWidget:
        self._busy = QWidget()
        bar = QProgressBar(textVisible=False, minimum=0, maximum=0)
        bar.setAccessibleName(self.tr("Working out the figures"))
        stop = QPushButton(self.tr("Cancel  (Esc)"))
        stop.clicked.connect(self.cancel)
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(quiet(self.tr("Working out the figures …")), 2)
        row.addWidget(bar, 1)
        row.addWidget(stop)
        self._busy.hide()
        self._late = QTimer(self, singleShot=True, interval=LONG_MS)
        self._late.timeout.connect(self._busy.show)
        key_of(self, "Esc", self._escape)
        return self._busy

    def _escape(self) -> None:
        """End what is being worked out; when nothing is, go back."""
        if self._busy.isVisible() or self._late.isActive():
            self.cancel()
        else:
            self._window.go("rate")

    def _make_empty(self) -> QWidget:
        page = QWidget()
        self.rate, open_one = QPushButton(self.tr("Go to Rate")), QPushButton(self.tr("Open CSV …"))
        self.rate.clicked.connect(lambda: self._window.go("rate"))
        open_one.clicked.connect(self._ask_open)
        column = QVBoxLayout(page)
        column.addStretch(2)
        for label in (
            heading(self.tr("Nobody has rated others here yet.")),
            plain(self.tr("When two or more raters have rated the same responses, this page says "
                          "how far their ratings can be trusted. Rate responses, or open a table "
                          "of ratings made elsewhere.")),
        ):  # fmt: skip
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
            label.hide()  # until it is known to be so
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.rate)
        row.addWidget(open_one)
        row.addStretch()
        column.addLayout(row)
        column.addStretch(3)
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area


def _key(one: object) -> object:
    return one.rubric if isinstance(one, Rated) else one
