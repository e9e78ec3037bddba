"""A new round: which responses, on which rubric, how many; asked about the gate if need be."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer.app import queue, shared
from trainer.app.calibration import Waiting, begin_live, live_kind
from trainer.app.calibration_state import Standing, look, stand
from trainer.app.desk import Desk
from trainer.app.library import titled
from trainer.app.on_record import check_place
from trainer.app.paths import Home
from trainer.app.queue import Candidate, Elsewhere
from trainer.app.shared import Came
from trainer.domain.errors import KnownError
from trainer.domain.rounds import UNGATED, Round
from trainer.domain.rubric import Rubric
from trainer.gui.jobs import alive
from trainer.gui.shared_place import SharedPlace
from trainer.gui.widgets.cards import Card, Inset, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SIZES = (20, 40, 80)
T = TypeVar("T")


def held_back(count: int) -> str:
    """How many responses nobody but those who gave them may use, and how that can be changed."""
    if not count:
        return ""
    if count == 1:
        return QCoreApplication.translate(
            "NewRound",
            "One response is held back, because who gave it has not agreed to be rated, or its "
            "last day is over: they can agree in Review, or for all of theirs in Settings.",
        )
    return QCoreApplication.translate(
        "NewRound",
        "{0} responses are held back, because those who gave them have not agreed to be rated, or "
        "their last day is over: they can agree, for one in Review, for all of theirs in Settings.",
    ).format(count)


class NewRound(Card):
    """Finds responses and begins; ``rubric_chosen`` tells that another rubric is meant."""

    rubric_chosen = Signal()

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("A new round"))
        self._desk, self._window = desk, window
        self._dialog: QFileDialog | None = None
        self._looking: Event | None = None
        self._without: Callable[[], None] | None = None  # begins although there is no gate
        self._lay_out()

    @property
    def rubric(self) -> Rubric:
        """The rubric that is chosen."""
        return self._desk.library.rubric(self._rubric.currentData())

    @property
    def first(self) -> QPushButton:
        """What is offered first: to rate what waits in this log, else a folder."""
        return self.own if self.own.isEnabled() else self.folder

    def show_waiting(self, waiting: Waiting, *, first: bool) -> None:
        """How many responses of others in the log wait; ``first``: to rate them comes first."""
        self._held.setText(held_back(waiting.held_back))
        self._held.setVisible(waiting.held_back > 0)
        self.own.setEnabled(waiting.count > 0)
        self.own.setProperty("primary", first)
        self.own.style().polish(self.own)
        self._waiting.setText(
            self.tr("In this log more than {0} responses of others wait for you.").format(
                waiting.count
            )
            if not waiting.exact
            else self.tr("In this log {0} responses of others wait for you.").format(waiting.count)
            if waiting.count > 1
            else self.tr("In this log one response of somebody else waits for you.")
            if waiting.count
            else self.tr(
                "In this log no response of somebody else waits for you. Choose a folder of "
                "recordings, or another person's Attune folder."
            )
            if waiting.held_back
            else self.tr(
                "In this log there is no response of somebody else that you have not rated or set "
                "out to rate. Choose a folder of recordings, or another person's Attune folder."
            )
        )

    def leave(self) -> None:
        """Stop what is being read, and ask no more."""
        self._gate.hide()
        self.stop_looking()

    def rate_own(self) -> None:
        """Rate what others answered in this log."""
        desk, me = self._desk, self._desk.settings.text("person")
        title = self.tr("Responses in this log")
        desk.runner.database(
            lambda log: queue.own(log, desk.home, desk.library, me),
            lambda found: self._begin(title, found),
            alive=alive(self),
        )

    def rate_folder(self, folder: Path) -> None:
        """Rate every sound and film in a folder."""
        title = self.tr("A folder of recordings")
        self.look_in(folder, partial(self._begin, title))

    def rate_log(self, folder: Path) -> None:
        """Rate what is in another data folder."""
        library, title = self._desk.library, self.tr("Another Attune folder")

        def begin(found: Elsewhere) -> None:
            self._begin(title, found.candidates, found.held_back)

        ours = self._desk.home
        self._look(lambda _cancel: queue.read_log(Home(check_place(ours, folder)), library), begin)

    def rate_share(self, one: Came) -> None:
        """Rate what a program sent, all of it, on the rubric that it asks for."""
        desk = self._desk
        try:
            rubric = shared.rubric_of(desk.library, one)
        except KnownError as error:
            self._window.failed(error)
            return
        title = self.tr("From {0}").format(one.program)
        desk.runner.database(
            lambda log: shared.candidates(log, desk.home, desk.library, one.id),
            lambda found: self._begin(title, found, rubric=rubric),
            self._window.failed,
            alive=alive(self),
        )

    def look_in(self, folder: Path, then: Callable[[Sequence[Candidate]], None]) -> None:
        """Read a folder beside the window, which says so and lets it be stopped."""
        library, ours = self._desk.library, self._desk.home
        self._look(lambda _cancel: queue.of_place(check_place(ours, folder), library), then)

    def ask_folder(self, then: Callable[[Path], None]) -> None:
        """Let a folder be chosen."""
        dialog = QFileDialog(self, self.tr("Which folder?"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        places = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(places))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: then(Path(folder)))
        self._dialog = dialog
        dialog.open()

    def stop_looking(self) -> None:
        """Read no further."""
        if self._looking is not None:
            self._looking.set()
        self._looking = None
        self._busy.hide()

    # Inside

    def _look(self, find: Callable[[Event], T], then: Callable[[T], None]) -> None:
        self.stop_looking()
        self._busy.show()

        def have(found: T) -> None:
            if self._looking is mine:
                self.stop_looking()
                then(found)

        def failed(error: Exception) -> None:
            if self._looking is mine:
                self.stop_looking()
                self._window.failed(error)

        mine = self._desk.runner.background(find, have, failed, alive=alive(self))
        self._looking = mine

    def _begin(
        self, title: str, candidates: Sequence[Candidate], held: int = 0,
        rubric: Rubric | None = None,
    ) -> None:  # fmt: skip
        """Begin at once for who has passed the gate; who has not is asked, where there is one.

        With a ``rubric`` of its own it is all at once, else as it is chosen here.
        """
        desk, me = self._desk, self._desk.settings.text("person")
        most = None if rubric else self._size.currentData()
        rubric = rubric or self.rubric

        def begin(found: Standing) -> None:
            if found.permit.passed or not found.look.can_be_gated:
                kind = live_kind(found.permit, without_gate=True)
                self._start(title, rubric, candidates, kind, held, most)
                return
            self._gate_said.setText(found.permit.said)
            self._without = partial(self._start, title, rubric, candidates, UNGATED, held, most)
            self._gate.show()
            self._to_gate.setFocus()

        desk.runner.database(
            lambda log: look(log, desk.library, rubric, me),
            lambda found: desk.runner.apart(partial(stand, found), begin, alive=alive(self)),
            alive=alive(self),
        )

    def _start(
        self, title: str, rubric: Rubric, candidates: Sequence[Candidate], kind: str, held: int,
        most: int | None,
    ) -> None:  # fmt: skip
        desk, me = self._desk, self._desk.settings.text("person")

        def begun(made: Round) -> None:
            self._window.rate_round(made.id)
            if held:  # of another folder it is not known before
                self._window.banner.note(held_back(held))

        desk.runner.change(
            lambda log: begin_live(
                log, desk.home, desk.library, rubric, me, title, candidates, kind, most
            ),
            begun,
            self._window.failed,
            alive=alive(self),
        )

    def _go_without(self) -> None:
        if self._without is not None:
            self._without()

    def _lay_out(self) -> None:
        self._waiting, self._held = quiet(""), quiet("")
        self._held.hide()
        self._rubric = Choice()
        for title, name in titled(self._desk.library.rubrics):
            self._rubric.addItem(title, name)
        wanted = self._desk.settings.text("rubric")
        own = [n for n, one in enumerate(self._desk.library.rubrics) if one.called(wanted)]
        self._rubric.setCurrentIndex(own[0] if own else 0)
        self._rubric.currentIndexChanged.connect(lambda _index: self.rubric_chosen.emit())
        self._size = Choice()
        self._size.addItem(self.tr("All at once"), None)
        for size in SIZES:
            self._size.addItem(self.tr("At most {0}").format(size), size)
        self.own = LongButton(self.tr("Rate responses in this log"))
        self.own.setEnabled(False)  # until it is known that there is something
        self.own.clicked.connect(self.rate_own)
        folder = self.folder = LongButton(self.tr("Rate a folder of recordings …"))
        folder.clicked.connect(partial(self.ask_folder, self.rate_folder))
        another = LongButton(self.tr("Rate another Attune folder …"))
        another.clicked.connect(partial(self.ask_folder, self.rate_log))
        file = self.file = LongButton(self.tr("Take in a file from a program …"))
        self.look = LongButton(self.tr("Look into the shared place"))
        self.look.clicked.connect(lambda: SharedPlace.of(self._window).look())
        self._busy, self._gate = self._make_busy(), self._make_gate()
        rubric = Field(self.tr("Rubric"), self._rubric)
        how_many = Field(self.tr("How many"), self._size)
        self.add(
            self._waiting, self._held, in_a_row(rubric, how_many),
            in_a_row(self.own, folder, another, file, self.look), self._busy, self._gate,
        )  # fmt: skip

    def _make_gate(self) -> Inset:
        """What is asked of a rater who has not passed the gate."""
        gate = Inset()
        self._gate_said = plain("")
        self._to_gate = LongButton(self.tr("Go to Calibration"))
        self._to_gate.setProperty("primary", True)
        self._to_gate.clicked.connect(lambda: self._window.go("calibration"))
        without = LongButton(self.tr("Rate without the gate"))
        without.setToolTip(self.tr("The log tells these ratings apart for good"))
        without.clicked.connect(self._go_without)
        column = QVBoxLayout(gate)
        column.addWidget(self._gate_said)
        column.addWidget(in_a_row(self._to_gate, without))
        gate.hide()
        return gate

    def _make_busy(self) -> QWidget:
        busy = QWidget()
        bar = QProgressBar(textVisible=False, maximum=0)
        bar.setAccessibleName(self.tr("Reading the folder"))
        stop = LongButton(self.tr("Stop"))
        stop.clicked.connect(self.stop_looking)
        row = QHBoxLayout(busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(quiet(self.tr("Reading the folder …")))
        row.addWidget(bar, 1)
        row.addWidget(stop)
        busy.hide()
        return busy
