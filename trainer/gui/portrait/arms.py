"""Arms crossed over the chest: they come up from below the picture."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QLinearGradient, QPainter

from trainer.gui.portrait.body import Torso
from trainer.gui.portrait.geometry import Pt, along, brush_stroke, ink, mix, spline, taper
from trainer.gui.portrait.pose import ease

_RISE = 230.0  # how far below they start
_UNDER = (
    (240, 110), (268, 190), (256, 300), (40, 300), (-110, 220), (-160, 170), (-150, 130),
    (-60, 140), (60, 160), (150, 160), (196, 130),
)  # fmt: skip
_HAND = (
    (-120, 146), (-150, 112), (-188, 96), (-218, 104), (-232, 130), (-220, 164), (-184, 182),
    (-130, 186),
)  # fmt: skip
_FINGERS = (
    ((-172, 108), (-212, 90), (-250, 98)),
    ((-176, 127), (-222, 112), (-264, 122)),
    ((-174, 146), (-220, 135), (-264, 147)),
    ((-168, 165), (-208, 158), (-248, 170)),
)
_OVER = (
    (-292, 170), (-262, 184), (-196, 186), (-110, 166), (-10, 134), (84, 104), (150, 88),
    (196, 92), (216, 126), (202, 170), (130, 204), (10, 258), (-110, 330), (-310, 380), (-320, 240),
)  # fmt: skip
_RIDGE = ((-250, 196), (-150, 188), (-30, 150), (80, 116), (170, 100))
_HOLLOW = ((-230, 262), (-110, 270), (10, 226), (120, 180), (196, 156))
_FOLDS = (
    ((-196, 190), (-170, 222), (-182, 262)), ((112, 100), (124, 132), (108, 176)),
    ((136, 96), (150, 124), (140, 160)), ((-20, 142), (6, 178), (-8, 216)),
    ((-232, 196), (-214, 238), (-226, 290)),
)  # fmt: skip
_SLEEVE = (
    (206, -2), (246, 26), (276, 96), (292, 200), (300, 340), (206, 340), (196, 250), (178, 178),
    (170, 110), (180, 46),
)  # fmt: skip


def draw_arms(painter: QPainter, torso: Torso) -> None:
    """Crossed forearms at ``pose.arms``; nothing when they hang."""
    arms = torso.pose.arms
    if arms < 0.02:
        return
    drop = (1 - arms) * _RISE
    look = torso.look
    deep = mix(look.cloth, "#0b0809", 0.65)

    def placed(pts: Sequence[Pt]) -> list[Pt]:
        return [(x, y + drop) for x, y in torso.line(pts)]

    painter.setBrush(ink(deep, 0.30))
    painter.drawPath(spline(placed(_OVER)).translated(2, -10))
    painter.setBrush(_tone(torso, 0.16))
    painter.drawPath(spline(placed(_UNDER)))
    _hand(painter, torso, drop)
    painter.setBrush(_tone(torso, 0.0))
    painter.drawPath(spline(placed(_OVER)))
    painter.setBrush(ink(mix(look.cloth, "#fff0da", 0.45), 0.26))
    painter.drawPath(taper(placed(_RIDGE), 11.0, 0.05))
    painter.setBrush(ink(deep, 0.24))
    painter.drawPath(taper(placed(_HOLLOW), 26.0, 0.05))
    painter.setBrush(ink(deep, 0.34))
    for fold in _FOLDS:
        painter.drawPath(taper(placed(fold), 5.0, 0.05))
    _far_sleeve(painter, torso, deep)


def _far_sleeve(painter: QPainter, torso: Torso, deep: str) -> None:
    """The other upper arm, over the hand that is tucked behind it."""
    pts, cloth = torso.line(_SLEEVE), torso.look.cloth
    # It fades in where it belongs: slid up with the forearms it would be a lump at the shoulder.
    painter.setOpacity(ease((torso.pose.arms - 0.45) / 0.5))
    painter.setBrush(ink(deep, 0.28))
    painter.drawPath(spline(pts).translated(-9, 7))
    painter.setBrush(
        along(
            (torso.x + 165, 640), (torso.x + 290, 652),
            (0.0, ink(mix(cloth, "#120d10", 0.10))),
            (0.4, ink(mix(cloth, "#120d10", 0.24))),
            (1.0, ink(mix(cloth, "#120d10", 0.46))),
        )
    )  # fmt: skip
    painter.drawPath(spline(pts))
    painter.setOpacity(1.0)


def _tone(torso: Torso, dark: float) -> QLinearGradient:
    cloth = torso.look.cloth
    return along(
        (torso.x - 260, 680), (torso.x + 240, 720),
        (0.0, ink(mix(mix(cloth, "#fff0da", 0.26), "#000000", dark))),
        (0.5, ink(mix(cloth, "#000000", dark))),
        (1.0, ink(mix(cloth, "#120d10", 0.40 + dark))),
    )  # fmt: skip


def _hand(painter: QPainter, torso: Torso, drop: float) -> None:
    look = torso.look

    def placed(pts: Sequence[Pt]) -> list[Pt]:
        return [(x, y + drop) for x, y in torso.line(pts)]

    dark = mix(look.shade, "#2a120c", 0.35)
    painter.setBrush(ink(mix(look.cloth, "#000000", 0.6), 0.40))
    painter.drawPath(spline(placed(_HAND)).translated(-6, 10))
    painter.setBrush(ink(mix(look.skin, look.shade, 0.16)))
    painter.drawPath(spline(placed(_HAND)))
    for finger in _FINGERS:
        pts = placed(finger)
        painter.setBrush(ink(dark, 0.55))
        painter.drawPath(brush_stroke([(x, y + 2.5) for x, y in pts], (2.0, 10.5, 8.0)))
        painter.drawEllipse(QPointF(pts[-1][0], pts[-1][1] + 2.5), 8.0, 8.0)
        painter.setBrush(ink(mix(look.skin, look.shade, 0.12)))
        painter.drawPath(brush_stroke(pts, (5.0, 9.5, 7.5)))
        painter.drawEllipse(QPointF(*pts[-1]), 7.5, 7.5)
