"""The client's clip and the response on one time axis, with what each sounds like to the eye."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from trainer.domain.errors import KnownError
from trainer.domain.vignette import Vignette
from trainer.media.held import Held, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trainer.media.peaks import Pyramid

# More than any screen is wide, so that a drawing never shows buckets ...
BUCKETS = 4096
# ... nor one that is zoomed in: 1.25 ms each. An hour is 26 MB, where its samples are 690.
BUCKETS_PER_S = 800
# A recording that holds only room noise is not blown up to look like speech (full scale is 1).
QUIETEST = 0.02
# Whoever stopped the client so near the end of the clip heard all of them.
AT_END_S = 0.1


@dataclass(frozen=True, slots=True)
class Track:
    """One sound file, or what was heard of it: length in seconds, minima and maxima in equal parts.

    Full scale is -1..1. Of a long file the last part may be shorter.
    """

    path: Source
    duration_s: float
    mins: "NDArray[np.float32]"
    maxs: "NDArray[np.float32]"
    _shape: "Pyramid" = field(init=False, repr=False, compare=False)
    _loudest: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        from trainer.media.peaks import Pyramid

        object.__setattr__(self, "_shape", Pyramid(self.mins, self.maxs))
        ends = (-self.mins.min(), self.maxs.max()) if len(self.mins) else (0.0,)
        object.__setattr__(self, "_loudest", max(QUIETEST, *map(float, ends)))

    @property
    def file(self) -> Source:
        """What to play: a recording may have become its FLAC twin since it was drawn."""
        if isinstance(self.path, Held):
            return self.path
        twin = self.path.with_suffix(".flac")
        return twin if not self.path.exists() and twin.exists() else self.path

    def until(self, at_s: float) -> "Track":
        """Only what lies before ``at_s``."""
        count = round(len(self.mins) * at_s / self.duration_s)
        return Track(self.path, at_s, self.mins[:count], self.maxs[:count])

    def columns(self, width: int) -> tuple[tuple[float, float], ...]:
        """(low, high) for each of at most ``width`` columns, -1..1 of this file's own loudest."""
        return self.outline(width, 0.0, self.duration_s).columns

    def outline(self, width: int, from_s: float, to_s: float) -> "Outline":
        """At most ``width`` columns that cover ``from_s`` to ``to_s`` of this file."""
        per_s = len(self.mins) / self.duration_s
        view = self._shape.view(int(from_s * per_s), int(to_s * per_s) + 1, width)
        low, high = (values / self._loudest for values in (view.mins, view.maxs))
        columns = tuple(zip(low.tolist(), high.tolist(), strict=True))
        return Outline(view.first / per_s, view.step / per_s, columns)


@dataclass(frozen=True, slots=True)
class Outline:
    """(low, high) of columns ``step_s`` apart from ``at_s`` of the file on, as ``columns``."""

    at_s: float
    step_s: float
    columns: tuple[tuple[float, float], ...]


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

    def into_answer(self, at_s: float) -> float:
        """A second of the axis as it is told: from where the client has ended."""
        return at_s - self.client_end_s

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
    recording: Source | Callable[[], Source],
    stimulus_end_s: float | None,
    cancel: Event | None = None,
    *,
    stopped_at_s: float | None = None,
) -> TimeLine:
    """Decode both files and lay them out; a file that can't be read is a sentence, not an error.

    ``recording`` may also be what gives it, whose KnownError is then such a sentence.
    """
    problems: list[str] = []
    client = _track(clip, problems, cancel) if clip else None
    stopped = False
    if client and stopped_at_s is not None and stopped_at_s < client.duration_s - AT_END_S:
        client, stopped = client.until(stopped_at_s), True
    response = _track(recording, problems, cancel)
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


def _track(
    wanted: Source | Callable[[], Source], problems: list[str], cancel: Event | None
) -> Track | None:
    """The shape of a file; read in blocks, for an hour of sound is 690 MB."""
    from trainer.media.decode import Recording
    from trainer.media.peaks import stream_peaks

    def blocks(path: Source) -> Iterator["tuple[NDArray[np.float32], int]"]:
        for _, mono, rate in Recording(path).blocks():
            if cancel and cancel.is_set():
                return
            yield mono, rate

    try:
        path = wanted() if callable(wanted) else wanted
        mins, maxs, seconds = stream_peaks(blocks(path), BUCKETS_PER_S, BUCKETS)
    except KnownError as error:
        problems.append(str(error))
        return None
    return Track(path, seconds, mins, maxs) if seconds else None
