"""Collars and fronts of the clothes, in torso coordinates (see ``body.Torso``)."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from trainer.gui.portrait.body import UNIT, Torso, cloth
from trainer.gui.portrait.geometry import ink, mix, spline, taper

_RING = ((-74, -48), (-72, -24), (-44, 8), (0, 20), (44, 8), (72, -24), (74, -48))
_TEE = ((-66, -30), (-40, 10), (0, 26), (40, 10), (66, -30))
_HOOD = (
    (52, -96), (104, -82), (140, -48), (150, -8), (118, 34), (64, 62), (10, 84), (2, 60),
    (26, 34), (56, 6), (70, -36),
)  # fmt: skip
_SHIRT = ((0, 40), (30, 26), (60, 60), (70, 420), (-70, 420), (-60, 60), (-30, 26))
_SHIRT_COLLAR = (
    (58, -74), (88, -56), (98, -30), (86, 14), (56, 66), (26, 52), (0, 42), (36, 12), (60, -30),
)  # fmt: skip
_JACKET = (
    (90, -52), (150, -14), (176, 60), (196, 420), (16, 420), (14, 230), (44, 130), (74, 40),
    (92, -20),
)  # fmt: skip
_LAPEL = (
    (90, -48), (122, -8), (140, 44), (112, 60), (126, 84), (22, 240), (14, 232), (44, 130),
    (76, 40),
)  # fmt: skip
_BLOUSE_COLLAR = (
    (74, -70), (106, -52), (126, -6), (112, 44), (74, 40), (44, 78), (0, 104), (44, 30),
    (72, -26),
)  # fmt: skip
_YOKE = (
    (-120, -22), (-84, -44), (0, -30), (84, -44), (120, -22), (84, 22), (0, 40), (-84, 22),
)  # fmt: skip


def draw_collar(painter: QPainter, torso: Torso) -> None:
    """Whatever this look wears at the neck."""
    _GARMENTS[torso.look.garment](painter, torso)


def _crew(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    painter.setBrush(cloth(torso, look.cloth, 0.10))
    painter.drawPath(taper(torso.line(_RING), 14, 0.30))
    painter.setBrush(ink(mix(look.cloth, "#000000", 0.55), 0.45))
    lower = [(x * 1.10, y + 14) for x, y in _RING]
    painter.drawPath(taper(torso.line(lower), 2.2, 0.5))
    ribs = QPainterPath()
    for i in range(1, 18):
        t = -1 + i / 9
        x, y = t * 70, 20 - 42 * t * t
        ribs.moveTo(*torso.at(x, y - 7))
        ribs.lineTo(*torso.at(x * 1.08, y + 8))
    painter.strokePath(ribs, QPen(ink(mix(look.cloth, "#000000", 0.5), 0.22), 1.6))


def _hoodie(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    painter.setBrush(ink(mix(look.shirt, "#8d8578", 0.2)))
    painter.drawPath(taper(torso.line(_TEE), 9, 0.6))
    for side in (-1, 1):
        painter.setBrush(cloth(torso, look.cloth, 0.02 if side < 0 else 0.14))
        painter.drawPath(spline(torso.line(_HOOD, side)))
        painter.setBrush(ink(mix(look.cloth, "#000000", 0.6), 0.40))
        painter.drawPath(taper(torso.line([(66, -74), (84, -30), (62, 16), (14, 66)], side), 4.5))
        painter.drawPath(taper(torso.line([(148, -20), (124, 38), (60, 72), (10, 90)], side), 3.5))
    for side in (-1, 1):
        cord = torso.line([(26, 70), (32, 118), (28 + side * 3, 168)], side)
        painter.setBrush(ink(mix("#e6dfd0", "#6a6156", 0.0 if side < 0 else 0.3)))
        painter.drawPath(taper(cord, 3.4, 0.9))


def _jacket(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    painter.setBrush(cloth(torso, look.shirt, 0.06))
    painter.drawPath(spline(torso.line(_SHIRT), True, 1 / 12))
    painter.setBrush(ink(mix(look.shirt, "#101318", 0.6), 0.5))
    painter.drawPath(taper(torso.line([(2, 52), (4, 120), (2, 200), (2, 400)]), 2.2, 0.6))
    for y in (96, 166):
        painter.drawEllipse(QPointF(*torso.at(4, y)), 3.6, 3.6)
    for side in (-1, 1):
        painter.setBrush(cloth(torso, look.shirt, 0.0 if side < 0 else 0.14))
        painter.drawPath(spline(torso.line(_SHIRT_COLLAR, side), True, 1 / 10))
        painter.setBrush(ink(mix(look.shirt, "#101318", 0.7), 0.35))
        painter.drawPath(taper(torso.line([(58, 68), (28, 55), (0, 44)], side), 2.6))
    for side in (-1, 1):
        painter.setBrush(cloth(torso, look.cloth, 0.02 if side < 0 else 0.08))
        painter.drawPath(spline(torso.line(_JACKET, side), True, 1 / 9))
        painter.setBrush(cloth(torso, mix(look.cloth, "#fff0da", 0.08), 0.0 if side < 0 else 0.06))
        painter.drawPath(spline(torso.line(_LAPEL, side), True, 1 / 14))
        painter.setBrush(ink(mix(look.cloth, "#000000", 0.6), 0.50))
        painter.drawPath(taper(torso.line([(124, 86), (90, 140), (24, 242)], side), 3.0))
        painter.drawPath(taper(torso.line([(140, 45), (112, 60), (125, 84)], side), 2.2, 0.6))


def _blouse(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    for side in (-1, 1):
        edge = [(96, -56), (88, -14), (58, 44), (0, 108)]
        painter.setBrush(cloth(torso, mix(look.cloth, "#ffffff", 0.18), 0.0 if side < 0 else 0.10))
        painter.drawPath(spline(torso.line(_BLOUSE_COLLAR, side), True, 1 / 11))
        painter.setBrush(ink(mix(look.cloth, "#1c100a", 0.6), 0.40))
        painter.drawPath(
            taper(torso.line([(127, 0), (113, 46), (74, 42), (44, 80)], side), 2.4, 0.5)
        )
        painter.drawPath(taper(torso.line(edge, side), 2.2))
    painter.setBrush(ink(mix(look.cloth, "#1c100a", 0.5), 0.45))
    painter.drawPath(taper(torso.line([(0, 104), (6, 160), (2, 260), (4, 400)]), 2.4, 0.6))
    chain = QPainterPath(QPointF(*torso.at(-58, -40)))
    chain.quadTo(QPointF(*torso.at(0, 62)), QPointF(*torso.at(58, -40)))
    painter.strokePath(chain, QPen(ink("#d9b36a", 0.85), 1.8))


def _roll(painter: QPainter, torso: Torso) -> None:
    look = torso.look
    hx, hy = torso.head
    n = 62 * look.neck
    painter.setBrush(cloth(torso, look.cloth, 0.08))
    painter.drawPath(spline(torso.line(_YOKE)))
    top = hy + 1.28 * UNIT
    roll = [(hx - n, top), (hx, top + 18), (hx + n, top), torso.at(n + 14, -46),
            torso.at(n + 6, -12),
            torso.at(0, 16), torso.at(-n - 6, -12), torso.at(-n - 14, -46)]  # fmt: skip
    painter.setBrush(cloth(torso, mix(look.cloth, "#fff0da", 0.06), 0.0))
    painter.drawPath(spline(roll))
    painter.setBrush(ink(mix(look.cloth, "#000000", 0.6), 0.42))
    painter.drawPath(taper(torso.line([(-n - 4, -10), (0, 18), (n + 4, -10)]), 4.0))
    painter.drawPath(taper([(hx - n + 6, top + 26), (hx, top + 44), (hx + n - 6, top + 26)], 3.0))
    painter.setBrush(ink("#1c1012", 0.30))
    painter.drawPath(taper([(hx - n, top + 6), (hx + 8, top + 24), (hx + n, top + 6)], 9.0))


_GARMENTS = {
    "crew": _crew,
    "hoodie": _hoodie,
    "jacket": _jacket,
    "blouse": _blouse,
    "roll": _roll,
}
