"""The client drawn live: who (looks), in which affect (affects), when (performance), how (painter).

Poses and performances are pure and know no Qt; the painter draws one pose at any size.
"""

from trainer.gui.portrait.affects import POSES, listening, pose_for
from trainer.gui.portrait.live import LATE_S, LivePortrait
from trainer.gui.portrait.looks import FALLBACK, LOOKS, Look, look_for
from trainer.gui.portrait.painter import PortraitPainter
from trainer.gui.portrait.performance import Cue, Performance, perform
from trainer.gui.portrait.pose import Pose, blend
from trainer.gui.portrait.widget import PortraitWidget

__all__ = [
    "FALLBACK",
    "LATE_S",
    "LOOKS",
    "POSES",
    "Cue",
    "LivePortrait",
    "Look",
    "Performance",
    "PortraitPainter",
    "PortraitWidget",
    "Pose",
    "blend",
    "listening",
    "look_for",
    "perform",
    "pose_for",
]
