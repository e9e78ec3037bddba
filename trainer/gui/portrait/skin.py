"""Skin: the planes of light painted once, and the warmth that comes and goes; beards."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QPainterPath, QTransform

from trainer.gui.portrait.canvas import Canvas
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
_SOFT_SCALE = 110.0  # light on skin has no edge that would need more pixels


class Skin:
    """One look's skin at one size (``scale`` device pixels per head unit)."""

    def __init__(self, look: Look, scale: float) -> None:
        self._look = look
        soft = min(scale, _SOFT_SCALE)
        self._light = Sheet(soft, self._paint_light, _FACE_BOX, solid=True)
        self._beard = Sheet(scale, self._paint_beard, _FACE_BOX) if look.beard else None

    def draw(self, canvas: Canvas, skull: Skull, face: QPainterPath) -> None:
        """Skin lit from the upper left, and a beard on it, inside the outline ``face``."""
        canvas.ink(self._light.brush(skull, _DEPTH))
        canvas.path(face)
        _warmth(canvas, skull)
        if self._beard:
            with canvas.inside(face):
                self._draw_beard(canvas, skull, self._beard)

    def _paint_light(self, canvas: Canvas) -> None:
        look = self._look
        canvas.ink(
            along(
                (-1.0, -0.8), (1.0, 0.7),
                (0.0, ink(look.light)),
                (0.40, ink(look.skin)),
                (0.66, ink(mix(look.skin, look.shade, 0.20))),
                (0.84, ink(mix(look.skin, look.shade, 0.56))),
                (1.0, ink(mix(look.skin, look.shade, 0.72))),
            )
        )  # fmt: skip
        canvas.bar(_FACE_BOX)
        rest = Skull(look, Pose())
        _planes(canvas, rest)
        draw_shadow(canvas, rest)

    def _paint_beard(self, canvas: Canvas) -> None:
        look = self._look
        full = look.beard == "full"
        tone = look.hair if full else mix(look.hair, look.skin, 0.25)
        canvas.ink(ink(tone, 0.84 if full else 0.30))
        canvas.bar(_FACE_BOX)
        if full:
            _whiskers(canvas, Skull(look, Pose()))

    def _draw_beard(self, canvas: Canvas, skull: Skull, sheet: Sheet) -> None:
        shape = _beard_shape(skull)
        if self._look.beard == "full":  # a softer edge above
            canvas.ink(ink(self._look.hair, 0.22))
            canvas.path(shape.translated(0, -0.035))
        canvas.ink(sheet.brush(skull, _DEPTH))
        canvas.path(shape)


def _planes(canvas: Canvas, skull: Skull) -> None:
    look = skull.look
    for shift, opacity in ((0.0, 0.13), (0.06, 0.12)):
        pts = [skull.on(min(1.0, x + shift), y) for x, y in _SIDE_SHADOW]
        canvas.ink(ink(look.shade, opacity))
        canvas.path(spline([*pts, (1.7, 1.7), (1.7, -1.7)], True, 1 / 7))
    spot(canvas, skull, (-0.30, -0.72), (0.55, 0.40), look.light, 0.55)
    spot(canvas, skull, (-0.50, 0.28), (0.30, 0.24), look.light, 0.50)
    spot(canvas, skull, (-0.02, 1.12), (0.24, 0.16), look.light, 0.35)
    hollow = 0.16 + 0.22 * look.age
    for side in (-1, 1):
        ex = side * look.eye_x
        spot(canvas, skull, (ex * 0.86, -0.13), (0.32, 0.21), look.shade, 0.50 + 0.15 * look.age)
        lit = 0.45 if side < 0 else 1.0
        spot(canvas, skull, (side * 0.66, 0.66), (0.24, 0.38), look.shade, hollow * lit)
        spot(canvas, skull, (side * 0.86, -0.45), (0.20, 0.34), look.shade, 0.25)
    spot(canvas, skull, (0.05, 1.48), (0.85, 0.42), look.shade, 0.75)
    spot(canvas, skull, (0.0, -1.25), (0.95, 0.42), look.shade, 0.35)


def _warmth(canvas: Canvas, skull: Skull) -> None:
    look, pose = skull.look, skull.pose
    red = mix("#c2473b", look.shade, 0.25)
    for side in (-1, 1):
        spot(canvas, skull, (side * 0.52, 0.36), (0.37, 0.29), red, 0.17 + 0.34 * pose.flush)
        if pose.tears > 0.05:
            spot(canvas, skull, (side * look.eye_x, 0.06), (0.30, 0.17), red, 0.42 * pose.tears)
    spot(canvas, skull, (0, 0.42), (0.22, 0.20), red, 0.12 + 0.20 * pose.flush)


def spot(canvas: Canvas, skull: Skull, at: Pt, radii: Pt, colour: str, opacity: float) -> None:
    """A soft oval of colour on the skin."""
    if opacity <= 0.01:
        return
    x, y = skull.on(*at)
    wide, high = radii
    soft = QBrush(glow((0, 0), 1.0, colour, opacity))
    soft.setTransform(QTransform(wide, 0, 0, high, x, y))
    canvas.ink(soft)
    canvas.oval((x, y), wide, high)


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


def _whiskers(canvas: Canvas, skull: Skull) -> None:
    look = skull.look
    dark = mix(look.hair, "#000000", 0.45)
    for i in range(170):
        x = -0.97 + 1.94 * ((i * 0.7549) % 1.0)
        top = 0.30 + 0.30 * (1 - abs(x)) + 0.62 * ((i * 0.5698) % 1.0)
        if abs(x) < 0.34 and 0.60 < top < 1.0:
            continue
        pts = [(x, top), (x * 0.97 + 0.012, top + 0.07), (x * 0.90, top + 0.15)]
        canvas.ink(ink(look.hair_light, 0.40) if i % 2 else ink(dark, 0.26))
        canvas.path(taper(skull.line(pts), 0.009))
