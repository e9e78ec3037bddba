"""The warm, out-of-focus room behind the client."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPolygonF

from trainer.gui.portrait.geometry import along, glow, ink, mix, spline
from trainer.gui.portrait.looks import Look

_SOFT = 8  # the room is painted this much smaller, then enlarged: a cheap blur
_LEAVES = ((-62, -120), (-30, -190), (8, -215), (44, -180), (70, -118), (-84, -60), (88, -66))


def draw_room(size: QSize, look: Look, to_stage: tuple[float, float, float]) -> QImage:
    """The room at ``size`` device pixels; ``to_stage`` is (scale, dx, dy) of the figure's stage."""
    small = QSize(max(2, size.width() // _SOFT), max(2, size.height() // _SOFT))
    image = QImage(small, QImage.Format.Format_RGB32)
    image.fill(ink(look.wall))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.scale(small.width() / size.width(), small.height() / size.height())
    scale, dx, dy = to_stage
    painter.translate(dx, dy)
    painter.scale(scale, scale)
    seen = QRectF(-dx / scale, -dy / scale, size.width() / scale, size.height() / scale)
    _wall(painter, look, seen)
    _things(painter, look)
    _light(painter, seen)
    painter.end()
    return _enlarge(image, size)


def _enlarge(image: QImage, size: QSize) -> QImage:
    # Step by step: one big bilinear step would leave visible diamonds.
    smooth = Qt.TransformationMode.SmoothTransformation
    keep = Qt.AspectRatioMode.IgnoreAspectRatio
    while image.width() * 2 < size.width():
        image = image.scaled(image.width() * 2, image.height() * 2, keep, smooth)
    return image.scaled(size, keep, smooth)


def _wall(painter: QPainter, look: Look, seen: QRectF) -> None:
    shades = (
        (0.0, ink(mix(look.wall, "#fff6e4", 0.30))),
        (0.5, ink(look.wall)),
        (1.0, ink(mix(look.wall, "#4a3d33", 0.42))),
    )
    painter.fillRect(seen, along((0, 0), (1280, 620), *shades))


def _things(painter: QPainter, look: Look) -> None:
    """A curtained window's edge, a picture, a shelf with books, a plant, a lamp."""
    frame = mix(look.wall, "#3d3027", 0.55)
    painter.setBrush(ink(frame, 0.55))
    painter.drawRect(QRectF(944, 84, 196, 150))
    painter.setBrush(ink(mix(look.wall, "#f3e8d4", 0.7)))
    painter.drawRect(QRectF(956, 96, 172, 126))
    painter.setBrush(ink("#8d9a86", 0.8))
    painter.drawRect(QRectF(980, 158, 124, 44))
    painter.setBrush(ink("#b98a62", 0.6))
    painter.drawEllipse(QPointF(1062, 142), 22, 22)
    painter.setBrush(ink(frame, 0.75))
    painter.drawRect(QRectF(952, 446, 420, 16))
    books = ("#8f5d49", "#6c7a72", "#b59b6d", "#5d6470", "#a27b66", "#7d8a7c", "#8a5a52")
    x = 974.0
    for i, colour in enumerate(books):
        wide, high = 22 + (i * 7) % 13, 92 + (i * 23) % 44
        painter.setBrush(ink(mix(colour, look.wall, 0.28)))
        painter.drawRect(QRectF(x, 446 - high, wide, high))
        x += wide + 3
    _plant(painter)


def _plant(painter: QPainter) -> None:
    painter.setBrush(ink("#a5714f", 0.85))
    painter.drawPath(spline([(70, 520), (190, 520), (178, 640), (84, 640)], True, 1 / 12))
    for i, (x, y) in enumerate(_LEAVES):
        painter.setBrush(ink(mix("#5f7358", "#8a9a70", (i % 3) / 2), 0.9))
        cx, cy = 130 + x * 0.5, 510 + y * 0.5
        side = 20 if x >= 0 else -20
        painter.drawPath(
            spline([(130, 522), (cx - side, cy), (130 + x, 510 + y), (cx + side, cy + 10)])
        )


def _light(painter: QPainter, seen: QRectF) -> None:
    """Late sun through a window on the left, and the dimness away from it."""
    for x in (60, 250):
        for y in (10, 220):
            quad = [(x, y + 30), (x + 168, y), (x + 196, y + 172), (x + 28, y + 206)]
            painter.setBrush(ink("#fff3d6", 0.30))
            painter.drawPolygon(QPolygonF([QPointF(*p) for p in quad]))
    painter.fillRect(seen, glow((250, 180), 760, "#ffedc8", 0.34))
    painter.fillRect(seen, glow((1330, 800), 900, "#2b211c", 0.50))
    painter.fillRect(seen, glow((640, 330), 380, "#fff2dc", 0.16))


def draw_chair(painter: QPainter, look: Look) -> None:
    """The armchair's back, in stage coordinates, in focus."""
    cloth = mix(look.chair, look.wall, 0.12)
    back = [(398, 410), (452, 330), (560, 306), (640, 302), (720, 306), (828, 330), (882, 410)]
    outline = [*back, (908, 560), (940, 1100), (340, 1100), (372, 560)]
    path = spline(outline, True, 1 / 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink("#2a201a", 0.10))
    painter.drawPath(path.translated(16, 12))
    painter.setBrush(
        along(
            (360, 300), (930, 560),
            (0.0, ink(mix(cloth, "#fff0d8", 0.22))),
            (0.5, ink(cloth)),
            (1.0, ink(mix(cloth, "#1c1512", 0.42))),
        )
    )  # fmt: skip
    painter.drawPath(path)
    _wings(painter, cloth)


def _wings(painter: QPainter, cloth: str) -> None:
    for side in (-1, 1):
        tone = mix(cloth, "#fff0d8", 0.16) if side < 0 else mix(cloth, "#1c1512", 0.34)
        pts = [(252, 600), (300, 574), (352, 590), (382, 650), (400, 1100), (240, 1100), (236, 680)]
        painter.setBrush(ink(tone))
        painter.drawPath(spline([(640 + side * x, y) for x, y in pts], True, 1 / 7))
    seam = QPainterPath(spline([(408, 1100), (424, 470), (470, 366), (560, 340), (640, 336),
                                (720, 340), (810, 366), (856, 470),
                                (872, 1100)], False))  # fmt: skip
    painter.strokePath(seam, QPen(ink("#1c1512", 0.16), 3))
