"""Puts the client into the room, at any size."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from trainer.gui.portrait import eyes, head, mouth
from trainer.gui.portrait.arms import draw_arms
from trainer.gui.portrait.body import UNIT, Torso, draw_torso
from trainer.gui.portrait.canvas import Canvas
from trainer.gui.portrait.clothes import draw_collar
from trainer.gui.portrait.geometry import Pt
from trainer.gui.portrait.hair import Hairdo, covers_ears
from trainer.gui.portrait.looks import Look
from trainer.gui.portrait.pose import Pose
from trainer.gui.portrait.room import draw_chair, draw_room
from trainer.gui.portrait.skin import Skin
from trainer.gui.portrait.skull import TILT, Skull

STAGE_W, STAGE_H = 1280.0, 720.0
_HEAD_W, _HEAD_H = 430.0, 500.0  # stage units that always stay in the picture
_HEAD_Y = 316.0
_BELOW = 190.0  # how much further down client and chair are drawn, for tall pictures
_SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform


class PortraitPainter:
    """Draws one look in any pose, on any thread, one frame at a time. Keeps the newest room."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._room: QImage | None = None
        self._room_key: tuple[int, int] = (0, 0)
        self._surfaces_made: tuple[Hairdo, Skin] | None = None
        self._surface_scale = 1.0

    def paint(self, painter: QPainter, rect: QRectF, pose: Pose, dpr: float = 1.0) -> None:
        """Fill ``rect`` (logical pixels) with the client; ``dpr`` is the device pixel ratio."""
        if rect.width() < 1 or rect.height() < 1:
            return
        painter.save()
        painter.setRenderHints(_SMOOTH)
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.drawImage(rect, self._background(rect, dpr), QRectF(self._pixels(rect, dpr)))
        scale, dx, dy = framing(rect.width(), rect.height())
        painter.translate(rect.x() + dx, rect.y() + dy)
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        self._figure(painter, pose, *self._surfaces(scale * dpr))
        painter.restore()

    def _pixels(self, rect: QRectF, dpr: float) -> QRectF:
        return QRectF(0, 0, max(1, round(rect.width() * dpr)), max(1, round(rect.height() * dpr)))

    def _background(self, rect: QRectF, dpr: float) -> QImage:
        pixels = self._pixels(rect, dpr)
        key = (int(pixels.width()), int(pixels.height()))
        if self._room is None or key != self._room_key:
            scale, dx, dy = framing(*key)
            image = draw_room(QSize(*key), self.look, (scale, dx, dy))
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(dx, dy)
            painter.scale(scale, scale)
            draw_chair(painter, self.look)
            painter.end()
            self._room, self._room_key = image, key
        return self._room

    def _surfaces(self, scale: float) -> tuple[Hairdo, Skin]:
        pixels = scale * UNIT * 1.1
        made = self._surface_scale
        # Near enough is good enough while a window is being resized.
        if self._surfaces_made is None or not 0.9 < pixels / made < 1.12:
            self._surfaces_made = (Hairdo(self.look, pixels), Skin(self.look, pixels))
            self._surface_scale = pixels
        return self._surfaces_made

    def _figure(self, painter: QPainter, pose: Pose, hair: Hairdo, skin: Skin) -> None:
        zoom = 1.10 + 0.075 * pose.lean - 0.05 * pose.arms
        painter.translate(640, 400 - 14 * pose.arms)
        painter.scale(zoom, zoom)
        painter.translate(-640, -400)
        at = head_at(pose)
        torso = Torso(self.look, pose, at)
        skull = Skull(self.look, pose)
        _in_head(painter, at, pose, 0.7, lambda canvas: hair.draw_back(canvas, skull))
        draw_torso(painter, torso)
        draw_collar(painter, torso)
        draw_arms(painter, torso)
        _in_head(painter, at, pose, 0.7, lambda canvas: hair.draw_drapes(canvas, skull))
        _in_head(painter, at, pose, 1.0, lambda canvas: _head(canvas, skull, hair, skin))


def framing(width: float, height: float) -> tuple[float, float, float]:
    """Scale and offset that fill width x height with the stage, the head always inside."""
    scale = max(width / STAGE_W, height / STAGE_H)
    scale = min(scale, width / _HEAD_W, height / _HEAD_H)
    dx = width / 2 - 640 * scale
    seen = height / scale
    spare = seen - STAGE_H
    if spare < 0:
        return scale, dx, spare * 0.28 * scale  # a flat picture is cropped mostly below
    return scale, dx, (spare - min(_BELOW, spare * 0.4)) * scale


def head_at(pose: Pose) -> Pt:
    """Where the middle of the head is on the stage."""
    x = 640 + pose.twist * 10 + pose.yaw * 8 + pose.tilt * 14
    y = _HEAD_Y - 3 * pose.lean + max(0.0, pose.pitch) * 16 + pose.pitch * 6
    return x, y - pose.shoulder * 5 - pose.breath * 1.8


def _in_head(
    painter: QPainter, at: Pt, pose: Pose, share: float, draw: Callable[[Canvas], None]
) -> None:
    painter.save()
    painter.translate(QPointF(*at))
    painter.translate(0, 0.75 * UNIT)
    painter.rotate(pose.tilt * TILT * share)
    painter.translate(0, -0.75 * UNIT)
    draw(Canvas(painter, UNIT))
    painter.restore()


def _head(canvas: Canvas, skull: Skull, hair: Hairdo, skin: Skin) -> None:
    if not covers_ears(skull.look):
        head.draw_ears(canvas, skull)
    face = head.outline(skull)
    skin.draw(canvas, skull, face)
    head.draw_lines(canvas, skull)
    head.draw_nose(canvas, skull)
    mouth.draw_mouth(canvas, skull)
    eyes.draw_eyes(canvas, skull)
    eyes.draw_brows(canvas, skull)
    if skull.look.glasses:
        eyes.draw_glasses(canvas, skull)
    hair.draw_front(canvas, skull)
