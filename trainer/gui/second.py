"""A second start on a data folder whose window is open: it hands over what it was to open."""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from trainer.app.paths import Home

if TYPE_CHECKING:  # its library waits until after the first paint, or until a window is there
    from PySide6.QtNetwork import QLocalSocket

_CONNECT_MS, _ANSWER_MS = 500, 5_000
_MOST_BYTES = 1_000_000
_HEARD = b"heard\n"
_LONGEST = 100  # bytes in the name of a socket, as far as systems go


def hand_over(home: Home, paths: Sequence[Path]) -> bool:
    """Give the paths to the window that is open on this folder; False when there is none."""
    where = Path(_name(home))
    if where.is_absolute() and not where.exists():
        return False
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_name(home))
    if not socket.waitForConnected(_CONNECT_MS):
        return False
    socket.write(json.dumps([str(path) for path in paths]).encode() + b"\n")
    return socket.waitForReadyRead(_ANSWER_MS) and socket.readAll().data() == _HEARD


class Listening(QObject):
    """Hears what second starts hand over; only the same person's can."""

    def __init__(self, window: QWidget, home: Home, take_in: Callable[[list[Path]], None]) -> None:
        from PySide6.QtNetwork import QLocalServer

        super().__init__(window)
        self._window, self._take_in = window, take_in
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._came)
        # Nobody answered there before: what lies in the way was left by a crash.
        if not self._server.listen(_name(home)):
            QLocalServer.removeServer(_name(home))
            self._server.listen(_name(home))

    def close(self) -> None:
        """Hear nothing more."""
        self._server.close()

    def _came(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda one=socket: self._read(one))
            self._read(socket)

    def _read(self, socket: "QLocalSocket") -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        try:
            found = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            socket.abort()
            return
        socket.write(_HEARD)
        socket.flush()
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()
        if isinstance(found, list):
            self._take_in([Path(one) for one in found if isinstance(one, str)])


def _name(home: Home) -> str:
    """Where the window of this folder listens: in a folder of the person's own."""
    mark = f"attune-{hashlib.sha256(str(home.folder).encode()).hexdigest()[:16]}"
    if sys.platform == "win32":  # a pipe, which has no folder
        return mark
    own = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(own) / mark if own else home.folder / "window.socket"
    return str(path) if len(os.fsencode(path)) <= _LONGEST else mark
