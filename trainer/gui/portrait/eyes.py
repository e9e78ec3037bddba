"""Eyes, brows, tears and glasses: what a stranger reads first."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.geometry import (
    Pt,
    along,
    between,
    brush_stroke,
    ink,
    mix,
    spline,
    taper,
)  # fmt: skip
from trainer.gui.portrait.pose import ease
from trainer.gui.portrait.skull import Skull

# Along the lid from the inner corner (-1) to the outer (1): how much of the full height.
_UPPER = ((-1.0, 0.0), (-0.62, 0.72), (-0.12, 1.0), (0.45, 0.84), (0.80, 0.42), (1.0, 0.0))
_LOWER = ((-1.0, 0.0), (-0.62, 0.52), (0.0, 0.92), (0.50, 1.0), (0.82, 0.60), (1.0, 0.0))


class Eye:
    """One eye's lines on the picture. ``side`` is -1 left, 1 right."""

    def __init__(self, skull: Skull, side: int) -> None:
        look, pose = skull.look, skull.pose
        self.skull, self.side = skull, side
        lid = min(1.0, max(0.0, pose.lid) + 0.16 * max(0.0, pose.gaze_y) * (1 - pose.lid))
        self.lid = min(1.0, lid + 0.18 * pose.squint * (1 - lid))
        if side > 0 and pose.brow_skew > 0:
            self.lid = min(1.0, self.lid + 0.16 * pose.brow_skew)
        self.high = 0.166 * look.eye_h * (1 - self.lid) + 0.012 * max(0.0, -pose.gaze_y)
        self.low = 0.072 * look.eye_h * (1 - 0.62 * pose.squint)
        # A brow pressed down flattens the inner lid; a brow drawn up in distress lets the outer
        # lid hang. Both tilt the whole opening.
        self.slant = 0.032 * pose.brow_inner - look.eye_slant
        meet = 0.55 * self.low
        self.upper = [self._at(u, meet * self.lid * (1 - u * u) - self.high * h) for u, h in _UPPER]
        self.lower = [self._at(u, self.low * h) for u, h in _LOWER]

    def _at(self, u: float, dy: float) -> Pt:
        look = self.skull.look
        corner = 0.016 if u < -0.9 else 0.0
        x = self.side * (look.eye_x + u * look.eye_w)
        return self.skull.on(x, dy + corner + u * self.slant)

    def above(self, gap: float) -> list[Pt]:
        """The line ``gap`` over the upper lid."""
        return [(x, y - gap) for x, y in self.upper]


def draw_eyes(canvas: Canvas, skull: Skull) -> None:
    """Both eyes, tears included."""
    for side in (-1, 1):
        eye = Eye(skull, side)
        _ball(canvas, eye)
        _lids(canvas, eye)
        if skull.pose.tears > 0.25:
            _tear(canvas, eye)


def _ball(canvas: Canvas, eye: Eye) -> None:
    look, pose = eye.skull.look, eye.skull.pose
    if eye.lid > 0.93:
        return
    opening = between(eye.upper, eye.lower)
    white = mix(mix("#f3ece2", look.skin, 0.16), "#c9645a", 0.26 * pose.tears)
    canvas.ink(ink(mix(white, look.shade, 0.0 if eye.side < 0 else 0.14)))
    canvas.path(opening)
    with canvas.inside(opening):
        corner = eye.upper[0]
        canvas.ink(ink("#c06a5e", 0.55))
        canvas.oval((corner[0] + eye.side * 0.01, corner[1]), 0.034, 0.03)
        _iris(canvas, eye)
        shade = [(x, y + 0.040) for x, y in eye.upper]
        canvas.ink(ink("#2a1512", 0.34))
        canvas.path(between(eye.upper, shade))
        if pose.tears > 0.1:
            wet = [(x, y - 0.016) for x, y in eye.lower]
            canvas.ink(ink("#ffffff", 0.65 * pose.tears))
            canvas.path(between(wet, eye.lower))


def _iris(canvas: Canvas, eye: Eye) -> None:
    look, pose = eye.skull.look, eye.skull.pose
    reach_y = 0.055 if pose.gaze_y > 0 else 0.040
    x, y = eye.skull.on(
        eye.side * (look.eye_x - 0.008) + pose.gaze_x * 0.105, -0.030 + pose.gaze_y * reach_y
    )
    r = 0.105
    canvas.ink(ink(mix(look.iris, "#0c0807", 0.62)))
    canvas.oval((x, y), r, r)
    canvas.ink(
        along((x, y - r), (x, y + r), (0.0, ink(mix(look.iris, "#0c0807", 0.5))),
              (0.55, ink(look.iris)), (1.0, ink(mix(look.iris, "#f3d9a8", 0.35))))
    )  # fmt: skip
    canvas.oval((x, y), r * 0.86, r * 0.86)
    canvas.ink(ink("#0d0908"))
    canvas.oval((x, y), 0.047, 0.047)
    canvas.ink(ink("#ffffff", 0.92))
    canvas.oval((x - 0.036, y - 0.040), 0.020, 0.022)
    canvas.ink(ink("#ffffff", 0.22 + 0.5 * pose.tears))
    canvas.oval((x + 0.034, y + 0.046), 0.016, 0.013)


def _lids(canvas: Canvas, eye: Eye) -> None:
    look, pose = eye.skull.look, eye.skull.pose
    dark = mix(mix(look.brow, look.shade, 0.25), "#120b0a", 0.55)
    heavy = 0.009 + 0.015 * look.lash
    # The lid itself shows as skin once it is lowered.
    fold = eye.above(0.035 + 0.035 * (1 - look.hood) + 0.055 * eye.lid)
    lowered = ease((eye.lid - 0.12) / 0.12)
    if lowered > 0.0:
        canvas.ink(ink(mix(look.skin, look.shade, 0.30), min(0.9, eye.lid * 1.6) * lowered))
        canvas.path(between(fold, eye.upper))
    crease = 0.50 - 0.22 * max(0.0, -pose.brow_inner)
    canvas.ink(ink(mix(look.shade, "#3a1a14", 0.35), crease))
    canvas.path(taper(fold, 0.012))
    if look.hood > 0.4:
        canvas.ink(ink(mix(look.skin, look.shade, 0.55), 0.35 * look.hood))
        canvas.path(between(fold, eye.upper))
    canvas.ink(ink(mix(look.shade, "#5a2018", 0.3 + 0.4 * pose.tears), 0.50))
    canvas.path(taper(eye.lower[1:], 0.010))
    canvas.ink(ink(dark, 0.94))
    widths = [heavy * w for w in (0.45, 0.85, 1.1, 1.25, 1.2, 0.5)]
    upper = list(eye.upper)
    if look.lash > 0.5:  # a flick beyond the outer corner
        x, y = upper[-1]
        upper[-1] = (x + eye.side * 0.028 * look.lash, y - 0.010 * look.lash)
    canvas.path(brush_stroke(upper, widths))
    if pose.squint > 0.3:
        pts = [(x, y + 0.050) for x, y in eye.lower[1:5]]
        canvas.ink(ink(look.shade, 0.55 * pose.squint * ease((pose.squint - 0.3) / 0.12)))
        canvas.path(taper(pts, 0.016))


def _tear(canvas: Canvas, eye: Eye) -> None:
    skull, side = eye.skull, eye.side
    wet = (skull.pose.tears - 0.25) / 0.75
    ex = skull.look.eye_x
    end = 0.20 + (0.62 if side < 0 else 0.20) * wet
    track = [(ex + 0.02, 0.075), (ex + 0.045, 0.22), (ex + 0.035, 0.36), (ex + 0.05, 0.50)]
    pts = [(side * x, 0.075 + (y - 0.075) * (end - 0.075) / 0.425) for x, y in track]
    line = skull.line(pts, 0.02)
    canvas.ink(ink(skull.look.shade, 0.30 * wet))
    canvas.path(brush_stroke([(x + 0.012, y) for x, y in line], (0.008, 0.012, 0.014, 0.020)))
    canvas.ink(ink(mix(skull.look.light, "#ffffff", 0.45), 0.55 * wet))
    canvas.path(brush_stroke(line, (0.004, 0.011, 0.008, 0.016)))
    x, y = line[-1]
    canvas.oval((x, y), 0.017, 0.022)
    canvas.ink(ink("#ffffff", 0.80 * wet))
    canvas.oval((x - 0.004, y + 0.004), 0.008, 0.011)


def draw_brows(canvas: Canvas, skull: Skull) -> None:
    """Both brows: a soft mass with hairs in it."""
    look, pose = skull.look, skull.pose
    for side in (-1, 1):
        skew = -side * pose.brow_skew
        raised = 0.105 * pose.brow_raise + (0.10 if skew > 0 else 0.06) * skew
        pts = _brow_line(skull, side, raised)
        w = 0.040 * look.brow_w
        canvas.ink(ink(look.brow, 0.88))
        canvas.path(brush_stroke(pts, (w * 0.30, w * 0.78, w * 1.05, w * 0.95, w * 0.60, 0.006)))
        _brow_hairs(canvas, skull, pts, w)


def _brow_line(skull: Skull, side: int, raised: float) -> list[Pt]:
    look, inner = skull.look, skull.pose.brow_inner
    sad, mad = max(0.0, inner), max(0.0, -inner)
    y = -0.315 + look.brow_y - raised
    arch = 0.055 * look.brow_arch
    knit = sad * min(1.0, 1.6 * skull.pose.tension)  # worry also draws them together
    close = 0.045 * mad + 0.025 * sad + 0.028 * knit
    x = look.eye_x
    pts = (
        (x - 0.265 - close, y + 0.024 - 0.130 * sad + 0.132 * mad),
        (x - 0.235 - close, y + 0.017 - 0.122 * sad + 0.126 * mad),
        (x - 0.120 - close * 0.5, y - 0.3 * arch - 0.065 * sad + 0.092 * mad),
        (x + 0.030, y - 0.8 * arch + 0.005 * sad + 0.036 * mad),
        (x + 0.165, y - arch + 0.045 * sad - 0.008 * mad),
        (x + 0.305, y + 0.055 + 0.070 * sad - 0.004 * mad),
    )
    return skull.line([(side * px, py) for px, py in pts], 0.03)


def _brow_hairs(canvas: Canvas, skull: Skull, pts: list[Pt], w: float) -> None:
    path = QPainterPath()
    for i, (x, y) in enumerate(pts[1:4]):
        nx, ny = pts[i + 2]
        for k in (0.1, 0.5):
            hx, hy = x + (nx - x) * k, y + (ny - y) * k
            path.moveTo(hx, hy + w * (0.9 - 0.2 * i))
            path.lineTo(hx + (nx - x) * 0.55, hy + (ny - y) * 0.55 - w * 0.75)
    canvas.stroke(path, ink(mix(skull.look.brow, "#000000", 0.3), 0.20), 0.013)


def draw_glasses(canvas: Canvas, skull: Skull) -> None:
    """Thin round-cornered frames with a breath of reflection."""
    on = skull.on
    frame = ink("#4a3f3c", 0.92)
    ex = skull.look.eye_x
    for side in (-1, 1):
        rim = [(-0.265, -0.17), (0.0, -0.205), (0.265, -0.17), (0.295, 0.02), (0.20, 0.19),
               (0.0, 0.235), (-0.20, 0.19), (-0.285, 0.02)]  # fmt: skip
        lens = spline([on(side * (ex + x), y, 0.10) for x, y in rim])
        canvas.ink(ink("#ffffff", 0.05))
        canvas.path(lens)
        canvas.stroke(lens, frame, 0.024)
        hinge, ear = on(side * (ex + 0.29), -0.06, 0.10), on(side * 1.02, -0.10)
        canvas.line(hinge, ear, frame, 0.024)
        shine = [on(side * ex + x, y, 0.10) for x, y in
                 ((-0.20, -0.10), (-0.08, -0.165), (-0.13, 0.02), (-0.22, 0.08))]  # fmt: skip
        canvas.ink(ink("#ffffff", 0.13))
        canvas.path(spline(shine, True, 1 / 9))
    bridge = QPainterPath(QPointF(*on(-ex + 0.275, -0.05, 0.10)))
    bridge.quadTo(QPointF(*on(0, -0.13, 0.2)), QPointF(*on(ex - 0.275, -0.05, 0.10)))
    canvas.stroke(bridge, frame, 0.024)
