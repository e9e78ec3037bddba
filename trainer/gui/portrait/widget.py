"""The portrait as a widget: rounded, filling, named for screen readers."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from trainer.gui.portrait.affects import POSES
from trainer.gui.portrait.looks import look_for
from trainer.gui.portrait.painter import PortraitPainter
from trainer.gui.portrait.pose import Pose

RADIUS = 12.0


class PortraitWidget(QWidget):
    """Shows one client in the pose last set. Whoever plays the clip sets poses; no own timer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look_id = ""
        self._pose = POSES["neutral"]
        self._painter = PortraitPainter(look_for(""))
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("The client"))
        self.set_look("")

    @property
    def look_id(self) -> str:
        """The look that was asked for, known or not."""
        return self._look_id

    @property
    def pose(self) -> Pose:
        """The pose being shown."""
        return self._pose

    def set_look(self, look_id: str) -> None:
        """Show the client called ``look_id``; a neutral person when it is unknown."""
        look = look_for(look_id)
        self._look_id = look_id
        if look is not self._painter.look:
            self._painter = PortraitPainter(look)
        self.setAccessibleDescription(look.words)
        self.update()

    def set_pose(self, pose: Pose) -> None:
        """Show ``pose``; repaints only when it differs."""
        if pose != self._pose:
            self._pose = pose
            self.update()

    def sizeHint(self) -> QSize:
        """A 16:9 stage."""
        return QSize(960, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the client inside rounded corners."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        corners = QPainterPath()
        corners.addRoundedRect(area, RADIUS, RADIUS)
        painter.setClipPath(corners)
        try:
            self._painter.paint(painter, area, self._pose, self.devicePixelRatioF())
        finally:
            painter.end()
