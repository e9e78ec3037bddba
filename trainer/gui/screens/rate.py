"""Rate: the rounds one has begun, the way to a new one, and what belongs to rating others."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app import queue, rounds
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.queue import Candidate
from trainer.app.rounds import Begun
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.rounds import Round
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import Card, heading, in_a_row, plain, quiet, strong
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.times import day

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SIZES = (20, 40, 80)
SHOWN = 12  # rounds, before older ones are folded away
Find = Callable[[Event], Sequence[Candidate]]


class RateScreen(Screen):
    """The rounds of the person at this computer, newest first; nobody's name is on it."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._every = False  # older rounds are shown too
        self._dialog: QFileDialog | None = None
        self._looking: Event | None = None
        self._buttons: dict[str, QPushButton] = {}  # by round
        self._first: QPushButton | None = None  # goes on with the newest round that is not whole
        self._lay_out()

    def entered(self) -> None:
        self._read()

    def left(self) -> None:
        if self._looking is not None:
            self._stop_looking()

    def news(self, changes: Changes) -> None:
        if changes & (Changes.RATINGS | Changes.RESPONSES):
            self._read()

    # What is shown

    def _read(self) -> None:
        me = self._desk.settings.text("person")
        rubric = self._desk.library.rubric(self._rubric.currentData())
        self._desk.runner.database(
            lambda log: (rounds.begun(log, me), rounds.waiting(log, me, rubric)),
            lambda found: self._show(*found),
            alive=alive(self),
        )

    def _show(self, begun: tuple[Begun, ...], waiting: int) -> None:
        self._own.setEnabled(waiting > 0)
        self._waiting.setText(
            self.tr("In this log {0} responses of others wait for you.").format(waiting)
            if waiting > 1
            else self.tr("In this log one response of somebody else waits for you.")
            if waiting
            else self.tr(
                "In this log there is no response of somebody else that you have not rated. "
                "Choose a folder of recordings, or another person's Attune folder."
            )
        )
        focused = self._go_on_with_focus()
        self._clear()
        open_ones = [one for one in begun if one.pace.rated < one.pace.of]
        for one in begun if self._every else begun[:SHOWN]:
            self._rounds.addWidget(self._card(one, first=bool(open_ones) and one is open_ones[0]))
        if len(begun) > SHOWN and not self._every:
            more = QPushButton(self.tr("Show all {0} rounds").format(len(begun)))
            more.clicked.connect(self._show_every)
            self._rounds.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self._own.setProperty("primary", not open_ones)
        self._own.style().polish(self._own)
        if focused in self._buttons:  # its card was made anew under the rater's finger
            self._buttons[focused].setFocus()
        elif self.isVisible() and not self._elsewhere_has_focus():
            (self._own if self._first is None else self._first).setFocus()

    def _go_on_with_focus(self) -> str:
        return next((key for key, button in self._buttons.items() if button.hasFocus()), "")

    def _elsewhere_has_focus(self) -> bool:
        return self.isAncestorOf(self.window().focusWidget())

    def _card(self, one: Begun, *, first: bool) -> Card:
        of, pace = one.round, one.pace
        card = Card("")
        card.setAccessibleName(of.title)
        title = strong(self.tr("{0}, begun {1}").format(of.title, day(of.began_at)))
        said = [self.tr("{0} of {1} rated").format(pace.rated, pace.of)]
        if pace.each_s is not None:
            said.append(self.tr("{0:.0f} s each beyond listening").format(pace.each_s))
        bar = QProgressBar(textVisible=False, maximum=max(1, pace.of), value=pace.rated)
        bar.setAccessibleName(said[0])
        whole = pace.rated == pace.of
        go = QPushButton(self.tr("Look through it") if whole else self.tr("Go on rating"))
        go.setAccessibleName(self.tr("{0}: {1}").format(go.text(), title.text()))
        go.setProperty("primary", first)
        go.clicked.connect(partial(self._window.rate_round, of.id))
        self._buttons[of.id] = go
        if first:
            self._first = go
        buttons = [go]
        if one.astray:
            said.append(
                self.tr("{0} recordings are not where they were").format(one.astray)
                if one.astray > 1
                else self.tr("one recording is not where it was")
            )
            find = QPushButton(self.tr("Find them again …"))
            find.clicked.connect(partial(self._ask_folder, self._find_again))
            buttons.append(find)
        card.add(title, bar, quiet(" · ".join(said)), in_a_row(*buttons))
        return card

    def _clear(self) -> None:
        self._first = None
        self._buttons.clear()
        while (item := self._rounds.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_every(self) -> None:
        self._every = True
        self._read()

    # A new round

    def _rate_own(self) -> None:
        desk, me = self._desk, self._desk.settings.text("person")
        library = desk.library
        title = self.tr("Responses in this log")
        self._desk.runner.database(
            lambda log: queue.own(log, desk.home, library, me),
            lambda found: self._begin(title, found),
            alive=alive(self),
        )

    def _rate_folder(self, folder: Path) -> None:
        library = self._desk.library
        title = self.tr("A folder of recordings")
        self._look(lambda _cancel: queue.of_folder(folder, library), partial(self._begin, title))

    def _rate_log(self, folder: Path) -> None:
        library = self._desk.library
        title = self.tr("Another Attune folder")
        self._look(lambda _cancel: queue.of_log(Home(folder), library), partial(self._begin, title))

    def _find_again(self, folder: Path) -> None:
        def found(candidates: Sequence[Candidate]) -> None:
            self._desk.runner.database(
                lambda log: rounds.found_again(log, candidates), self._told_found, alive=alive(self)
            )

        library = self._desk.library
        self._look(lambda _cancel: queue.of_folder(folder, library), found)

    def _told_found(self, count: int) -> None:
        self._read()
        if not count:
            self._window.failed(
                KnownError(
                    self.tr("No recording there is one that you have rated or set out to rate"),
                    self.tr("Choose the folder into which they were moved."),
                )
            )

    def _begin(self, title: str, candidates: Sequence[Candidate]) -> None:
        desk, me = self._desk, self._desk.settings.text("person")
        rubric = desk.library.rubric(self._rubric.currentData())
        most = self._size.currentData()

        def begun(made: Round) -> None:
            self._window.rate_round(made.id)

        desk.runner.change(
            lambda log: rounds.begin_unrated(log, me, title, rubric, candidates, most),
            begun,
            self._window.failed,
            alive=alive(self),
        )

    def _look(self, find: Find, then: Callable[[Sequence[Candidate]], None]) -> None:
        """Read a folder beside the window, which says so and lets it be stopped."""
        if self._looking is not None:
            self._stop_looking()
        self._busy.show()

        def have(found: Sequence[Candidate]) -> None:
            if self._looking is mine:
                self._stop_looking()
                then(found)

        def failed(error: Exception) -> None:
            if self._looking is mine:
                self._stop_looking()
                self._window.failed(error)

        mine = self._desk.runner.background(find, have, failed, alive=alive(self))
        self._looking = mine

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.set()
        self._looking = None
        self._busy.hide()

    def _ask_folder(self, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, self.tr("Which folder?"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        places = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(places))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: then(Path(folder)))
        self._dialog = dialog
        dialog.open()

    # Making

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(heading(self.tr("Rate"), 1.7))
        column.addWidget(
            plain(
                self.tr(
                    "Rate what others answered: blind, one client across all who answered, by "
                    "keys alone. You see neither names nor dates, and no other rating."
                )
            )
        )
        self._rounds = QVBoxLayout()
        self._rounds.setSpacing(12)
        self._clear()
        column.addLayout(self._rounds)
        column.addWidget(self._make_new())
        column.addWidget(self._make_more())
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _make_new(self) -> Card:
        card = Card(self.tr("A new round"))
        self._waiting = quiet("")
        self._rubric = Choice()
        self._rubric.setAccessibleName(self.tr("Rubric"))
        for rubric in self._desk.library.rubrics:
            self._rubric.addItem(rubric.title, rubric.id)
        chosen = self._rubric.findData(self._desk.settings.text("rubric"))
        self._rubric.setCurrentIndex(max(0, chosen))
        self._rubric.currentIndexChanged.connect(self._read)
        self._size = Choice()
        self._size.setAccessibleName(self.tr("How many"))
        self._size.addItem(self.tr("All at once"), None)
        for size in SIZES:
            self._size.addItem(self.tr("At most {0}").format(size), size)
        self._own = QPushButton(self.tr("Rate responses in this log"))
        self._own.setEnabled(False)  # until it is known that there is something
        self._own.clicked.connect(self._rate_own)
        folder = QPushButton(self.tr("Rate a folder of recordings …"))
        folder.clicked.connect(partial(self._ask_folder, self._rate_folder))
        another = QPushButton(self.tr("Rate another Attune folder …"))
        another.clicked.connect(partial(self._ask_folder, self._rate_log))
        self._busy = self._make_busy()
        card.add(
            self._waiting,
            in_a_row(self._rubric, self._size),
            in_a_row(self._own, folder, another),
            self._busy,
        )
        return card

    def _make_busy(self) -> QWidget:
        busy = QWidget()
        bar = QProgressBar(textVisible=False, maximum=0)
        bar.setAccessibleName(self.tr("Reading the folder"))
        stop = QPushButton(self.tr("Stop"))
        stop.clicked.connect(self._stop_looking)
        row = QHBoxLayout(busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(quiet(self.tr("Reading the folder …")))
        row.addWidget(bar, 1)
        row.addWidget(stop)
        busy.hide()
        return busy

    def _make_more(self) -> Card:
        card = Card(self.tr("What belongs to it"))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        for room, title, about in (
            (
                "calibration",
                self.tr("Calibration"),
                self.tr("Rate responses whose ratings are known, before you rate others."),
            ),
            (
                "reliability",
                self.tr("How far ratings agree"),
                self.tr("Agreement, severity, and what a decision takes."),
            ),
            (
                "consensus",
                self.tr("Consensus"),
                self.tr("Two raters' ratings side by side, and what they agree on."),
            ),
            (
                "trainee-report",
                self.tr("Report for a trainee"),
                self.tr("What was heard, and one thing to practise."),
            ),
        ):
            go = QPushButton(title)
            go.clicked.connect(partial(self._window.go, room))
            row = grid.rowCount()
            grid.addWidget(go, row, 0)
            grid.addWidget(quiet(about), row, 1)
        card.body.addLayout(grid)
        return card
