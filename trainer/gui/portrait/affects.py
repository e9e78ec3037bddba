"""What each affect looks like, and what stage directions add to it. No Qt."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from trainer.gui.portrait.pose import Pose, blend

POSES: dict[str, Pose] = {
    "neutral": Pose(gaze_y=0.02, lid=0.18, corner=0.05, tilt=0.06),
    "angry": Pose(
        gaze_y=-0.04, brow_inner=-0.68, brow_raise=-0.34, lid=0.14, squint=0.55, mouth_open=0.16,
        mouth_wide=0.12, corner=-0.30, press=0.35, pitch=0.30, tilt=-0.10, yaw=-0.08,
        shoulder=0.35, lean=0.85, tension=1.0, flush=0.5,
    ),
    "contempt": Pose(
        gaze_x=-0.36, gaze_y=0.22, brow_inner=-0.40, brow_raise=-0.18, brow_skew=-0.34, lid=0.44,
        squint=0.26, corner=-0.34, sneer=1.0, press=0.50, yaw=0.42, pitch=-0.55, tilt=0.28,
        shoulder=-0.05, lean=-0.75, twist=0.35, arms=1.0, tension=0.25,
    ),
    "withdrawn": Pose(
        gaze_x=0.20, gaze_y=1.0, brow_inner=0.30, brow_raise=-0.10, lid=0.46, corner=-0.26,
        press=0.25, yaw=0.55, pitch=0.55, tilt=0.40, shoulder=-0.9, lean=-0.8, twist=0.7,
    ),
    "pleading": Pose(
        gaze_y=-0.22, brow_inner=1.0, brow_raise=0.42, lid=0.06, mouth_open=0.26, mouth_wide=-0.10,
        corner=-0.25, yaw=-0.12, pitch=0.22, tilt=-0.55, shoulder=0.45, lean=0.9, tension=0.3,
        flush=0.3, tears=0.12,
    ),
    "tearful": Pose(
        gaze_x=-0.18, gaze_y=0.55, brow_inner=0.95, brow_raise=-0.05, lid=0.24, squint=0.35,
        mouth_open=0.05, mouth_wide=0.10, corner=-0.58, press=0.40, chin=1.0, yaw=-0.22, pitch=0.42,
        tilt=-0.35, shoulder=-0.35, lean=-0.1, tension=0.2, flush=0.8, tears=1.0,
    ),
    "confused": Pose(
        gaze_x=0.04, gaze_y=-0.04, brow_inner=0.50, brow_raise=0.22, brow_skew=0.18, lid=0.04,
        squint=0.28, mouth_open=0.14, mouth_wide=-0.30, corner=0.0, yaw=-0.16, pitch=0.0,
        tilt=0.55, shoulder=0.12, tension=0.38, lean=0.25,
    ),
    "anxious": Pose(
        gaze_x=0.50, gaze_y=0.02, brow_inner=0.55, brow_raise=0.85, lid=0.0, squint=0.0,
        mouth_open=0.17, mouth_wide=0.95, corner=-0.30, press=0.45, yaw=-0.26, pitch=0.06,
        tilt=-0.08, shoulder=0.95, lean=-0.45, tension=0.75, flush=0.12,
    ),
    "bright": Pose(
        gaze_y=-0.04, brow_inner=0.08, brow_raise=0.42, lid=0.10, squint=0.50, mouth_open=0.34,
        mouth_wide=0.40, corner=0.95, yaw=-0.10, pitch=-0.10, tilt=-0.28, shoulder=0.1, lean=0.35,
        flush=0.25,
    ),
}  # fmt: skip

_ATTENTIVE = Pose(brow_raise=0.12, lid=0.08, pitch=0.04, tilt=0.10, lean=0.10)
LISTENING_SHARE = 0.6


def pose_for(affect: str) -> Pose:
    """The pose of ``affect``; the neutral one for a word that is not in the list."""
    return POSES.get(affect, POSES["neutral"])


def listening(affect: str) -> Pose:
    """Waiting for an answer with what is left (60 %) of ``affect``: lips closed, eyes back."""
    rest = blend(_ATTENTIVE, pose_for(affect), LISTENING_SHARE)
    smile = max(0.0, rest.corner)  # a held-open mouth waiting would gape
    return replace(
        rest,
        mouth_open=0.0,
        gaze_x=rest.gaze_x * 0.5,
        squint=max(0.0, rest.squint - 0.1 * smile),
        arms=pose_for(affect).arms,  # nobody crosses their arms by 60 %
    )


When = Literal["held", "brief", "before", "from"]


@dataclass(frozen=True, slots=True)
class Nudge:
    """What one kind of direction adds to the pose.

    ``held`` lasts the sentence, ``brief`` ``seconds`` from its start, ``before`` fills the pause
    in front of it, ``from`` stays once begun. ``wave_hz`` lets the change swing (a shaken head).
    """

    words: tuple[str, ...]
    deltas: dict[str, float]
    when: When = "held"
    seconds: float = 1.2
    wave_hz: float = 0.0


# First match wins within a line; lines are independent, so "looks away, crosses arms" does both.
NUDGES: tuple[tuple[Nudge, ...], ...] = (
    (
        Nudge(("floor", "looks down", "at his hands", "at her hands", "at their hands", "lowers"),
              dict(gaze_y=0.9, pitch=0.35, lid=0.16)),
        Nudge(("looks away", "window", "turns away", "avoids", "glances away"),
              dict(gaze_x=0.75, yaw=0.38)),
        Nudge(("looks up", "meets", "looks at you", "eye contact", "looks straight", "stares"),
              dict(gaze_y=-0.25, pitch=-0.12, lid=-0.08, lean=0.15)),
        Nudge(("rolls eyes", "rolls his eyes", "rolls her eyes", "rolls their eyes"),
              dict(gaze_y=-1.3, gaze_x=0.3, lid=0.1, brow_raise=0.3), "brief", 1.1),
    ),
    (
        Nudge(("leans forward", "leans in", "sits forward"), dict(lean=0.55, pitch=0.1)),
        Nudge(("leans back", "sits back"), dict(lean=-0.6, pitch=-0.12)),
        Nudge(("sits up", "straightens"), dict(shoulder=0.35, lean=0.2, pitch=-0.1)),
        Nudge(("slumps", "sinks"), dict(shoulder=-0.6, pitch=0.25, lean=-0.3)),
    ),
    (
        Nudge(("uncrosses",), dict(arms=-1.0), "from"),
        Nudge(("crosses arms", "crosses his arms", "crosses her arms", "crosses their arms",
               "folds", "arms crossed"), dict(arms=1.0, lean=-0.15), "from"),
    ),
    (
        Nudge(("shrug",), dict(shoulder=1.0, tilt=0.25, brow_raise=0.4, corner=-0.3), "brief", 1.3),
        Nudge(("sigh",), dict(shoulder=-0.5, lid=0.25, mouth_open=0.15, pitch=0.12), "brief", 1.8),
        Nudge(("breath",), dict(shoulder=0.4, breath=0.8, lid=0.2), "brief", 1.8),
    ),
    (
        Nudge(("laugh", "chuckle", "snort"),
              dict(corner=0.5, mouth_open=0.22, squint=0.25, pitch=-0.2, shoulder=0.25),
              "brief", 1.0),
        Nudge(("smile", "grin"), dict(corner=0.65, squint=0.22, press=-0.2)),
        Nudge(("jaw", "teeth", "tight"), dict(press=0.4, tension=0.4)),
        Nudge(("bites lip", "bites his lip", "bites her lip", "swallow"),
              dict(press=0.5, chin=0.4), "brief", 1.4),
    ),
    (
        Nudge(("wipes", "dabs"), dict(pitch=0.35, lid=0.8, tears=-0.5, tilt=-0.2), "brief", 1.8),
        Nudge(("tears", "cries", "crying", "weeps", "sob", "wells"),
              dict(tears=0.7, flush=0.4, brow_inner=0.4, chin=0.5)),
        Nudge(("voice breaks", "voice cracks", "trembl"),
              dict(tears=0.4, chin=0.6, brow_inner=0.35)),
        Nudge(("closes eyes", "eyes closed", "closes his eyes", "closes her eyes", "shuts"),
              dict(lid=0.95)),
        Nudge(("frown",), dict(brow_inner=-0.5, tension=0.3)),
    ),
    (
        Nudge(("shakes head", "shakes his head", "shakes her head", "shakes their head"),
              dict(yaw=0.30), "brief", 1.6, 1.3),
        Nudge(("nods", "nodding"), dict(pitch=0.22), "brief", 1.4, 1.5),
    ),
    (
        Nudge(("silence", "pause", "waits", "hesitat"),
              dict(gaze_x=0.35, gaze_y=0.45, pitch=0.12, lid=0.10), "before"),
        Nudge(("raises voice", "louder", "shouts", "sharply"),
              dict(tension=0.4, lean=0.3, brow_inner=-0.25)),
        Nudge(("quiet", "whisper", "softly", "under his breath", "under her breath", "flat"),
              dict(tension=-0.3, pitch=0.10, shoulder=-0.2)),
    ),
)  # fmt: skip


@cache
def nudges(direction: str) -> tuple[Nudge, ...]:
    """What a stage direction asks for; empty when no word in it is known."""
    text = direction.casefold()
    if not text:
        return ()
    found = (
        next((n for n in group if any(word in text for word in n.words)), None) for group in NUDGES
    )
    return tuple(n for n in found if n is not None)
