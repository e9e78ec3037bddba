"""The client's clip and the response on one time axis, with what each sounds like to the eye."""

from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from trainer.domain.errors import KnownError
from trainer.domain.vignette import Vignette

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More than any screen is wide, so that a drawing never shows buckets.
BUCKETS = 4096
# A recording that holds only room noise is not blown up to look like speech (full scale is 1).
QUIETEST = 0.02
# Whoever stopped the client so near the end of the clip heard all of them.
AT_END_S = 0.1


@dataclass(frozen=True, slots=True)
class Track:
    """One sound file, or what was heard of it: length in seconds, minima and maxima in equal parts.

    Full scale is -1..1.
    """

    path: Path
    duration_s: float
    mins: "NDArray[np.float32]"
    maxs: "NDArray[np.float32]"

    @property
    def file(self) -> Path:
        """The file to play: a recording may have become its FLAC twin since it was drawn."""
        twin = self.path.with_suffix(".flac")
        return twin if not self.path.exists() and twin.exists() else self.path

    def until(self, at_s: float) -> "Track":
        """Only what lies before ``at_s``."""
        count = round(len(self.mins) * at_s / self.duration_s)
        return Track(self.path, at_s, self.mins[:count], self.maxs[:count])

    def columns(self, width: int) -> tuple[tuple[float, float], ...]:
        """(low, high) for each of at most ``width`` columns, -1..1 of this file's own loudest."""
        import numpy as np

        count = min(width, len(self.mins))
        if count < 1:
            return ()
        edges = np.arange(count) * len(self.mins) // count
        low = np.minimum.reduceat(self.mins, edges)
        high = np.maximum.reduceat(self.maxs, edges)
        loudest = max(QUIETEST, float(np.max(np.maximum(-low, high))))
        return tuple(zip((low / loudest).tolist(), (high / loudest).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class TimeLine:
    """Both sounds on one axis (seconds): 0 is the first sample of the client's clip.

    ``client_end_s`` is where the client's sound ends, or where the person stopped them to answer;
    ``stopped`` tells which. ``response_at_s`` is where the response's file
    begins, which is before that end, since the microphone listens while the client speaks.
    ``aligned`` is false when it is not known where in the response the client ended: the response
    is then drawn after the clip. ``problems`` are sentences about what can't be shown.
    """

    client: Track | None
    response: Track | None
    client_end_s: float
    response_at_s: float
    aligned: bool
    problems: tuple[str, ...]
    stopped: bool = False

    @property
    def start_s(self) -> float:
        """Where the axis begins; below 0 when the response's file is longer ahead than the clip."""
        return min(0.0, self.response_at_s) if self.response else 0.0

    @property
    def end_s(self) -> float:
        """Where the axis ends."""
        spoken = self.response_at_s + self.response.duration_s if self.response else 0.0
        return max(self.client_end_s, spoken, self.start_s + 1.0)


def clip_of(vignette: Vignette | None, turn_id: str) -> Path | None:
    """The clip of a turn, or None when the library no longer holds it."""
    turns = vignette.turns if vignette else ()
    return next((t.media.clip for t in turns if t.id == turn_id), None)


def time_line(
    clip: Path | None,
    recording: Path,
    stimulus_end_s: float | None,
    cancel: Event | None = None,
    *,
    stopped_at_s: float | None = None,
) -> TimeLine:
    """Decode both files and lay them out; a file that can't be read is a sentence, not an error."""
    problems: list[str] = []
    client = _track(clip, problems) if clip else None
    stopped = False
    if client and stopped_at_s is not None and stopped_at_s < client.duration_s - AT_END_S:
        client, stopped = client.until(stopped_at_s), True
    response = None if cancel and cancel.is_set() else _track(recording, problems)
    end = client.duration_s if client else 0.0
    return TimeLine(
        client=client,
        response=response,
        client_end_s=end,
        response_at_s=end - (stimulus_end_s or 0.0),
        aligned=stimulus_end_s is not None and client is not None,
        problems=tuple(problems),
        stopped=stopped,
    )


def _track(path: Path, problems: list[str]) -> Track | None:
    from trainer.media.decode import read
    from trainer.media.peaks import peaks

    try:
        sound = read(path)
    except KnownError as error:
        problems.append(str(error))
        return None
    mins, maxs = peaks(sound.samples, BUCKETS)
    return Track(path, sound.seconds, mins, maxs)
