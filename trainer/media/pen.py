"""The thread that writes a take, so that a slow disk holds up nobody who hears."""

import queue
import shutil
import threading
import time

from trainer.domain.errors import KnownError
from trainer.media.wav import StreamingWav

FORETOLD_S = 300.0  # of room on the disk
LOOK_EVERY_S = 5.0
_CLOSE_S = 5.0


class Pen(threading.Thread):
    """Writes one take behind the back of whoever hears it."""

    def __init__(self, wav: StreamingWav) -> None:
        super().__init__(name="pen", daemon=True)  # a dead disk must not keep the program alive
        self.wav = wav
        self._pages: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._troubles: queue.SimpleQueue[KnownError] = queue.SimpleQueue()
        self._look_at_s = 0.0  # when to look at the disk's room again
        self._foretold = False

    def write(self, pcm: bytes) -> None:
        """Have ``pcm`` written soon; returns at once."""
        self._pages.put(pcm)

    def troubles(self) -> list[KnownError]:
        """What has gone wrong with the file since the last call."""
        found = []
        while not self._troubles.empty():
            found.append(self._troubles.get())
        return found

    def close(self) -> None:
        """Write what is left and close the file; KnownError when the disk doesn't answer."""
        self._pages.put(None)
        self.join(_CLOSE_S)
        if self.is_alive():
            raise KnownError(
                f"The recording {self.wav.path.name} can't be closed: the disk does not answer",
                "What was said is kept; the file is put right when Attune starts again.",
            )

    def run(self) -> None:
        """Write until ``close``; a failure is told once, and tried again with each new page."""
        failing = False
        while (pcm := self._pages.get()) is not None:
            self._foresee(time.monotonic())
            before = self.wav.put_back
            try:
                self.wav.append(pcm)
                failing = False
            except KnownError as error:
                if not failing:
                    self._troubles.put(error)
                failing = True
            if self.wav.put_back > before:
                self._troubles.put(_put_back())
        try:
            self.wav.close()
        except KnownError as error:
            self._troubles.put(error)

    def _foresee(self, now_s: float) -> None:
        """Tell once when the disk has room for only a few minutes more."""
        if self._foretold or now_s < self._look_at_s:
            return
        self._look_at_s = now_s + LOOK_EVERY_S
        form = self.wav.format
        try:
            free = shutil.disk_usage(self.wav.path.parent).free
        except OSError:
            return  # a folder that has gone is told by the writing itself
        left_s = free / (form.sample_rate * form.frame_bytes)
        if left_s < FORETOLD_S:
            self._foretold = True
            self._troubles.put(_nearly_full(left_s))


def _put_back() -> KnownError:
    return KnownError(
        "The recording was taken away while it was made: it is written anew",
        "All that was said is kept. Leave its folder where it is, and go on speaking.",
    )


def _nearly_full(left_s: float) -> KnownError:
    minutes = f"{left_s / 60:.0f} minutes" if left_s >= 90 else f"{left_s:.0f} seconds"
    return KnownError(
        f"The disk is nearly full: it has room for {minutes} more of recording",
        "Free some space soon, and go on speaking: what is said is kept.",
    )
