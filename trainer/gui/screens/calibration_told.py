"""What training told, opened again: one reference at a time, to be read and heard."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from trainer.app.desk import Desk
from trainer.app.told import Again
from trainer.app.waveform import TimeLine, time_line
from trainer.domain.rubric import Rubric
from trainer.gui.jobs import alive
from trainer.gui.player import QtPlayer
from trainer.gui.widgets.cards import heading, in_a_row, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.hearing import Hearing
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.playback import Deck
from trainer.gui.widgets.reveal import Reveal, sum_up


class ToldAgain(QWidget):
    """Every training reference that was rated; ``closed`` leads back to where one stands."""

    closed = Signal()

    def __init__(self, desk: Desk, rubric: Rubric, failed: Callable[[Exception], None]) -> None:
        super().__init__()
        self._desk, self._failed = desk, failed
        self._every: tuple[Again, ...] = ()
        self._reading = Event()
        self.setAccessibleName(self.tr("What training told"))
        self.hearing = Hearing(self._make_deck)
        self.reveal = Reveal(rubric)
        self._lay_out()
        self._make_keys()

    def show_all(self, every: tuple[Again, ...]) -> None:
        """List them, and open the first."""
        self._every = every
        self.which.clear()
        for one in every:
            client = one.client or self.tr("A client who is not known")
            self.which.addItem(f"{one.told.number}. {client}: {sum_up(one.told)}")
        self.open(0)

    def open(self, place: int) -> None:
        """Show one by its place in the list; before the first and after the last is none."""
        if not 0 <= place < len(self._every):
            return
        self.which.setCurrentIndex(place)
        one = self._every[place]
        self.reveal.show(one.told)
        self.earlier.setEnabled(place > 0)
        self.later.setEnabled(place + 1 < len(self._every))
        self._area.verticalScrollBar().setValue(0)
        self._read(one)

    def stop(self) -> None:
        """Be silent."""
        self._reading.set()
        self.hearing.stop()

    def _read(self, one: Again) -> None:
        self._reading.set()
        client = one.client.split(" · ")[0] or self.tr("The client")
        self.hearing.show_case(None, client)
        heard = one.candidate

        def have(line: TimeLine) -> None:
            if self._every[self.which.currentIndex()] is one:
                self.hearing.show_case(line, client)

        self._reading = self._desk.runner.background(
            lambda cancel: time_line(
                heard.clip, heard.sound, heard.stimulus_end_s, cancel,
                stopped_at_s=heard.stopped_at_s,
            ),
            have, self._failed, alive=alive(self),
        )  # fmt: skip

    def _make_deck(self) -> Deck:
        return QtPlayer(self._desk.settings.text("speaker") or None, parent=self)

    def _make_keys(self) -> None:
        duet = self.hearing.duet
        for key, act in (
            ("R", duet.play_response), ("C", duet.play_client), ("P", self.hearing.toggle),
            ("S", partial(self.hearing.change_speed, 1)),
            ("Shift+S", partial(self.hearing.change_speed, -1)),
            ("PgUp", lambda: self.open(self.which.currentIndex() - 1)),
            ("PgDown", lambda: self.open(self.which.currentIndex() + 1)),
            ("Esc", self.closed.emit),
        ):  # fmt: skip
            key_of(self, key, act)

    def _lay_out(self) -> None:
        back = QPushButton(self.tr("‹ Calibration"))
        back.setAccessibleName(self.tr("Back to Calibration"))
        back.setProperty("flat", True)
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("What training told"), 1.5), 1)
        head.addWidget(back)
        self.which = Choice()
        self.which.setAccessibleName(self.tr("Which reference"))
        self.which.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.which.activated.connect(self.open)
        self.earlier = QPushButton(self.tr("Before  (Page up)"))
        self.later = QPushButton(self.tr("Next  (Page down)"))
        self.earlier.clicked.connect(lambda: self.open(self.which.currentIndex() - 1))
        self.later.clicked.connect(lambda: self.open(self.which.currentIndex() + 1))
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(2, 2, 10, 12)
        inside.setSpacing(14)
        inside.addWidget(self.reveal)
        inside.addWidget(self.hearing)
        inside.addStretch()
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(
            quiet(
                self.tr(
                    "Every training reference you have rated, as you rated it last before it was "
                    "told, the furthest apart first. The gate's and hidden ones are never told."
                )
            )
        )
        column.addWidget(self.which)
        column.addWidget(in_a_row(self.earlier, self.later))
        column.addWidget(self._area, 1)
