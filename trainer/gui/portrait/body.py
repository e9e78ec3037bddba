"""Shoulders and neck, in stage coordinates; the collar is another module's."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QLinearGradient, QPainter

from trainer.gui.portrait.geometry import Pt, along, ink, mix, spline, taper
from trainer.gui.portrait.looks import Look
from trainer.gui.portrait.pose import Pose

UNIT = 118.0  # stage units per head unit
PIT = 546.0  # y of the pit of the neck at rest
_TORSO = (
    (54, -58), (82, -46), (138, -30), (206, -8), (252, 32), (276, 110), (288, 250), (300, 420),
)  # fmt: skip
_FOLDS = (
    ((140, 60), (170, 92), (176, 140)),
    ((96, 110), (120, 170), (150, 250)),
    ((226, 150), (250, 190), (262, 250)),
)
_TOP = {"crew": 6, "hoodie": 22, "jacket": 46, "blouse": 84, "roll": -30}  # depth of the neckline


class Torso:
    """Maps torso coordinates (origin at the pit of the neck) to the stage."""

    def __init__(self, look: Look, pose: Pose, head: Pt) -> None:
        self.look, self.pose, self.head = look, pose, head
        self.x = 640.0 + pose.twist * 6
        self._slump = max(0.0, -pose.shoulder)
        self.y = PIT + self._slump * 10 - pose.breath * 1.6
        self._raised = pose.shoulder * (26 if pose.shoulder > 0 else 20) + pose.breath * 2.2

    def at(self, x: float, y: float) -> Pt:
        """One point."""
        twist = self.pose.twist
        out = min(1.0, abs(x) / 200)
        out = out * out * (3 - 2 * out)
        narrow = 1 - 0.10 * (twist if x > 0 else -twist) - 0.06 * self._slump * out
        lift = self._raised * out
        if y > 120:
            lift *= max(0.0, 1 - (y - 120) / 260)
        return (self.x + x * self.look.build * narrow + twist * 20 * (1 - out), self.y + y - lift)

    def line(self, pts: Sequence[tuple[float, float]], side: int = 1) -> list[Pt]:
        """Several points, mirrored when ``side`` is -1."""
        return [self.at(side * x, y) for x, y in pts]


def cloth(torso: Torso, colour: str, dark: float = 0.0) -> QLinearGradient:
    """Fabric of ``colour`` lit from the left; ``dark`` 0..1 for the parts turned away."""
    x = torso.x
    return along(
        (x - 280, 520), (x + 280, 640),
        (0.0, ink(mix(mix(colour, "#fff0da", 0.20), "#000000", dark))),
        (0.45, ink(mix(colour, "#000000", dark))),
        (1.0, ink(mix(colour, "#120d10", 0.42 + dark * 0.5))),
    )  # fmt: skip


def draw_torso(painter: QPainter, torso: Torso) -> None:
    """Clothes up to the neckline, then the neck in it."""
    look = torso.look
    body = spline([*torso.line(_TORSO), *reversed(torso.line(_TORSO, -1))], True, 1 / 6.5)
    painter.setBrush(ink("#1c1310", 0.20))
    painter.drawPath(body.translated(14, 10))
    painter.setBrush(cloth(torso, look.cloth))
    painter.drawPath(body)
    _folds(painter, torso)
    _neck(painter, torso)


def _folds(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    deep = mix(look.cloth, "#0d0a0c", 0.55)
    for side in (-1, 1):
        arm = torso.line([(176, 128), (192, 190), (196, 260), (198, 420)], side)
        painter.setBrush(ink(deep, 0.42))
        painter.drawPath(taper(arm, 5.0, 0.1))
        painter.setBrush(ink(deep, 0.13))
        for pts in _FOLDS:
            painter.drawPath(taper(torso.line(pts, side), 8.0, 0.05))
    painter.setBrush(ink(mix(look.cloth, "#fff0da", 0.35), 0.30))
    painter.drawPath(taper(torso.line([(-124, -26), (-196, 2), (-240, 50)]), 5.0))


def _neck(painter: QPainter, torso: Torso) -> None:
    look, pose = torso.look, torso.pose
    hx, hy = torso.head
    wide = 56 * look.neck
    depth = _TOP[look.garment]
    top, mid = hy + 0.62 * UNIT, hy + 1.25 * UNIT
    right = [(hx + wide, top), (hx + wide - 1, mid), *torso.line([(wide + 10, -58), (78, -30)]),
             torso.at(46, depth * 0.62)]  # fmt: skip
    left = [(hx - wide, top), (hx - wide + 1, mid), *torso.line([(-wide - 10, -58), (-78, -30)]),
            torso.at(-46, depth * 0.62)]  # fmt: skip
    path = spline([*right, torso.at(0, depth), *reversed(left)], True, 1 / 7.5)
    painter.setBrush(
        along((hx - wide - 20, hy), (hx + wide + 20, hy + 30),
        (0.0, ink(mix(look.skin, look.light, 0.2))),
              (0.45, ink(mix(look.skin, look.shade, 0.22))),
              (1.0, ink(mix(look.skin, look.shade, 0.80))))
    )  # fmt: skip
    painter.drawPath(path)
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    shadow = mix(look.shade, "#2a120c", 0.30)
    sway = pose.yaw * 20
    for grow, opacity in ((0, 0.40), (14, 0.28)):
        pts = [(hx - 140, hy + 60), (hx + 150, hy + 40), (hx + 130, hy + 170 + grow),
               (hx + 46 + sway, hy + 196 + grow * 1.3), (hx - 30 + sway, hy + 178 + grow),
               (hx - 96, hy + 130 + grow)]  # fmt: skip
        painter.setBrush(ink(shadow, opacity))
        painter.drawPath(spline(pts))
    _cords(painter, torso, shadow)
    painter.restore()


def _cords(painter: QPainter, torso: Torso, shadow: str) -> None:
    """The neck's muscles and collar bones; they stand out under tension."""
    look, tense = torso.look, torso.pose.tension
    hx, hy = torso.head
    for side in (-1, 1):
        strong = 0.13 + 0.42 * tense + 0.10 * look.age
        painter.setBrush(ink(shadow, strong))
        pts = [(hx + side * 44, hy + 150), torso.at(side * 30, -44), torso.at(side * 10, -4)]
        painter.drawPath(taper(pts, 4.5))
        painter.setBrush(ink(shadow, 0.35))
        painter.drawPath(taper(torso.line([(14, 4), (52, -10), (96, -14)], side), 4.0))
    painter.setBrush(ink(shadow, 0.40))
    painter.drawEllipse(QPointF(*torso.at(0, 4)), 9, 6)
