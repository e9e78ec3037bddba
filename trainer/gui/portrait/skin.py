"""Skin: the planes of light painted once, and the warmth that comes and goes; beards."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from trainer.gui.portrait.geometry import Pt, along, glow, ink, mix, spline, taper
from trainer.gui.portrait.hair import draw_shadow
from trainer.gui.portrait.looks import Look
from trainer.gui.portrait.pose import Pose
from trainer.gui.portrait.sheet import Sheet
from trainer.gui.portrait.skull import Skull

_SIDE_SHADOW = (
    (0.50, -1.5), (0.62, -0.90), (0.72, -0.45), (0.71, -0.10), (0.70, 0.20), (0.64, 0.48),
    (0.56, 0.74), (0.42, 0.98), (0.22, 1.18), (0.15, 1.6),
)  # fmt: skip
_FACE_BOX = QRectF(-1.5, -1.9, 3.0, 3.9)
_DEPTH = 0.66


class Skin:
    """One look's skin at one size (``scale`` device pixels per head unit)."""

    def __init__(self, look: Look, scale: float) -> None:
        self._look = look
        self._light = Sheet(scale, self._paint_light, _FACE_BOX)
        self._beard = Sheet(scale, self._paint_beard, _FACE_BOX) if look.beard else None

    def draw(self, painter: QPainter, skull: Skull, face: QPainterPath) -> None:
        """Skin lit from the upper left, and a beard on it, inside the outline ``face``."""
        painter.setBrush(self._light.brush(skull, _DEPTH))
        painter.drawPath(face)
        _warmth(painter, skull)
        if self._beard:
            painter.save()
            painter.setClipPath(face, Qt.ClipOperation.IntersectClip)
            self._draw_beard(painter, skull, self._beard)
            painter.restore()

    def _paint_light(self, painter: QPainter) -> None:
        look = self._look
        painter.fillRect(
            _FACE_BOX,
            along(
                (-1.0, -0.8), (1.0, 0.7),
                (0.0, ink(look.light)),
                (0.40, ink(look.skin)),
                (0.66, ink(mix(look.skin, look.shade, 0.20))),
                (0.84, ink(mix(look.skin, look.shade, 0.56))),
                (1.0, ink(mix(look.skin, look.shade, 0.72))),
            ),
        )  # fmt: skip
        rest = Skull(look, Pose())
        _planes(painter, rest)
        draw_shadow(painter, rest)

    def _paint_beard(self, painter: QPainter) -> None:
        look = self._look
        full = look.beard == "full"
        tone = look.hair if full else mix(look.hair, look.skin, 0.25)
        painter.fillRect(_FACE_BOX, ink(tone, 0.84 if full else 0.30))
        if full:
            _whiskers(painter, Skull(look, Pose()))

    def _draw_beard(self, painter: QPainter, skull: Skull, sheet: Sheet) -> None:
        shape = _beard_shape(skull)
        if self._look.beard == "full":  # a softer edge above
            painter.setBrush(ink(self._look.hair, 0.22))
            painter.drawPath(shape.translated(0, -0.035))
        painter.setBrush(sheet.brush(skull, _DEPTH))
        painter.drawPath(shape)


def _planes(painter: QPainter, skull: Skull) -> None:
    look = skull.look
    for shift, opacity in ((0.0, 0.13), (0.06, 0.12)):
        pts = [skull.on(min(1.0, x + shift), y) for x, y in _SIDE_SHADOW]
        painter.setBrush(ink(look.shade, opacity))
        painter.drawPath(spline([*pts, (1.7, 1.7), (1.7, -1.7)], True, 1 / 7))
    spot(painter, skull, (-0.30, -0.72), (0.55, 0.40), look.light, 0.55)
    spot(painter, skull, (-0.50, 0.28), (0.30, 0.24), look.light, 0.50)
    spot(painter, skull, (-0.02, 1.12), (0.24, 0.16), look.light, 0.35)
    hollow = 0.16 + 0.22 * look.age
    for side in (-1, 1):
        ex = side * look.eye_x
        spot(painter, skull, (ex * 0.86, -0.13), (0.32, 0.21), look.shade, 0.50 + 0.15 * look.age)
        lit = 0.45 if side < 0 else 1.0
        spot(painter, skull, (side * 0.66, 0.66), (0.24, 0.38), look.shade, hollow * lit)
        spot(painter, skull, (side * 0.86, -0.45), (0.20, 0.34), look.shade, 0.25)
    spot(painter, skull, (0.05, 1.48), (0.85, 0.42), look.shade, 0.75)
    spot(painter, skull, (0.0, -1.25), (0.95, 0.42), look.shade, 0.35)


def _warmth(painter: QPainter, skull: Skull) -> None:
    look, pose = skull.look, skull.pose
    red = mix("#c2473b", look.shade, 0.25)
    for side in (-1, 1):
        spot(painter, skull, (side * 0.52, 0.36), (0.37, 0.29), red, 0.17 + 0.34 * pose.flush)
        if pose.tears > 0.05:
            spot(painter, skull, (side * look.eye_x, 0.06), (0.30, 0.17), red, 0.42 * pose.tears)
    spot(painter, skull, (0, 0.42), (0.22, 0.20), red, 0.12 + 0.20 * pose.flush)


def spot(painter: QPainter, skull: Skull, at: Pt, radii: Pt, colour: str, opacity: float) -> None:
    """A soft oval of colour on the skin."""
    if opacity <= 0.01:
        return
    x, y = skull.on(*at)
    squash = radii[1] / radii[0]
    painter.save()
    painter.translate(x, y)
    painter.scale(1.0, squash)
    painter.setBrush(glow((0, 0), radii[0], colour, opacity))
    painter.drawEllipse(QPointF(0, 0), radii[0], radii[0])
    painter.restore()


def _beard_shape(skull: Skull) -> QPainterPath:
    look, pose = skull.look, skull.pose
    drop, up = pose.mouth_open * 0.16, max(0.0, pose.corner) * 0.05
    cheek = 0.46 if look.beard == "full" else 0.50
    edge = [(-1.0, 0.02), (-0.90, cheek - 0.12), (-0.66, cheek + 0.10), (-0.44, 0.64 - up),
            (-0.22, 0.585), (0, 0.60), (0.22, 0.585), (0.44, 0.64 - up), (0.66, cheek + 0.10),
            (0.90, cheek - 0.12), (1.0, 0.02)]  # fmt: skip
    below = ((1.5, 0.6), (1.0, 1.9), (-1.0, 1.9), (-1.5, 0.6))
    path = spline([*skull.line(edge), *below], True, 1 / 7)
    y, w = 0.785 + look.mouth_y, 0.31 * look.mouth_w
    mouth = [(-w, y - up), (-0.15, y - 0.085), (0, y - 0.075), (0.15, y - 0.085), (w, y - up),
             (0.17, y + 0.12 + drop), (0, y + 0.145 + drop), (-0.17, y + 0.12 + drop)]  # fmt: skip
    path.addPath(spline(skull.line(mouth, 0.05)))  # odd-even fill: the mouth is a hole
    return path


def _whiskers(painter: QPainter, skull: Skull) -> None:
    look = skull.look
    dark = mix(look.hair, "#000000", 0.45)
    for i in range(170):
        x = -0.97 + 1.94 * ((i * 0.7549) % 1.0)
        top = 0.30 + 0.30 * (1 - abs(x)) + 0.62 * ((i * 0.5698) % 1.0)
        if abs(x) < 0.34 and 0.60 < top < 1.0:
            continue
        pts = [(x, top), (x * 0.97 + 0.012, top + 0.07), (x * 0.90, top + 0.15)]
        painter.setBrush(ink(look.hair_light, 0.40) if i % 2 else ink(dark, 0.26))
        painter.drawPath(taper(skull.line(pts), 0.009))
