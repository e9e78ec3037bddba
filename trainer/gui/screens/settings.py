"""Settings, made from the one list of options; devices with a live level; where the data lies."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.desk import Desk
from trainer.app.settings import OPTIONS, Option
from trainer.gui import devices, theme
from trainer.gui.screen import Screen
from trainer.gui.widgets.address import AddressCard
from trainer.gui.widgets.camera import CameraCheck
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.consent import SameForAll
from trainer.gui.widgets.microphone import MicrophoneCheck
from trainer.gui.widgets.person import PersonCard
from trainer.gui.widgets.place import PlaceLine
from trainer.gui.widgets.privacy import PrivacyCard

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class SettingsScreen(Screen):
    """Every change counts at once and is kept at once."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.microphone = MicrophoneCheck(desk.home.folder, desk.settings.text("microphone"))
        self.microphone.chosen.connect(partial(self._set, "microphone"))
        self.camera = CameraCheck(desk.settings.text("camera"), window.make_camera)
        self.camera.chosen.connect(partial(self._set, "camera"))
        self._lay_out()

    def entered(self) -> None:
        """Show who is here, and the live level."""
        self.person.read()
        self.address.read()
        self.microphone.begin()

    def left(self) -> None:
        """Let go of the microphone and the camera."""
        self.microphone.end()
        self.camera.end()

    def _set(self, key: str, value: str | bool | int) -> None:
        self._desk.settings.set(key, value)
        if key in ("theme", "text_size"):
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            settings = self._desk.settings
            theme.apply(app, settings.text("theme"), settings.number("text_size"))
            self._window.restyled()
            # The page has grown or shrunk around it: once the layout knows, it is seen again.
            QTimer.singleShot(0, self, self._show_focus)

    def _show_focus(self) -> None:
        focused = self.focusWidget()
        if focused is not None:
            self._area.ensureWidgetVisible(focused)

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Settings"))
        theme.big(title, 1.7, bold=True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        column.addWidget(title)
        groups = dict.fromkeys(option.group for option in OPTIONS if not option.hidden)
        for group in groups:
            card, lines = self._group(group)
            if group == "Recordings":
                self.same = SameForAll(self._desk, self._window.failed)
                lines.addWidget(self.same)
            column.addWidget(card)
        self.person = PersonCard(self._desk, self._window.failed)
        self.person.other.connect(self._window.another_person)
        column.addWidget(self.person)
        self.address = AddressCard(self._desk, self._window.failed)
        column.addWidget(self.address)
        self.privacy = PrivacyCard(self._desk, self._window.failed)
        self.privacy.all_gone.connect(self._window.start_over)
        door = self._window.door
        assert door is not None
        self.privacy.new_passphrase.connect(door.new_passphrase)
        self.privacy.recovery_key.connect(door.show_recovery_key)
        self.privacy.lock_off.connect(door.take_lock_off)
        column.addWidget(self.privacy)
        column.addStretch()
        self._area = area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _group(self, group: str) -> tuple[QFrame, QVBoxLayout]:
        card, column = _card(self.tr(group))
        for option in OPTIONS:
            if option.group != group or option.hidden:
                continue
            label = QLabel(self.tr(option.label))
            label.setToolTip(self.tr(option.help))
            editor = self._editor(option)
            editor.setAccessibleName(self.tr(option.label))
            editor.setAccessibleDescription(self.tr(option.help))
            if option.key == "camera":
                column.addWidget(editor)  # it says what it is by itself
            elif option.key == "place":
                column.addWidget(editor)
                column.addWidget(quiet(self.tr(option.help)))
            elif isinstance(editor, QCheckBox):
                said = QLabel(self.tr(option.help), wordWrap=True)
                said.setProperty("quiet", True)
                column.addWidget(editor)
                column.addWidget(said)
            else:
                label.setBuddy(editor)
                column.addWidget(label)
                column.addWidget(editor)
        return card, column

    def _editor(self, option: Option) -> QWidget:
        settings = self._desk.settings
        if option.key == "microphone":
            return self.microphone
        if option.key == "camera":
            return self.camera
        if option.key == "place":
            return PlaceLine(
                settings.text("place"), partial(self._set, "place"), self._window.failed,
                self._desk.runner,
            )  # fmt: skip
        if isinstance(option.default, bool):
            box = QCheckBox(self.tr(option.label))
            box.setChecked(settings.flag(option.key))
            box.toggled.connect(partial(self._set, option.key))
            return box
        choice = Choice()
        choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(18)
        if option.key == "speaker":
            choice.addItem(self.tr("The system's own choice"), "")
            for device in devices.outputs():
                choice.addItem(device.description, device.id)
            now: str | int = settings.text(option.key)
        else:
            is_number = isinstance(option.default, int)
            now = settings.number(option.key) if is_number else settings.text(option.key)
            suffix = " %" if option.key == "text_size" else ""
            for index, value in enumerate(option.choices):
                text = self.tr(option.labels[index]) if option.labels else f"{value}{suffix}"
                choice.addItem(text, value)
        choice.setCurrentIndex(max(choice.findData(now), 0))
        choice.activated.connect(
            lambda _index, key=option.key: self._set(key, choice.currentData())
        )
        return choice


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(20, 16, 20, 16)
    column.setSpacing(8)
    heading = QLabel(title)
    theme.big(heading, 1.15, bold=True)
    column.addWidget(heading)
    return card, column
