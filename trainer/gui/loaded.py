"""What a media player plays: a file, or what is held in memory and must live as long as it."""

from PySide6.QtCore import QBuffer, QIODevice, QUrl
from PySide6.QtMultimedia import QMediaPlayer

from trainer.media.ports import Held, Source


class Loaded:
    """The source of one ``QMediaPlayer``."""

    def __init__(self, player: QMediaPlayer) -> None:
        self._player = player
        self._buffer: QBuffer | None = None

    def load(self, source: Source) -> None:
        """Begin to load a file, or bytes, of which Qt has a copy of its own until ``clear``."""
        self.clear()
        if not isinstance(source, Held):
            self._player.setSource(QUrl.fromLocalFile(str(source.absolute())))
            return
        # A child of the player, which reads it from other threads: it goes after the player.
        buffer = QBuffer(self._player)
        buffer.setData(source.data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._buffer = buffer
        self._player.setSourceDevice(buffer, QUrl.fromLocalFile(source.name))

    def clear(self) -> None:
        """Let go of the file, or of the bytes."""
        self._player.setSource(QUrl())  # returns when nothing reads any more
        if self._buffer is not None:
            self._buffer.close()
            self._buffer.deleteLater()
            self._buffer = None
