"""A recording without its holes: what is measured, and where it lies in the file.

Two times run side by side: the file's, and that of the sound that is left when the silence which
stands for a hole is cut out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.domain.response import MOVED, Hole
from trainer.domain.speech import Pause

PAUSE_S = 0.25
# What an edge of silence is told to within.
_NEAR_S = 0.03


@dataclass(frozen=True, slots=True)
class _Cut:
    left_s: float  # where it was, in the sound that is left
    from_s: float  # in the file
    to_s: float


class Cuts:
    """The holes of one file. Seconds throughout."""

    def __init__(self, holes: Sequence[Hole]) -> None:
        self._cuts: list[_Cut] = []
        gone_s = 0.0
        missing = (hole for hole in holes if hole.kind != MOVED)
        for hole in sorted(missing, key=lambda hole: hole.at_s):
            to_s = hole.at_s + hole.silence_s
            self._cuts.append(_Cut(hole.at_s - gone_s, hole.at_s, to_s))
            gone_s += hole.silence_s

    def frames(self, rate: int, in_all: int) -> int:
        """How many frames of a file of ``in_all`` are cut out."""
        return sum(max(0, min(b, in_all) - a) for a, b in self._ranges(rate))

    def without(self, blocks: Iterable[NDArray[np.float32]], rate: int) -> Iterator[
        NDArray[np.float32]
    ]:  # fmt: skip
        """``blocks`` (n,) that follow each other, without the silence of the holes."""
        at = 0
        for block in blocks:
            kept = np.ones(len(block), np.bool_)
            for first, last in self._ranges(rate):
                kept[max(0, first - at) : max(0, last - at)] = False
            at += len(block)
            yield block if kept.all() else block[kept]

    def in_file(self, left_s: float) -> float:
        """Where in the file a moment of the sound that is left lies; behind a hole at its edge."""
        return left_s + sum(c.to_s - c.from_s for c in self._cuts if c.left_s <= left_s)

    def of_file(self, at_s: float) -> float:
        """The moment in the sound that is left for one of the file."""
        return at_s - sum(max(0.0, min(at_s, c.to_s) - c.from_s) for c in self._cuts)

    def between(self, from_s: float, left_s: float) -> bool:
        """Whether sound is missing between ``from_s`` of the file and a moment of what is left."""
        return any(c.to_s > from_s and c.left_s <= left_s + _NEAR_S for c in self._cuts)

    def pauses(self, found: Sequence[Pause]) -> tuple[Pause, ...]:
        """Pauses of the sound that is left as pauses of the file, ended where a hole begins.

        What is silent on either side of a hole is a pause of its own, if it is long enough.
        """
        made = []
        for pause in found:
            within = [c for c in self._cuts if pause.start_s < c.left_s <= pause.end_s]
            edges = [self.in_file(pause.start_s)]
            for cut in within:
                edges += [cut.from_s, cut.to_s]
            edges.append(self.in_file(pause.end_s))
            for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
                if not within or end_s - start_s >= PAUSE_S:
                    made.append(Pause(start_s, end_s))
        return tuple(made)

    def _ranges(self, rate: int) -> list[tuple[int, int]]:
        return [(round(c.from_s * rate), round(c.to_s * rate)) for c in self._cuts]
