"""Choosing a microphone and hearing oneself through it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer.domain.errors import KnownError
from trainer.gui import devices
from trainer.gui.player import QtPlayer
from trainer.gui.recorder import QtRecorder
from trainer.gui.sources import CONNECT
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.ring import FLOOR_DBFS
from trainer.media.ports import PRE_ROLL_S, Level, Moment, Recorder

MORE_MS = 2000
QUIET_DBFS = -45.0


class MicrophoneCheck(QWidget):
    """A choice of microphone, a live level, and four seconds to speak and hear back."""

    chosen = Signal(str)
    heard = Signal()

    def __init__(
        self,
        folder: Path,
        device_id: str,
        parent: QWidget | None = None,
        make_recorder: Callable[[str | None], Recorder] | None = None,
    ) -> None:
        super().__init__(parent)
        self._file = folder / "microphone-check.wav"
        self._make_recorder = make_recorder or QtRecorder
        self._recorder: Recorder | None = None
        self._loudest = -120.0
        self._player = QtPlayer(parent=self)
        self._player.on_ended = self._played
        self._player.on_failed = lambda error: self._say(str(error))
        self._later = QTimer(self, singleShot=True)
        self._lay_out()
        self._fill(device_id)
        self._choice.currentIndexChanged.connect(self._choose)

    def begin(self) -> None:
        """Listen to the chosen microphone; says so when there is none."""
        self.end()
        self._recorder = self._make_recorder(self.device_id() or None)
        self._recorder.on_level = self._show_level
        self._recorder.on_trouble = lambda error: self._say(str(error))
        self._recorder.on_over = lambda _error: self._say(self.tr("Now it is heard."))
        try:
            self._recorder.open()
        except KnownError as error:
            self._recorder = None
            # Where this check stands, one is chosen in the list above, not in Settings.
            told = self.tr("{0}. Connect one, or choose another one above.").format(error.text)
            self._say(told if error.hint == CONNECT else str(error))
            self._try.setEnabled(False)
            return
        self._try.setEnabled(True)
        self._say(self.tr("Say something: the bar should move."))

    def end(self) -> None:
        """Let go of the microphone and delete the test recording."""
        self._later.stop()
        self._player.stop()
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None
        self._file.unlink(missing_ok=True)

    def device_id(self) -> str:
        """The chosen microphone; empty for the system's own."""
        return str(self._choice.currentData() or "")

    def _fill(self, device_id: str) -> None:
        self._choice.addItem(self.tr("The system's own choice"), "")
        for device in devices.inputs():
            self._choice.addItem(device.description, device.id)
        index = self._choice.findData(device_id)
        self._choice.setCurrentIndex(max(index, 0))

    def _choose(self) -> None:
        self.chosen.emit(self.device_id())
        self.begin()

    def _show_level(self, level: Level) -> None:
        self._level.setValue(round(100 * max(0.0, 1 - level.rms_dbfs / FLOOR_DBFS)))
        self._loudest = max(self._loudest, level.rms_dbfs)

    def _record(self) -> None:
        if self._recorder is None:
            return
        self._player.stop()
        self._loudest = -120.0
        if self._try.hasFocus():
            self.setFocus()  # else the next control had it
        self._try.setEnabled(False)
        self._say(self.tr('Speak now, as you would to a client: "I\'m glad you told me that."'))
        # The recorder keeps the seconds before it begins: beginning late records from the click.
        self._wait(round(PRE_ROLL_S * 1000), self._begin_file)

    def _begin_file(self) -> None:
        if self._recorder is not None:
            self._file.unlink(missing_ok=True)
            self._attempt(lambda recorder: recorder.begin(self._file))
            self._wait(MORE_MS, self._play_back)

    def _play_back(self) -> None:
        self._attempt(lambda recorder: recorder.finish())
        self._try.setEnabled(True)
        if self.hasFocus():
            self._try.setFocus()
        if self._loudest < QUIET_DBFS:
            self._say(
                self.tr("Almost nothing was heard. Choose another microphone or come closer.")
            )
            return
        self._say(self.tr("This is how you sound …"))
        self._player.play(self._file)

    def _played(self, _moment: Moment) -> None:
        self._say(self.tr("If you could hear yourself clearly, all is well."))
        self.heard.emit()

    def _attempt(self, act: Callable[[Recorder], object]) -> None:
        if self._recorder is not None:
            try:
                act(self._recorder)
            except KnownError as error:
                self._say(str(error))

    def _wait(self, milliseconds: int, then: Callable[[], None]) -> None:
        self._later.stop()
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(then)
        self._later.start(milliseconds)

    def _say(self, text: str) -> None:
        self._message.setText(text)

    def _lay_out(self) -> None:
        self._choice = Choice()
        self._choice.setAccessibleName(self.tr("Microphone"))
        self._choice.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._choice.setMinimumContentsLength(18)
        self._level = QProgressBar(textVisible=False, maximum=100)
        self._level.setAccessibleName(self.tr("Microphone level"))
        self._try = QPushButton(self.tr("Record four seconds and listen"))
        self._try.clicked.connect(self._record)
        self._message = QLabel(wordWrap=True)
        self._message.setProperty("quiet", True)
        row = QHBoxLayout()
        row.addWidget(self._try)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._choice)
        column.addWidget(self._level)
        column.addLayout(row)
        column.addWidget(self._message)
