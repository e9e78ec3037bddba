"""Agreeing: what two or more have rated, the furthest apart first, and one of them at a time."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app import consensus
from trainer.app.consensus import Agenda, Case, Draft, Line
from trainer.app.desk import Desk
from trainer.app.waveform import TimeLine, time_line
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.rating import Rating
from trainer.domain.rubric import RubricRef
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.consensus_case import CasePage
from trainer.gui.screens.consensus_list import AgendaList, AsReader
from trainer.gui.widgets.anchors import NOT_APPLICABLE_KEY
from trainer.gui.widgets.cards import heading, plain, quiet
from trainer.gui.widgets.hearing import Hearing
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.playback import Deck

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

BESIDE_CHARACTERS = 96  # of this screen: with less room, list and response take turns
LIST_SHARE = (3, 7)
Key = tuple[str, RubricRef]  # which response, on which scales


class ConsensusScreen(Screen):
    """The list on the left, the response that is talked about on the right."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._agenda = Agenda((), (), 0, 0)
        self._wanted: Key | None = None
        self._locking = False
        self.page: CasePage | None = None
        self._cancel = Event()
        self._lay_out()
        self._make_keys()

    def entered(self) -> None:
        """Read what there is to agree on."""
        self.list.setFocus()
        self._read(self._begin)

    def left(self) -> None:
        """Be silent; what was chosen is kept already."""
        if self.page is not None:
            self.page.hearing.stop()

    def news(self, changes: Changes) -> None:
        """Something was rated."""
        if Changes.RATINGS in changes and not self._locking:
            self._read(lambda: None)

    # Reading

    def _read(self, then: Callable[[], None]) -> None:
        desk, viewer = self._desk, self._desk.settings.text("person")
        desk.runner.database(
            lambda log: consensus.agenda(log, desk.home, desk.library, viewer),
            lambda found: self._have(found, then),
            alive=alive(self),
        )

    def _have(self, found: Agenda, then: Callable[[], None]) -> None:
        self._agenda = found
        self.list.show_agenda(found)
        if self._wanted is not None:
            self.list.mark(*self._wanted)
        self._shown_to.setText(self._whose_ratings(found))
        self._hidden.setText(self._of_hidden(found))
        self._hidden.setVisible(bool(found.hidden))
        some = bool(found.to_agree or found.done)
        self._whole.setCurrentIndex(0 if some else 1)
        self._empty.setText(self._why_empty(found))
        for reader in self._readers:
            reader.show_waiting(len(found.to_open))
        then()

    def _open_as_reader(self) -> None:
        """Only after it was said what that means."""
        viewer, ids = self._desk.settings.text("person"), self._agenda.to_open
        self._desk.runner.change(
            lambda log: consensus.open_as_reader(log, viewer, ids),
            lambda _: self._opened(),
            self._window.failed,
            alive=alive(self),
        )

    def _opened(self) -> None:
        self.list.setFocus()
        self._read(self._begin)

    def _begin(self) -> None:
        """Where there is room for both, the first one is open at once."""
        if self.page is None and self._beside() and self._agenda.to_agree:
            self.open_line(self._agenda.to_agree[0])
        elif self.page is not None:
            self.page.begin()

    def open_line(self, line: Line) -> None:
        """Show one response; its sounds come a moment later."""
        self._wanted = key = (line.response_id, line.rubric)
        desk, viewer = self._desk, self._desk.settings.text("person")
        desk.runner.database(
            lambda log: consensus.open_case(
                log, desk.home, desk.library, viewer, line.response_id, line.rubric
            ),
            partial(self._show, key),
            self._window.failed,
            alive(self),
        )

    def _show(self, key: Key, case: Case) -> None:
        if key != self._wanted:
            return
        self._drop_page()
        self.page = page = CasePage(case, Hearing(self._make_deck))
        page.chosen.connect(self._keep)
        page.lock_wanted.connect(self._lock)
        self._right.addWidget(page)
        self._right.setCurrentWidget(page)
        client = case.voice.client or self.tr("The client")
        page.hearing.show_case(None, client)
        self.list.mark(*key)
        self._fit()
        page.begin()
        voice = case.voice
        self._cancel = self._desk.runner.background(
            lambda cancel: time_line(
                voice.clip, voice.sound, voice.stimulus_end_s, cancel,
                stopped_at_s=voice.stopped_at_s,
            ),
            partial(self._have_line, page, client),
            alive=alive(page),
        )  # fmt: skip

    def _have_line(self, page: CasePage, client: str, line: TimeLine) -> None:
        page.hearing.show_case(line, client, page.said())

    def _drop_page(self) -> None:
        self._cancel.set()
        if self.page is not None:
            self.page.hearing.stop()
            self._right.removeWidget(self.page)
            self.page.deleteLater()
            self.page = None

    def _make_deck(self) -> Deck:
        from trainer.gui.player import QtPlayer

        return QtPlayer(self._desk.settings.text("speaker") or None, parent=self.page)

    # Choosing and locking

    def _keep(self, draft: Draft) -> None:
        assert self.page is not None
        case = self.page.case
        ref, response_id = case.rubric.ref, case.line.response_id
        self._desk.runner.database(lambda log: consensus.keep_draft(log, ref, response_id, draft))

    def _lock(self, draft: Draft) -> None:
        if self.page is None or self._locking:
            return
        case, self._locking = self.page.case, True
        seen = tuple(one.rating.id for one in case.given)
        self._desk.runner.change(
            lambda log: consensus.lock(log, case.rubric, case.line.response_id, draft, seen),
            partial(self._locked, case),
            self._not_locked,
            alive(self),
        )

    def _locked(self, case: Case, _rating: Rating) -> None:
        self._locking = False
        self._said.setText(self.tr("Agreed on {0}: {1}.").format(case.line.client, case.line.title))
        self._drop_page()
        self._read(self._go_on)

    def _not_locked(self, error: Exception) -> None:
        self._locking = False
        self._window.failed(error)
        if isinstance(error, KnownError) and self.page is not None:
            self.open_line(self.page.case.line)  # with the ratings as they are now

    def _go_on(self) -> None:
        """The next one that is not agreed on comes by itself."""
        if self._agenda.to_agree:
            self.open_line(self._agenda.to_agree[0])
        else:
            self._wanted = None
            self._right.setCurrentIndex(0)
            self._fit()
            self.list.setFocus()

    def _turn(self, by: int) -> None:
        """The next one of the list, or with -1 the one before."""
        lines = (*self._agenda.to_agree, *self._agenda.done)
        at = next(
            (n for n, one in enumerate(lines) if (one.response_id, one.rubric) == self._wanted), -1
        )
        if 0 <= at + by < len(lines):
            self.open_line(lines[at + by])

    # What is said

    def _whose_ratings(self, found: Agenda) -> str:
        return self.tr(
            "Here stand all raters' ratings of a response, for raters who have locked their own. "
            "There are no accounts; {0} is the person chosen in Settings."
        ).format(found.name or self.tr("nobody of this log"))

    def _why_empty(self, found: Agenda) -> str:
        if found.hidden:
            return self._of_hidden(found)
        if found.to_open:
            return self.tr("You have not rated what two or more others have rated.")
        if found.single == 1:
            return self.tr("One response is rated, by one rater so far.")
        if found.single:
            return self.tr("{0} responses are rated, each by one rater so far.").format(
                found.single
            )
        return self.tr("No response here has been rated by a supervisor yet.")

    def _of_hidden(self, found: Agenda) -> str:
        if not found.hidden:
            return ""
        if found.hidden == 1:
            return self.tr("One more is shown once you have locked a rating of your own.")
        return self.tr("{0} more are shown once you have locked ratings of your own.").format(
            found.hidden
        )

    # Looks

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _beside(self) -> bool:
        return self.width() >= BESIDE_CHARACTERS * self.fontMetrics().averageCharWidth()

    def _fit(self) -> None:
        """Beside each other, or one of the two."""
        beside, is_open = self._beside(), self.page is not None
        self.list.follows = beside
        side = 28 if beside else 14
        self._column.setContentsMargins(side, 18, side, 16)
        self._left.setVisible(beside or not is_open)
        self._right.setVisible(beside or is_open)
        self._shown_to.setVisible(beside or not is_open)
        self.back.setText(
            self.tr("Back to the list  (Esc)")
            if is_open and not beside
            else self.tr("Back to Rate  (Esc)")
        )

    def _back(self) -> None:
        if self.page is not None and not self._beside():
            self._drop_page()
            self._fit()
            self.list.setFocus()
        else:
            self._window.go("rate")

    def _on_page(self, act: Callable[[CasePage], object]) -> None:
        if self.page is not None:
            act(self.page)

    def _make_keys(self) -> None:
        keys: list[tuple[str, Callable[[CasePage], object]]] = [
            ("P", lambda page: page.hearing.play.click()),
            ("C", lambda page: page.hearing.client.click()),
            ("S", lambda page: page.hearing.change_speed(1)),
            ("Shift+S", lambda page: page.hearing.change_speed(-1)),
            ("Left", lambda page: page.hearing.step(-1)),
            ("Right", lambda page: page.hearing.step(1)),
            (NOT_APPLICABLE_KEY, lambda page: page.press(None)),
            ("+", lambda page: page.half(1)),
            ("-", lambda page: page.half(-1)),
        ]
        keys += [(str(n), partial(_press, n)) for n in range(1, 10)]
        for key, act in keys:
            repeats = key in ("Left", "Right")
            key_of(self, key, partial(self._on_page, act), repeats=repeats)
        key_of(self, "Esc", self._back)
        for key, by in (("PgUp", -1), ("PgDown", 1)):
            key_of(self, key, partial(self._turn, by))

    def _lay_out(self) -> None:
        self.back = QPushButton()
        self.back.clicked.connect(self._back)
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("Agree"), 1.5))
        head.addStretch()
        head.addWidget(self.back)
        self._said, self._shown_to = quiet(""), quiet("")
        self._readers = (
            AsReader(),
            AsReader(centred=True),
        )  # beside the list, and where it is empty
        for reader in self._readers:
            reader.wanted.connect(self._open_as_reader)
        self._whole = QStackedWidget()
        self._whole.addWidget(self._make_both())
        self._whole.addWidget(self._make_empty())
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._shown_to)
        column.addWidget(self._whole, 1)
        self._column = column

    def _make_both(self) -> QWidget:
        self.list = AgendaList()
        self.list.wanted.connect(self.open_line)
        self._hidden = quiet("")
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.list, 1)
        left.addWidget(self._said)
        left.addWidget(self._hidden)
        left.addWidget(self._readers[0])
        self._right = QStackedWidget()
        message = quiet(self.tr("Choose a response to look at it again."))
        message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._right.addWidget(message)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        for widget, share in zip((self._left, self._right), LIST_SHARE, strict=True):
            row.addWidget(widget, share)
        return both

    def _make_empty(self) -> QWidget:
        page = QWidget()
        self._empty = plain("")
        what = quiet(
            self.tr(
                "When two people have rated the same responses, each without seeing the other's "
                "ratings, both stand here side by side, and you note what you agree on."
            )
        )
        go = QPushButton(self.tr("Go to Rate"))
        go.clicked.connect(lambda: self._window.go("rate"))
        for label in (self._empty, what):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(self._empty)
        column.addWidget(what)
        column.addSpacing(8)
        column.addWidget(go, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self._readers[1])
        column.addStretch(3)
        return page


def _press(number: int, page: CasePage) -> None:
    scale = page.case.rubric.scale
    if scale.min <= number <= scale.max:
        page.press(float(number))
