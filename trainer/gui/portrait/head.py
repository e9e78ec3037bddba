"""The head's outline, ears, nose, and the lines of age and affect."""

from PySide6.QtGui import QPainterPath

from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.geometry import Pt, ink, mix, spline, taper
from trainer.gui.portrait.skin import spot
from trainer.gui.portrait.skull import Skull

# Right half of the outline from crown to chin: x, y, z.
_OUTLINE = (
    (0.0, -1.43, 0.0), (0.50, -1.34, 0.0), (0.85, -1.03, 0.02), (0.985, -0.55, 0.06),
    (0.975, -0.12, 0.12), (0.955, 0.24, 0.16), (0.885, 0.58, 0.24), (0.775, 0.85, 0.34),
    (0.565, 1.11, 0.56), (0.29, 1.275, 0.74), (0.0, 1.315, 0.80),
)  # fmt: skip
_EAR = ((0.0, -0.20), (0.10, -0.27), (0.17, -0.12), (0.15, 0.12), (0.10, 0.32), (0.02, 0.42),
        (-0.05, 0.30))  # fmt: skip


def outline(skull: Skull) -> QPainterPath:
    """The face's edge; the jaw drops as the mouth opens."""
    look, drop = skull.look, skull.pose.mouth_open * 0.10
    right = []
    for x, y, z in _OUTLINE:
        low = max(0.0, y - 0.2)
        if y > 1.0:
            x *= look.chin_w
        elif y > 0.4:
            x *= 1 + (look.jaw - 1) * min(1.0, low / 0.6)
        elif y > -0.2:
            x *= look.cheek
        right.append((x, y + low * (look.chin_y + drop * 0.9), z))
    left = [(-x, y, z) for x, y, z in reversed(right[1:-1])]
    return spline(skull.shape([*right, *left]))


def draw_ears(canvas: Canvas, skull: Skull) -> None:
    """Both ears, behind the face; the far one goes under as the head turns."""
    look = skull.look
    for side in (-1, 1):
        wide = 1.0 - side * skull.pose.yaw * 0.75
        if wide < 0.3:
            continue
        x, y = skull.turn(side * 0.965, 0.05, -0.05)
        pts = [(x + side * ex * wide, y + ey * 0.98) for ex, ey in _EAR]
        skin = mix(look.skin, look.shade, 0.30 if side < 0 else 0.70)
        canvas.ink(ink(mix(skin, "#c0554a", 0.10 + 0.25 * skull.pose.flush)))
        canvas.path(spline(pts))
        canvas.ink(ink(mix(look.shade, "#2a1410", 0.2), 0.45))
        inner = [(0.03, -0.14), (0.11, -0.10), (0.10, 0.06), (0.04, 0.14), (0.06, 0.24)]
        canvas.path(taper([(x + side * a * wide, y + b) for a, b in inner], 0.022))


def draw_lines(canvas: Canvas, skull: Skull) -> None:
    """Folds and wrinkles: what age keeps and what the affect makes."""
    look, pose = skull.look, skull.pose
    dark = mix(look.shade, "#34140e", 0.25)
    smile = max(0.0, pose.corner)
    for side in (-1, 1):
        sneer = pose.sneer if side < 0 else 0.0
        deep = min(1.0, 0.14 + 0.55 * look.age + 0.22 * pose.tension + 0.6 * sneer + 0.6 * smile
                   + 0.25 * max(0.0, -pose.corner))  # fmt: skip
        lift = 0.05 * sneer + 0.05 * smile
        fold = [(0.20, 0.45 - lift), (0.315, 0.56 - lift), (0.385 + 0.03 * smile, 0.70 - lift),
                (0.40 + 0.03 * smile, 0.84 - lift)]  # fmt: skip
        _crease(canvas, skull, [(side * x, y) for x, y in fold], 0.017, dark, 0.46 * deep)
    if pose.brow_inner > 0.2 or pose.brow_raise > 0.3:
        worry = max(0.0, pose.brow_inner, pose.brow_raise * 0.9) * (0.30 + 0.30 * look.age)
        span = 0.26 + 0.20 * max(0.0, pose.brow_raise)
        for y in (-0.58, -0.69, -0.80)[: 2 if look.age < 0.3 else 3]:
            _crease(
                canvas, skull, [(-span, y + 0.03), (0, y), (span, y + 0.03)], 0.014, dark, worry
            )
    _furrow(canvas, skull, dark)
    _age_lines(canvas, skull, dark)


def _furrow(canvas: Canvas, skull: Skull, dark: str) -> None:
    """What stands between the brows when they are drawn together, in anger or in worry."""
    look, pose = skull.look, skull.pose
    knit = max(0.0, pose.brow_inner) * pose.tension
    if knit > 0.05:
        for side, share in ((-1, 1.0), (1, 0.8)):
            pts = [(side * 0.085, -0.44), (side * 0.070, -0.36), (side * 0.066, -0.28)]
            _crease(canvas, skull, pts, 0.012, dark, 1.3 * share * knit)
    frown = max(0.0, -pose.brow_inner) * (0.5 + 0.5 * pose.tension)
    if frown > 0.1:
        spot(canvas, skull, (0.0, -0.30), (0.17, 0.16), look.shade, 0.5 * frown)
        for side in (-1, 1):
            pts = [(side * 0.082, -0.46), (side * 0.076, -0.37), (side * 0.060, -0.26)]
            _crease(canvas, skull, pts, 0.012, dark, 0.70 * frown)
        _crease(
            canvas, skull, [(-0.09, -0.19), (0, -0.175), (0.09, -0.19)], 0.012, dark, 0.5 * frown
        )


def _age_lines(canvas: Canvas, skull: Skull, dark: str) -> None:
    look, pose = skull.look, skull.pose
    if look.age > 0.3:
        for y in (-0.66, -0.80):
            pts = [(-0.40, y + 0.02), (-0.1, y - 0.015), (0.15, y - 0.01), (0.42, y + 0.025)]
            _crease(canvas, skull, pts, 0.010, dark, 0.22 * look.age)
    crow = 0.45 * look.age + 0.7 * max(0.0, pose.corner) * pose.squint
    for side in (-1, 1):
        ex = look.eye_x
        if look.age > 0.15 or pose.squint > 0.5:
            bag = 0.30 * look.age + 0.22 * pose.squint
            pts = [(side * (ex - 0.17), 0.11), (side * ex, 0.165), (side * (ex + 0.19), 0.10)]
            _crease(canvas, skull, pts, 0.014, dark, bag)
        if crow > 0.12:
            for dy in (-0.03, 0.03, 0.08):
                pts = [(side * (ex + 0.25), dy * 0.8), (side * (ex + 0.31), dy * 1.2),
                       (side * (ex + 0.37), dy * 2.0)]  # fmt: skip
                _crease(canvas, skull, pts, 0.010, dark, 0.55 * crow)


def _crease(
    canvas: Canvas, skull: Skull, pts: list[Pt], width: float, colour: str, opacity: float
) -> None:
    if opacity > 0.02:
        canvas.ink(ink(colour, min(0.85, opacity)))
        canvas.path(taper(skull.line(pts), width))


def draw_nose(canvas: Canvas, skull: Skull) -> None:
    """Bridge, tip and nostrils: mostly the shadow side."""
    look, pose = skull.look, skull.pose
    w, dy = look.nose_w, look.nose_y
    up = 0.035 * pose.sneer
    on = skull.on
    side = [on(0.09, -0.20, 0.0), on(0.062, -0.05, 0.10), on(0.085, 0.16 + dy, 0.18),
            on(0.125 * w, 0.30 + dy, 0.18), on(0.205 * w, 0.385 + dy, 0.06),
            on(0.165 * w, 0.475 + dy, 0.08), on(0.03, 0.50 + dy, 0.20), on(0.055, 0.40 + dy, 0.26),
            on(0.035, 0.20 + dy, 0.22), on(0.03, -0.02, 0.13)]  # fmt: skip
    canvas.ink(ink(look.shade, 0.34 * look.bridge))
    canvas.path(spline(side, True, 1 / 7))
    base = [on(-0.16 * w, 0.46 + dy - up, 0.07), on(-0.05, 0.475 + dy, 0.20),
            on(0.06, 0.475 + dy, 0.20), on(0.17 * w, 0.455 + dy, 0.07), on(0.08, 0.53 + dy, 0.13),
            on(-0.06, 0.53 + dy, 0.13)]  # fmt: skip
    canvas.ink(ink(look.shade, 0.55))
    canvas.path(spline(base))
    shine = [on(-0.03, 0.0, 0.14), on(-0.025, 0.22 + dy, 0.23), on(-0.02, 0.36 + dy, 0.28),
             on(-0.07, 0.37 + dy, 0.25), on(-0.06, 0.18 + dy, 0.19)]  # fmt: skip
    canvas.ink(ink(look.light, 0.60))
    canvas.path(spline(shine))
    _nostrils(canvas, skull)


def _nostrils(canvas: Canvas, skull: Skull) -> None:
    look, pose = skull.look, skull.pose
    w, dy, flare = look.nose_w, look.nose_y, 0.025 * pose.tension
    dark = mix(look.shade, "#2b120c", 0.55)
    for side in (-1, 1):
        up = 0.035 * pose.sneer if side < 0 else 0.0
        hole = [(0.045, 0.495), (0.085 * w, 0.475), (0.125 * w + flare, 0.495)]
        wing = [(0.165 * w + flare, 0.335), (0.205 * w + flare, 0.40), (0.195 * w + flare, 0.465),
                (0.145 * w, 0.50)]  # fmt: skip
        canvas.ink(ink(dark, 0.80))
        canvas.path(taper([skull.on(side * x, y + dy - up, 0.16) for x, y in hole], 0.024))
        canvas.ink(ink(dark, 0.45 + 0.25 * pose.tension + 0.2 * pose.sneer * (side < 0)))
        canvas.path(taper([skull.on(side * x, y + dy - up, 0.09) for x, y in wing], 0.014))
