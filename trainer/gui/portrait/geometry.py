"""Curves and colours that every part of the portrait is drawn with."""

import math
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QRadialGradient

Pt = tuple[float, float]


@lru_cache(maxsize=4096)
def mix(a: str, b: str, t: float) -> str:
    """The colour ``t`` (0..1) of the way from ``a`` to ``b``, all "#rrggbb"."""
    pairs = zip(_channels(a), _channels(b), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@lru_cache(maxsize=8192)
def _ink(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made


def ink(colour: str, opacity: float = 1.0) -> QColor:
    """A colour at ``opacity`` 0..1. Shared: never change what this returns."""
    return _ink(colour, min(255, max(0, round(opacity * 255))))


def spline(pts: Sequence[Pt], closed: bool = True, k: float = 1 / 6) -> QPainterPath:
    """A smooth curve through all ``pts`` (Catmull-Rom; smaller ``k`` is tauter)."""
    path = QPainterPath(QPointF(*pts[0]))
    _run(path, pts, closed, k)
    if closed:
        path.closeSubpath()
    return path


def _run(path: QPainterPath, pts: Sequence[Pt], closed: bool, k: float) -> None:
    # The innermost loop of a frame, 600 turns: no indexing.
    run = [pts[-1], *pts, pts[0], pts[1]] if closed else [pts[0], *pts, pts[-1]]
    curve = path.cubicTo
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(run, run[1:], run[2:], run[3:], strict=False):
        curve(
            bx + (cx - ax) * k, by + (cy - ay) * k,
            cx - (dx - bx) * k, cy - (dy - by) * k,
            cx, cy,
        )  # fmt: skip


def between(first: Sequence[Pt], second: Sequence[Pt]) -> QPainterPath:
    """The area between two smooth lines that run the same way."""
    path = QPainterPath(QPointF(*first[0]))
    _run(path, first, False, 1 / 6)
    back = list(reversed(second))
    path.lineTo(*back[0])
    _run(path, back, False, 1 / 6)
    path.closeSubpath()
    return path


def brush_stroke(pts: Sequence[Pt], widths: Sequence[float]) -> QPainterPath:
    """A filled stroke along ``pts`` with a half-width at each of them, as a soft pen draws."""
    left: list[Pt] = []
    right: list[Pt] = []
    last = len(pts) - 1
    for i, (x, y) in enumerate(pts):
        ax, ay = pts[max(0, i - 1)]
        bx, by = pts[min(last, i + 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = (ay - by) / length * widths[i], (bx - ax) / length * widths[i]
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return between(left, right)


def taper(pts: Sequence[Pt], width: float, end: float = 0.15) -> QPainterPath:
    """A stroke ``width`` thick (half) in its middle that thins to ``end`` of it at both ends."""
    last = len(pts) - 1
    shape = [end + (1 - end) * math.sin(math.pi * i / last) for i in range(last + 1)]
    return brush_stroke(pts, [width * s for s in shape])


def along(start: Pt, end: Pt, *stops: tuple[float, QColor]) -> QLinearGradient:
    """A straight gradient with (position 0..1, colour) stops."""
    gradient = QLinearGradient(QPointF(*start), QPointF(*end))
    for at, colour in stops:
        gradient.setColorAt(at, colour)
    return gradient


def glow(centre: Pt, radius: float, colour: str, opacity: float) -> QRadialGradient:
    """A soft spot of ``colour`` that fades to nothing at ``radius``."""
    gradient = QRadialGradient(QPointF(*centre), radius)
    gradient.setColorAt(0.0, ink(colour, opacity))
    gradient.setColorAt(0.45, ink(colour, opacity * 0.55))
    gradient.setColorAt(1.0, ink(colour, 0.0))
    return gradient
