"""Draws a hair style: masses with exact outlines, filled with strands painted once per size."""

import math
from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QLinearGradient, QPainterPath

from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.geometry import along, ink, mix, spline, taper
from trainer.gui.portrait.hair_styles import STYLES, Comb, Curl, Line
from trainer.gui.portrait.looks import Look
from trainer.gui.portrait.pose import Pose
from trainer.gui.portrait.sheet import Sheet, around
from trainer.gui.portrait.skull import Skull

_DEPTH = 0.40  # how far in front of the head's axis strands lie, on average


class Hairdo:
    """One look's hair at one size (``scale`` device pixels per head unit)."""

    def __init__(self, look: Look, scale: float) -> None:
        self.look, self.hair, self.scale = look, STYLES[look.style], scale
        self._mass = self._filling(self.hair.front, self._comb_mass)
        self._drape = (
            self._filling(self.hair.drapes, self._comb_drape) if self.hair.drapes else None
        )
        self._stamps: list[tuple[float, Sheet]] = []
        for depth, in_front in ((0.05, False), (0.62, True)):
            curls = tuple(c for c in self.hair.curls if (c[2] > 0.35) is in_front)
            if curls:
                self._stamps.append((depth, self._curled(curls)))
        if self.hair.loose:
            ends = [line for comb in self.hair.loose for line in (comb.a, comb.b)]
            self._stamps.append((_DEPTH, Sheet(scale, self._paint_loose, around(ends, 0.1))))
        self._far = self._curled(self.hair.back_curls) if self.hair.back_curls else None

    def draw_back(self, canvas: Canvas, skull: Skull) -> None:
        """What lies behind the head and neck."""
        canvas.ink(ink(mix(self.look.hair, "#000000", 0.30)))
        for line in self.hair.back:
            canvas.path(spline(skull.shape(line)))
        if self._far:
            self._far.stamp(canvas, skull, -0.1)
        for comb in self.hair.back_combs:
            _strands(canvas, self.look, skull, comb)

    def draw_drapes(self, canvas: Canvas, skull: Skull) -> None:
        """Lengths that fall over the shoulders, in front of the clothes."""
        if self._drape is None:
            return
        canvas.ink(self._drape.brush(skull, 0.1))
        for line in self.hair.drapes:
            canvas.path(spline(skull.shape(line)))

    def draw_front(self, canvas: Canvas, skull: Skull) -> None:
        """The hair over the head."""
        look = self.look
        canvas.ink(ink(mix(look.hair, look.skin, 0.12), 0.62))
        for line in self.hair.sides:
            canvas.path(spline(skull.shape(line)))
        canvas.ink(self._mass.brush(skull, _DEPTH))
        for line in self.hair.front:
            canvas.path(spline(skull.shape(line)))
        for depth, sheet in self._stamps:
            sheet.stamp(canvas, skull, depth)
        canvas.ink(ink(mix(look.hair, look.hair_light, 0.25), 0.95))
        for line in self.hair.wisps:
            canvas.path(taper(skull.shape(line), 0.020))

    def _filling(self, lines: tuple[Line, ...], comb: Callable[[Canvas], None]) -> Sheet:
        box = around(lines)

        def paint(canvas: Canvas) -> None:
            canvas.ink(_volume(self.look))
            canvas.bar(box)
            comb(canvas)

        return Sheet(self.scale, paint, box, solid=True)

    def _comb_mass(self, canvas: Canvas) -> None:
        rest = Skull(self.look, Pose())
        for comb in self.hair.combs:
            _strands(canvas, self.look, rest, comb)
        if self.look.style == "fade":
            _nap(canvas, self.look)

    def _paint_loose(self, canvas: Canvas) -> None:
        for comb in self.hair.loose:
            _strands(canvas, self.look, Skull(self.look, Pose()), comb)

    def _curled(self, curls: tuple[Curl, ...]) -> Sheet:
        reach = [
            ((x - 1.3 * r, y - 1.3 * r, z), (x + 1.3 * r, y + 1.3 * r, z)) for x, y, z, r in curls
        ]
        paint = partial(_curls, look=self.look, curls=curls)
        return Sheet(self.scale, paint, around(reach, 0.05))

    def _comb_drape(self, canvas: Canvas) -> None:
        rest = Skull(self.look, Pose())
        for line in self.hair.drapes:
            n = len(line) // 2
            fall = Comb(line[:n], tuple(reversed(line[n:])), 16, 0.018)
            _strands(canvas, self.look, rest, fall)


def _volume(look: Look) -> QLinearGradient:
    """Light from the upper left, a band of sheen, dark towards the right."""
    dark, light = look.hair, look.hair_light
    return along(
        (-1.1, -1.5), (1.2, 0.2),
        (0.0, ink(mix(dark, light, 0.30))),
        (0.22, ink(mix(dark, light, 0.62))),
        (0.42, ink(mix(dark, light, 0.12))),
        (1.0, ink(mix(dark, "#000000", 0.38))),
    )  # fmt: skip


def _strands(canvas: Canvas, look: Look, skull: Skull, comb: Comb) -> None:
    dim, bright = ink(mix(look.hair, "#000000", 0.5), 0.34), ink(look.hair_light, 0.40)
    for i, line in enumerate(comb.strands()):
        canvas.ink(dim if i % 2 else bright)
        canvas.path(taper(skull.shape(line), comb.width * (0.55 + 0.3 * (i * 7 % 4))))


def _curls(canvas: Canvas, look: Look, curls: tuple[Curl, ...]) -> None:
    """Round locks: a mass each, wound with turns of light and shade."""
    rest = Skull(look, Pose())
    for i, (x, y, z, r) in enumerate(curls):
        back = z < 0.0
        px, py = rest.turn(x, y, 0.0)
        turn = i * 2.4
        base = mix(look.hair, look.hair_light, 0.10 * (i % 3))
        canvas.ink(ink(mix(base, "#000000", 0.30 if back else 0.0)))
        edge = [(px + r * (1 + 0.16 * math.cos(3 * a + turn)) * math.cos(a),
                 py + r * (1 + 0.16 * math.sin(2 * a + turn)) * math.sin(a))
                for a in (0.0, 0.9, 1.8, 2.7, 3.6, 4.5, 5.4)]  # fmt: skip
        canvas.path(spline(edge))
        lean = 0.5 * math.sin(turn)
        for n, k in enumerate((0.84, 0.56, 0.30)):
            ox, oy = px + r * 0.12 * math.cos(turn + n), py + r * 0.12 * math.sin(turn + 2 * n)
            canvas.ink(ink(mix(look.hair, "#000000", 0.55), 0.36))
            canvas.path(taper(_arc(ox, oy, r * k, 0.2 + lean + 0.5 * n, 1.9), r * 0.07))
            canvas.ink(ink(look.hair_light, 0.20 if back else 0.46 - 0.10 * n))
            start = 3.5 + lean - 0.45 * n
            canvas.path(taper(_arc(ox, oy, r * (k - 0.05), start, 1.5), r * 0.08))
        for k in (0.0, 2.1):  # a loose hair or two breaks the outline
            canvas.ink(ink(base, 0.9))
            canvas.path(taper(_arc(px, py, r * 1.08, turn + k, 1.1), r * 0.06))


def _arc(x: float, y: float, r: float, start: float, sweep: float) -> list[tuple[float, float]]:
    angles = (start + sweep * k / 4 for k in range(5))
    return [(x + r * math.cos(a), y + r * math.sin(a)) for a in angles]


def _nap(canvas: Canvas, look: Look) -> None:
    """Close-cropped coils: short arcs that catch light."""
    path = QPainterPath()
    for row in range(12):
        for col in range(-12, 13):
            i = row * 31 + col
            x = col * 0.085 + (row % 2) * 0.042 + 0.018 * math.sin(i * 2.1)
            y = -1.62 + row * 0.062 + 0.35 * x * x + 0.016 * math.cos(i * 1.7)
            path.moveTo(x - 0.022, y)
            path.quadTo(x, y - 0.046, x + 0.022, y)
            path.quadTo(x, y - 0.012, x - 0.022, y)
    canvas.ink(ink(look.hair_light, 0.42))
    canvas.path(path)


def draw_shadow(canvas: Canvas, skull: Skull) -> None:
    """The shade this look's hair casts on the forehead."""
    tone = mix(skull.look.shade, "#2a120c", 0.3)
    for line in STYLES[skull.look.style].front:
        edge = spline(skull.shape(line))
        for reach, opacity in ((0.045, 0.16), (0.085, 0.12)):
            canvas.ink(ink(tone, opacity))
            canvas.path(edge.translated(reach * 0.5, reach))


def covers_ears(look: Look) -> bool:
    """Whether this look's hair hides the ears."""
    return STYLES[look.style].covers_ears
