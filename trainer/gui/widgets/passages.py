"""A passage that is heard again and again: where it begins and ends, and whether it is on."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton

from trainer.gui.widgets.playback import SHORTEST_LOOP_S, Duet, Passage
from trainer.gui.widgets.timeline import Timeline


class Passages(QObject):
    """Marks a passage at the playhead and repeats it; ``buttons`` are its controls."""

    def __init__(self, duet: Duet, timeline: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._duet, self._timeline = duet, timeline
        self._start: tuple[str, float] | None = None
        self._end_s: float | None = None
        self.first = QPushButton(self.tr("From here  ([)"))
        self.first.setToolTip(self.tr("The passage to repeat begins at the playhead"))
        self.first.clicked.connect(self.begin_here)
        self.last = QPushButton(self.tr("To here  (])"))
        self.last.setToolTip(self.tr("The passage to repeat ends at the playhead"))
        self.last.clicked.connect(self.end_here)
        self.loop = QPushButton(self.tr("Repeat  (L)"))
        self.loop.setCheckable(True)
        self.loop.setToolTip(
            self.tr("Play the marked passage again and again; mark: Shift and drag")
        )
        self.loop.toggled.connect(lambda _on: self._apply())
        timeline.passage_wanted.connect(self.mark)
        self.buttons = (self.first, self.last, self.loop)

    def begin_here(self) -> None:
        """Let the passage begin at the playhead, and repeat it."""
        self._start = (self._duet.lane, self._duet.at_s)
        if self._end_s is not None and self._end_s < self._duet.at_s + SHORTEST_LOOP_S:
            self._end_s = None
        self._turn_on()

    def end_here(self) -> None:
        """Let the passage end at the playhead, and repeat it."""
        self._end_s = self._duet.at_s
        if self._start is not None and self._end_s < self._start[1] + SHORTEST_LOOP_S:
            self._start = None
        self._turn_on()

    def mark(self, lane: str, start_s: float, end_s: float) -> None:
        """Let this be the passage, and repeat it."""
        self._start, self._end_s = (lane, start_s), end_s
        self._turn_on()

    def forget(self) -> None:
        """There is no passage: another response is shown."""
        self._start = self._end_s = None
        self.loop.setChecked(False)
        self._apply()

    def _turn_on(self) -> None:
        self.loop.setChecked(True)
        self._apply()

    def _apply(self) -> None:
        passage = self._passage() if self.loop.isChecked() else None
        self._duet.repeat(passage)
        self._timeline.show_passage((passage.start_s, passage.end_s) if passage else None)

    def _passage(self) -> Passage | None:
        """What is marked; what is not marked is the beginning and the end of all."""
        whole = self._duet.extent()
        if whole is None:
            return None
        lane, start_s = self._start or (whole.lane, whole.start_s)
        end_s = whole.end_s if self._end_s is None else self._end_s
        return Passage(lane, start_s, end_s) if end_s >= start_s + SHORTEST_LOOP_S else None
