"""Answers that were cut off by a crash, on Today: heard, kept or deleted."""

from collections.abc import Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from trainer.app import interrupted, takes
from trainer.app.desk import Desk
from trainer.app.films import keep_later
from trainer.domain.response import Response
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import notice
from trainer.gui.widgets.order import empty

if TYPE_CHECKING:
    from trainer.gui.player import QtPlayer


class CutOff(QWidget):
    """Hidden where there is none. ``gone`` when one was kept or deleted; ``back`` gives the focus
    to something else, which one of them had.
    """

    gone = Signal()

    def __init__(
        self, desk: Desk, failed: Callable[[BaseException], None], back: Callable[[], None]
    ) -> None:
        super().__init__()
        self._desk, self._failed, self._back = desk, failed, back
        self._shown: tuple[interrupted.Interrupted, ...] = ()
        self._keeping = set[str]()  # those that are on their way into the log (response ids)
        self._player: QtPlayer | None = None  # made when first needed
        self._reading = Event()  # ends the reading of the sound
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_those(self, found: tuple[interrupted.Interrupted, ...]) -> None:
        """Offer each of them."""
        self._shown = found
        empty(self._column, self._back)
        for take in found:
            self._column.addWidget(self._card(take))
        self.setVisible(bool(found))

    def silence(self) -> None:
        """Play no more."""
        self._reading.set()
        if self._player is not None:
            self._player.stop()

    def _card(self, take: interrupted.Interrupted) -> QFrame:
        who = self.tr("an unknown client")
        if take.plan is not None:
            ref = take.plan.vignette
            vignette = self._desk.library.vignette(ref.pack, ref.vignette)
            who = vignette.client.name if vignette else ref.vignette
        text = self.tr(
            "A recording was interrupted: your answer to {0}, {1:.0f} seconds. It was repaired."
        ).format(who, take.duration_s)
        play = QPushButton(self.tr("Play"))
        play.setAccessibleName(self.tr("Play the interrupted answer"))
        play.clicked.connect(partial(self._play, take))
        keep, discard = QPushButton(self.tr("Keep it")), QPushButton(self.tr("Delete it"))
        keep.setEnabled(take.plan is not None)
        keep.clicked.connect(partial(self._keep, take))
        discard.clicked.connect(partial(self._ask_discard, take, discard))
        return notice(text, play, keep, discard)

    def _play(self, take: interrupted.Interrupted) -> None:
        """Let it be heard before it is kept or deleted, from where the answer begins."""
        self.silence()
        if self._player is None:
            from trainer.gui.player import QtPlayer

            self._player = QtPlayer(self._desk.settings.text("speaker") or None, parent=self)
            self._player.on_failed = self._failed
        play = self._player.play
        from_s = max(0.0, take.begun.stimulus_end_s - 0.3) if take.begun else 0.0
        self._reading = self._desk.runner.background(
            lambda _cancel: interrupted.sound_of(take),
            lambda source: play(source, from_s=from_s),
            failed=self._failed,
            alive=alive(self),
        )

    def _keep(self, take: interrupted.Interrupted) -> None:
        if take.response_id in self._keeping:
            return
        self.silence()
        self._keeping.add(take.response_id)

        def not_kept(error: Exception) -> None:
            self._keeping.discard(take.response_id)
            self._failed(error)

        def kept(response: Response) -> None:
            self._forget(take)
            desk = self._desk
            clip = takes.clip_answered(desk.library.vignettes, response)
            takes.look_after(desk.runner, desk.home, response, clip, self._failed)

        self._desk.runner.change(
            lambda log: interrupted.keep(log, take), kept, not_kept, alive=alive(self)
        )
        keep_later(self._desk.runner, self._desk.home, take.response_id, self._failed)

    def _ask_discard(self, take: interrupted.Interrupted, button: QPushButton) -> None:
        """Deletion is real, so it is asked for once: the button itself becomes the question."""
        if take.response_id in self._keeping:
            return
        if button.property("asked"):
            self.silence()
            interrupted.discard(self._desk.home, take)
            self._forget(take)
        else:
            button.setProperty("asked", True)
            button.setText(self.tr("Really delete?"))

    def _forget(self, take: interrupted.Interrupted) -> None:
        self.show_those(tuple(one for one in self._shown if one is not take))
        self.gone.emit()
