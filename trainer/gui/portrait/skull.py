"""The turned head: where a point of the face lands on the picture."""

import math
from collections.abc import Iterable

from trainer.gui.portrait.geometry import Pt
from trainer.gui.portrait.looks import Look
from trainer.gui.portrait.pose import Pose

Pt3 = tuple[float, float, float]

YAW = 0.50  # radians at pose 1
PITCH = 0.36
TILT = 13.0  # degrees at pose 1


class Skull:
    """Maps head space (1 = half a face's width, eyes at y 0, chin near 1.3) to the picture.

    x runs right, y down, z out of the picture.
    """

    def __init__(self, look: Look, pose: Pose) -> None:
        self.look, self.pose = look, pose
        self._cos, self._sin = math.cos(pose.yaw * YAW), math.sin(pose.yaw * YAW)
        self._nod, self._rise = math.cos(pose.pitch * PITCH), math.sin(pose.pitch * PITCH)
        self.width = look.face_w

    def turn(self, x: float, y: float, z: float) -> Pt:
        """A point in space, turned with the head."""
        x *= self.width
        if y < -0.5:
            y = -0.5 + (y + 0.5) * self.look.crown
        depth = z * self._cos - x * self._sin
        return x * self._cos + z * self._sin, y * self._nod + depth * self._rise

    def on(self, x: float, y: float, lift: float = 0.0) -> Pt:
        """A point on the skin, ``lift`` above it."""
        z = math.sqrt(max(0.02, 1 - (x / 1.06) ** 2 - (y / 1.75) ** 2 * 0.75))
        return self.turn(x, y, z + lift)

    def line(self, pts: Iterable[Pt], lift: float = 0.0) -> list[Pt]:
        """Several points on the skin."""
        return [self.on(x, y, lift) for x, y in pts]

    def shape(self, pts: Iterable[Pt3]) -> list[Pt]:
        """Several points in space."""
        return [self.turn(*p) for p in pts]
