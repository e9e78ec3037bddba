"""The mouth: line, lips, teeth, and the small folds around it."""

from collections.abc import Callable

from PySide6.QtCore import QRectF

from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.geometry import Pt, along, between, glow, ink, mix, taper
from trainer.gui.portrait.pose import ease
from trainer.gui.portrait.skull import Skull

_CURVE = (-1.0, -0.55, -0.2, 0.0, 0.2, 0.55, 1.0)
_BOW = (0.0, 0.62, 1.0, 0.80, 1.0, 0.62, 0.0)  # height of the upper lip, with its dip
_BELLY = (0.0, 0.66, 0.96, 1.0, 0.96, 0.66, 0.0)  # depth of the lower lip


class Mouth:
    """The four lines of the lips in head space, and where the mouth is."""

    def __init__(self, skull: Skull) -> None:
        look, pose = skull.look, skull.pose
        self.skull = skull
        self.y = 0.785 + look.mouth_y
        half = 0.335 * look.mouth_w
        smile = max(0.0, pose.corner)
        self.half = half * (1 + 0.20 * pose.mouth_wide - 0.10 * pose.press - 0.13 * pose.mouth_open
                            + 0.10 * smile)  # fmt: skip
        self.open = pose.mouth_open * 0.20
        thin = 1 - 0.60 * pose.press - 0.15 * smile
        self._upper_h = 0.090 * look.lips * thin * (1 - 0.15 * max(0.0, pose.mouth_wide))
        self._lower_h = 0.118 * look.lips * thin
        self.upper_line = self._line(lambda i: -self.open * 0.22 * _BELLY[i])
        self.lower_line = self._line(lambda i: self.open * _BELLY[i])
        self.upper_edge = self._line(
            lambda i: -self.open * 0.26 * _BELLY[i] - self._upper_h * _BOW[i], 0.03
        )
        self.lower_edge = self._line(
            lambda i: self.open * 1.05 * _BELLY[i] + self._lower_h * _BELLY[i], 0.03
        )

    def _line(self, rise: Callable[[int], float], lift: float = 0.0) -> list[Pt]:
        pose = self.skull.pose
        pts = []
        for i, u in enumerate(_CURVE):
            x, y = u * self.half, self.y + rise(i)
            y += self._bend(u)
            if u < 0 and pose.sneer:
                pull = min(1.0, -u)
                x -= 0.035 * pose.sneer * pull * pull
                # Highest under the nostril: a corner pulled up as far would be a smirk.
                y -= pose.sneer * 0.115 * pull * (1 - 0.68 * pull)
            pts.append(self.skull.on(x, y, 0.05 + lift * (1 - abs(u))))
        return pts

    def _bend(self, u: float) -> float:
        """How far the corners pull the line up or down at ``u`` of the half-width."""
        pose = self.skull.pose
        corner = pose.corner
        middle = 0.030 * max(0.0, corner) - 0.035 * max(0.0, -corner) - 0.022 * pose.chin
        bend = abs(u) ** 1.6 if corner > 0 else u * u
        return -0.085 * corner * bend + middle * (1 - u * u)


def draw_mouth(canvas: Canvas, skull: Skull) -> None:
    """Lips and what is between them."""
    mouth = Mouth(skull)
    if mouth.open > 0.006:
        _inside(canvas, mouth)
    _lips(canvas, mouth)
    _around(canvas, mouth)


def _inside(canvas: Canvas, mouth: Mouth) -> None:
    pose = mouth.skull.pose
    gap = between(mouth.upper_line, mouth.lower_line)
    canvas.ink(ink("#3a1518"))
    canvas.path(gap)
    with canvas.inside(gap):
        x, top = mouth.upper_line[3]
        show = 0.045 + 0.030 * max(0.0, pose.corner) + 0.015 * pose.tension
        wide = mouth.half * 0.78
        smile = 0.05 * max(0.0, pose.corner)
        teeth = QRectF(x - wide, top - 0.10, wide * 2, 0.10 + show)
        canvas.ink(ink(mix("#efe7da", "#3a1518", 0.06)))
        canvas.bar(teeth.adjusted(0, -smile, 0, 0), 0.06, 0.04)
        canvas.ink(ink("#2a0e10", 0.35))
        canvas.path(between(mouth.upper_line, [(px, py + 0.020) for px, py in mouth.upper_line]))
        low_x, low = mouth.lower_line[3]
        canvas.ink(ink("#a4554f", 0.85))
        canvas.oval((low_x, low + 0.035), mouth.half * 0.55, 0.075)
        bared = ease((pose.tension - 0.5) / 0.2) * ease((pose.mouth_open - 0.08) / 0.08)
        if bared > 0.0:
            canvas.ink(ink("#ddd2c2", 0.8 * bared))
            canvas.bar(QRectF(low_x - wide * 0.7, low - 0.022, wide * 1.4, 0.08), 0.04, 0.03)


def _lips(canvas: Canvas, mouth: Mouth) -> None:
    look, pose = mouth.skull.look, mouth.skull.pose
    canvas.ink(ink(mix(mix(look.lip, look.shade, 0.18), "#4a1c1c", 0.16), 0.88))
    canvas.path(between(mouth.upper_edge, mouth.upper_line))
    x, y = mouth.lower_edge[3]
    canvas.ink(
        along((x - 0.25, y - 0.12), (x + 0.25, y + 0.04),
              (0.0, ink(mix(look.lip, look.light, 0.28), 0.86)),
              (0.5, ink(look.lip, 0.86)),
              (1.0, ink(mix(look.lip, look.shade, 0.5), 0.86)))
    )  # fmt: skip
    canvas.path(between(mouth.lower_line, mouth.lower_edge))
    shine = mouth.lower_edge[1:4]
    canvas.ink(ink(look.light, 0.30 * (1 - 0.7 * pose.press)))
    canvas.path(taper([(px, py - 0.042 * look.lips) for px, py in shine], 0.018))
    line = ink("#3a1414", 0.85)
    canvas.ink(line)
    canvas.path(taper(mouth.upper_line, 0.016 + 0.004 * pose.press, 0.45))
    if pose.mouth_open > 0.05:
        canvas.ink(ink("#3a1414", 0.45 * ease((pose.mouth_open - 0.05) / 0.06)))
        canvas.path(taper(mouth.lower_line, 0.010))


def _around(canvas: Canvas, mouth: Mouth) -> None:
    skull, look, pose = mouth.skull, mouth.skull.look, mouth.skull.pose
    dark = mix(look.shade, "#34140e", 0.4)
    for side, tip in ((-1, mouth.upper_line[0]), (1, mouth.upper_line[-1])):
        sneer = pose.sneer if side < 0 else 0.0
        down = -pose.corner * 0.045 - 0.03 * sneer
        canvas.ink(ink(dark, 0.55))
        x, y = tip
        canvas.path(taper([(x - side * 0.03, y), (x, y), (x + side * 0.035, y + down)], 0.017, 0.3))
        tuck = max(sneer, 0.75 * max(0.0, pose.corner), 0.6 * max(0.0, -pose.corner))
        if tuck > 0.1:  # the dent beside a pulled corner
            x += side * 0.055
            canvas.ink(ink(dark, 0.62 * tuck * ease((tuck - 0.1) / 0.15)))
            pts = [
                (x - side * 0.015, y - 0.075),
                (x + side * 0.018, y),
                (x - side * 0.010, y + 0.085),
            ]
            canvas.path(taper(pts, 0.018))
    x, y = mouth.lower_edge[3]
    canvas.ink(glow((x + 0.02, y + 0.055), 0.20, look.shade, 0.60 + 0.2 * pose.chin))
    canvas.oval((x + 0.02, y + 0.055), 0.20, 0.055)
    if pose.chin > 0.15:
        _puckered(canvas, skull, y)
    if pose.tension > 0.4:
        canvas.ink(ink(look.shade, 0.40 * pose.tension * ease((pose.tension - 0.4) / 0.15)))
        for side in (-1, 1):
            pts = [(side * 0.66, 0.66), (side * 0.70, 0.84), (side * 0.60, 1.0)]
            canvas.path(taper(skull.line(pts), 0.028))


def _puckered(canvas: Canvas, skull: Skull, lip_y: float) -> None:
    look, chin = skull.look, skull.pose.chin * ease((skull.pose.chin - 0.15) / 0.15)
    canvas.ink(ink(mix(look.shade, "#34140e", 0.2), 0.42 * chin))
    x0, _ = skull.on(0, 1.05)
    arch = [(x0 - 0.17, lip_y + 0.17), (x0 - 0.08, lip_y + 0.105), (x0, lip_y + 0.095),
            (x0 + 0.08, lip_y + 0.105), (x0 + 0.17, lip_y + 0.17)]  # fmt: skip
    canvas.path(taper(arch, 0.016))
    canvas.ink(glow((x0, lip_y + 0.20), 0.16, look.light, 0.35 * chin))
    canvas.oval((x0, lip_y + 0.20), 0.16, 0.09)
