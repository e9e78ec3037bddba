"""From what is said when, to the pose at any moment. Pure functions of time; no Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from trainer.gui.portrait.affects import POSES, Nudge, listening, nudges, pose_for
from trainer.gui.portrait.pose import NAMES, Pose, ease

CHANGE_S = 0.6
BODY_CHANGE_S = 1.1  # shoulders and arms follow the face
CALM_CHANGE_S = 1.6  # reduced motion
LEAD_S = 0.15  # a face changes just before the words do
BLINK_S = 0.24
_BLINK_EVERY_S = 4.2
_BODY = ("shoulder", "lean", "twist", "arms")


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence: when (seconds in the clip), in which affect, with which stage direction."""

    start_s: float
    end_s: float
    affect: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Performance:
    """A client's whole turn, played by asking for the pose at a time."""

    cues: tuple[Cue, ...]
    seed: int = 0
    reduced_motion: bool = False
    _steps: tuple[tuple[float, Pose], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_steps", _steps(self.cues))

    def pose(self, t: float, loudness: float = 0.0) -> Pose:
        """The pose ``t`` seconds into the clip; ``loudness`` 0..1 is the sound's envelope there.

        After the last cue the client listens. ``t`` may run on past the clip for as long as
        the response takes, and before 0 while the clip is being started.
        """
        base = self._affect_at(t)
        if not self.reduced_motion:
            for cue, gap_s in zip(self.cues, self._gaps(), strict=True):
                for nudge in nudges(cue.direction):
                    base = base.plus(nudge.deltas, _weight(nudge, cue, gap_s, t))
            base = _idle(base, t, self.seed, ease((t - self._end()) / 1.0))
        return _speak(base, t, loudness, self.seed).clamped()

    def _affect_at(self, t: float) -> Pose:
        # Summing eased differences stays smooth when a cue is shorter than the change.
        face_s = CALM_CHANGE_S if self.reduced_motion else CHANGE_S
        body_s = CALM_CHANGE_S if self.reduced_motion else BODY_CHANGE_S
        pose = last = self._steps[0][1]
        for at_s, target in self._steps[1:]:
            since = t - at_s + LEAD_S
            if since > 0.0:
                face, body = _difference(last, target)
                pose = pose.plus(face, ease(since / face_s)).plus(body, ease(since / body_s))
            last = target
        return pose

    def _gaps(self) -> list[float]:
        ends = [0.0, *(cue.end_s for cue in self.cues)]
        return [cue.start_s - end for cue, end in zip(self.cues, ends, strict=False)]

    def _end(self) -> float:
        return self.cues[-1].end_s if self.cues else 0.0


def perform(
    cues: Sequence[tuple[float, float, str, str]],
    t: float,
    loudness: float = 0.0,
    *,
    seed: int = 0,
    reduced_motion: bool = False,
) -> Pose:
    """One pose from plain (start_s, end_s, affect, direction) tuples; see ``Performance.pose``."""
    return Performance(tuple(Cue(*c) for c in cues), seed, reduced_motion).pose(t, loudness)


def _steps(cues: tuple[Cue, ...]) -> tuple[tuple[float, Pose], ...]:
    if not cues:
        return ((0.0, listening("neutral")),)
    first = cues[0]
    steps = [(0.0, listening(first.affect) if first.start_s > 0.3 else pose_for(first.affect))]
    steps += [(cue.start_s, POSES.get(cue.affect, POSES["neutral"])) for cue in cues]
    return (*steps, (cues[-1].end_s + 0.5, listening(cues[-1].affect)))


def _difference(a: Pose, b: Pose) -> tuple[dict[str, float], dict[str, float]]:
    """What changes from ``a`` to ``b`` in the face, and in the body."""
    changes = {n: getattr(b, n) - getattr(a, n) for n in NAMES if getattr(b, n) != getattr(a, n)}
    body = {n: changes.pop(n) for n in _BODY if n in changes}
    return changes, body


def _weight(nudge: Nudge, cue: Cue, gap_s: float, t: float) -> float:
    start, end = cue.start_s, cue.end_s
    if nudge.when == "brief":
        end = start + nudge.seconds
    elif nudge.when == "before":
        start, end = start - max(0.8, gap_s), start + 0.2
    elif nudge.when == "from":
        return ease((t - start) / 0.9)
    swing = math.sin(math.tau * nudge.wave_hz * (t - start)) if nudge.wave_hz else 1.0
    rise = min(0.5, (end - start) / 2)
    return ease((t - start) / rise) * ease((end - t) / rise) * swing if rise > 0 else 0.0


def _speak(pose: Pose, t: float, loudness: float, seed: int) -> Pose:
    """Mouth from the sound: louder opens it, a slow drift of width keeps it from flapping."""
    loud = min(1.0, max(0.0, loudness)) ** 0.75
    shape = _noise(seed + 11, t * 5.5)
    reach = 0.80 - 0.25 * pose.press
    opened = pose.mouth_open * (1.0 - 0.5 * loud) + reach * loud
    return pose.plus(
        {
            "mouth_open": opened - pose.mouth_open,
            "mouth_wide": 0.45 * shape * loud,
            "press": -0.75 * pose.press * loud,
        }
    )


def _idle(pose: Pose, t: float, seed: int, listening_share: float) -> Pose:
    """Breath, blink, small sway and small shifts of gaze; stiller while listening."""
    sway = 1.0 - 0.5 * listening_share
    shut = blink(t, seed)
    gaze_hold = _steady(seed + 5, t, 1.7)
    deltas = {
        "breath": math.sin(math.tau * t / 4.1),
        "yaw": 0.050 * sway * _noise(seed + 1, t * 0.55),
        "pitch": 0.045 * sway * _noise(seed + 2, t * 0.7),
        "tilt": 0.080 * sway * _noise(seed + 3, t * 0.4),
        "lean": 0.040 * sway * _noise(seed + 4, t * 0.3),
        "gaze_x": 0.08 * gaze_hold,
        "gaze_y": 0.04 * _steady(seed + 6, t, 1.7),
        "brow_raise": 0.05 * sway * _noise(seed + 7, t * 0.8),
        "lid": shut * (1.0 - min(1.0, max(0.0, pose.lid))),
    }
    return pose.plus(deltas)


def blink(t: float, seed: int = 0) -> float:
    """How far the lids are shut by a blink at ``t`` seconds, 0..1; every 2-6 s, by ``seed``."""
    slot = math.floor(t / _BLINK_EVERY_S)
    starts = _BLINK_EVERY_S * (slot + 0.15 + 0.5 * _unit(seed + 23, slot))
    since = t - starts
    if not 0.0 <= since <= BLINK_S:
        return 0.0
    down = BLINK_S * 0.4
    return ease(since / down) if since < down else 1.0 - ease((since - down) / (BLINK_S - down))


def _unit(seed: int, n: int) -> float:
    """A repeatable number 0..1 for a whole number (an integer hash, the same everywhere)."""
    x = (n * 374761393 + seed * 668265263 + 974711) & 0xFFFFFFFF
    x = ((x ^ (x >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((x ^ (x >> 16)) & 0xFFFF) / 0xFFFF


def _noise(seed: int, x: float) -> float:
    """Smooth wandering between -1 and 1, one new value per unit of ``x``."""
    n = math.floor(x)
    a, b = _unit(seed, n), _unit(seed, n + 1)
    return (a + (b - a) * ease(x - n)) * 2.0 - 1.0


def _steady(seed: int, t: float, every_s: float) -> float:
    """Holds a value -1..1 for ``every_s`` seconds, then moves within 0.12 s, as eyes do."""
    n = math.floor(t / every_s)
    a, b = _unit(seed, n - 1), _unit(seed, n)
    return (a + (b - a) * ease((t - n * every_s) / 0.12)) * 2.0 - 1.0
