"""Hearing a response that raters talk about, with what each said of its moments."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trainer.app.waveform import TimeLine
from trainer.domain.moments import clock
from trainer.domain.rounds import MARKER_WORDS, Comment
from trainer.gui.widgets.cards import plain
from trainer.gui.widgets.hear import Hear
from trainer.gui.widgets.playback import Deck

Said = tuple[tuple[str, Comment], ...]  # a rater's name, and a comment of theirs


class Hearing(Hear):
    """Client and response on one time line with the raters' comments; its owner gives the keys."""

    def __init__(self, make_deck: Callable[[], Deck], parent: QWidget | None = None) -> None:
        super().__init__(make_deck, parent, play_key="P")
        self._comments = QWidget()
        self.add(self._comments)

    def show_case(self, line: TimeLine | None, client: str, said: Said = ()) -> None:
        """Load both sounds (None while they are read), and what was said."""
        if line is None:
            self.wait(client)
            return
        self.show_moments(tuple(one.at_s for _, one in said))
        self.show_line(line, client, play=False)
        self._list_comments(line, said)

    def _cannot_said(self) -> str:
        return self.tr(
            "This response cannot be heard: its sound is missing or damaged. What was rated and "
            "said is kept."
        )

    def _list_comments(self, line: TimeLine, said: Said) -> None:
        self._comments.deleteLater()
        self._comments = QWidget()
        self._comments.setAccessibleName(self.tr("What the raters said"))
        self.add(self._comments)
        column = QVBoxLayout(self._comments)
        column.setContentsMargins(0, 0, 0, 0)
        for number, (name, one) in enumerate(said, start=1):
            column.addLayout(self._row(number, line, name, one))
        self._comments.setVisible(bool(said))

    def _row(self, number: int, line: TimeLine, name: str, one: Comment) -> QHBoxLayout:
        marker = MARKER_WORDS.get(one.marker, one.marker)
        said = " \N{EN DASH} ".join(part for part in (marker, one.text) if part)
        at_s = line.into_answer(line.response_at_s + one.at_s)
        words, when = f"{name}: {said}", clock(at_s)
        button = QPushButton(when)
        button.setProperty("flat", True)
        button.setAccessibleName(self.tr("Play from {0}. {1}").format(when, words))
        button.setToolTip(self.tr("Play from here"))
        button.clicked.connect(partial(self.go_to, one.at_s))
        place = QLabel(str(number), alignment=Qt.AlignmentFlag.AlignCenter)
        place.setProperty("moment", True)
        place.setMinimumWidth(self.fontMetrics().horizontalAdvance("00") + 14)
        row = QHBoxLayout()
        row.addWidget(place, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(plain(words), 1)
        return row
