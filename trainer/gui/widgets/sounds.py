"""The sounds of a round, read beside the window: the one before, this one, and the next one."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Signal

from trainer.app.desk import Desk
from trainer.app.queue import Candidate
from trainer.app.waveform import TimeLine, time_line
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.media.ports import Source

KEPT = 3
Read = tuple[TimeLine, Source | None]  # the sound as it is drawn, and the film


class Sounds(QObject):
    """Reads what is wanted, once."""

    came = Signal(str)  # the response (an id) whose sound is read

    def __init__(self, desk: Desk, failed: Callable[[Exception], None], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._failed = desk, failed
        self._read: dict[str, Read] = {}
        self._reading: set[str] = set()

    def __getitem__(self, response_id: str) -> Read:
        """What was read of a response that ``came``."""
        return self._read[response_id]

    def has(self, candidate: Candidate) -> bool:
        """Whether it is read already."""
        return candidate.response_id in self._read

    def want(self, candidate: Candidate) -> None:
        """Read it; where it is read already, it comes at once."""
        response_id = candidate.response_id
        if response_id in self._read:
            self.came.emit(response_id)
            return
        if response_id in self._reading:
            return
        self._reading.add(response_id)

        def have(read: Read) -> None:
            self._reading.discard(response_id)
            while len(self._read) >= KEPT:
                self._read.pop(next(iter(self._read)))
            self._read[response_id] = read
            self.came.emit(response_id)

        job = partial(_read, candidate)
        self._desk.runner.background(job, have, self._failed, alive=alive(self))


def _read(candidate: Candidate, cancel: Event) -> Read:
    """Off the window's thread."""
    line = time_line(
        candidate.clip, candidate.sound, candidate.stimulus_end_s or 0.0, cancel,
        stopped_at_s=candidate.stopped_at_s,
    )  # fmt: skip
    if candidate.film is None:
        return line, None
    try:
        return line, candidate.film.source()
    except KnownError:  # what it says names a file; the sound is there to be rated
        return line, None
