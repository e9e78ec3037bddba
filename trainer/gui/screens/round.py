"""Rating one response after another, blind, by keys alone."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QStackedWidget,
    QVBoxLayout,
)

from trainer.app.calibration import Revealed, reveal
from trainer.app.desk import Desk
from trainer.app.rating_round import RatingRound
from trainer.app.round_work import Opened, open_round
from trainer.domain.errors import KnownError
from trainer.domain.rounds import CALIBRATION, GATE, LIVES, Comment
from trainer.gui import devices
from trainer.gui.jobs import alive
from trainer.gui.player import QtPlayer
from trainer.gui.screen import Screen
from trainer.gui.widgets.anchors import AnchorRow
from trainer.gui.widgets.cards import plain
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.remarks import LETTERS
from trainer.gui.widgets.round_page import RoundDone, RoundPage
from trainer.gui.widgets.round_told import GatePage, ToldPage
from trainer.gui.widgets.sounds import Sounds

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

_LOADING, _RATING, _DONE, _TOLD, _BEFORE = range(5)
_HEARD = ("R", "C", "S", "Shift+S")  # beside what is told of a reference
_ALWAYS = ("Esc", "Return", "Enter", "Space")  # also where all is rated


class RoundScreen(Screen):
    """The whole window for one round: hear, rate, say why, next."""

    def __init__(self, desk: Desk, round_id: str, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.rating: RatingRound | None = None
        self._shown = ""  # the response whose sound is loaded, or being read
        self._sounds = Sounds(desk, window.failed, self)
        self._sounds.came.connect(self._have_sound)
        self._here = False  # shown, and not left yet
        self._before = False
        self._telling = False  # how a reference was rated, before the next one is shown
        self._held = False  # typing holds what played
        self._why_unheard: KnownError | None = None  # as was told
        self._typing_at_s: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Rating"))
        self._pages = QStackedWidget()
        self._message = plain(self.tr("Reading the round …"))
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        key_of(self, "Esc", self._escape)
        desk.runner.database(
            lambda log: open_round(log, desk.home, desk.library, round_id),
            self._begin,
            self._cannot_begin,
            alive=alive(self),
        )

    def entered(self) -> None:
        self._here = True
        self.setFocus()

    def left(self) -> None:
        if self.rating is not None and self._here:
            self._here = False
            self.page.hear.stop()
            self.rating.leave()

    # Beginning

    def _begin(self, opened: Opened) -> None:
        if not opened.work:
            self._message.setText(
                self.tr(
                    "Nothing of this round is left: its responses were forgotten, or those who "
                    "gave them do not agree to be rated any more."
                )
            )
            return
        self.page = RoundPage(opened.rubric, self._make_deck)
        self._done = RoundDone()
        self._pages.addWidget(self.page)
        self._pages.addWidget(self._done)
        self._told = ToldPage(opened.rubric)
        self._told.next.clicked.connect(self._go_on)
        self._pages.addWidget(self._told)
        gate = opened.round.kind == GATE and not any(one.rated for one in opened.work.values())
        self._before = gate  # what comes is said, and nothing heard, before the first response
        self._pages.addWidget(before := GatePage(len(opened.work)))
        before.begin.clicked.connect(self._begin_gate)
        before.leave_wanted.connect(self._escape)
        failed = self._window.failed
        rating = RatingRound(opened, self._desk.runner, self._changed, failed, failed)
        self.rating = rating
        self._connect(rating)
        self._make_keys(rating)
        self._changed()
        if (why := devices.no_output()) is not None and not self._window.to_nobody:
            self._cannot_hear(why)  # before anything is played, and before a gate is begun

    def _cannot_begin(self, error: BaseException) -> None:
        self._message.setText(self.tr("This round cannot be gone on with. Esc leads back."))
        self._window.failed(error)

    def _cannot_hear(self, why: KnownError) -> None:
        self._why_unheard = why
        if self.rating is not None:
            self.rating.can_hear(False)
        self._window.failed(why)

    def _hears(self, sounds: bool) -> None:
        if sounds and self._why_unheard is not None:
            self._window.banner.withdraw(self._why_unheard)
            self._why_unheard = None

    def _make_deck(self) -> QtPlayer:
        speaker, to_nobody = self._desk.settings.text("speaker"), self._window.to_nobody
        return QtPlayer(speaker or None, parent=self, to_nobody=to_nobody)

    # What is shown

    def _changed(self) -> None:
        rating = self.rating
        if rating is None or self._telling:
            return
        response_id = rating.candidate.response_id
        if response_id != self._shown:
            self._shown, self._held = response_id, False
            self._typing_at_s = rating.work.draft.typing_at_s
            self.page.show_another(rating)
            self._sounds.want(rating.candidate)
        self.page.show_work(rating)
        if rating.done:
            self.page.hear.stop()
            self._done.show_work(rating)
        self._turn_to(_DONE if rating.done else _BEFORE if self._before else _RATING)

    def _turn_to(self, page: int) -> None:
        """Show a page; what is rated is rated on its own page only."""
        if self._pages.currentIndex() == page:
            return
        self._pages.setCurrentIndex(page)
        for shortcut in self.findChildren(QShortcut):
            key = shortcut.key().toString()
            heard = page == _TOLD and key in _HEARD
            shortcut.setEnabled(page == _RATING or heard or key in _ALWAYS)
        if page == _RATING:
            self.setFocus()

    def _have_sound(self, response_id: str) -> None:
        rating = self.rating
        if rating is None or response_id != self._shown:
            return
        # What is rated already, or half typed, is not played over the rater's thoughts.
        at_once = not rating.work.rated and not rating.work.draft.typing
        at_once = at_once and self.isVisible() and self._pages.currentIndex() == _RATING
        line, film = self._sounds[response_id]
        self.page.hear.show_line(line, rating.blind.client, play=at_once)
        if rating.work.draft.typing and line.response is not None:
            self.page.hear.stand_at(self._typing_at_s or 0.0)  # where typing held it
            self._typing_at_s, self._held = self.page.hear.at_s, True
        if line.response is None:
            rating.unheard.add(response_id)
        else:
            rating.sound_read(response_id, *self.page.hear.answer())
        self.page.show_work(rating)
        about = rating.candidate.film
        if film is not None and about is not None:
            self.page.hear.show_film(film, about.starts_s, about.duration_s)
        after = rating.upcoming()
        if after is not None and not self._sounds.has(after):
            self._sounds.want(after)

    # What a rater does

    def _escape(self) -> None:
        if self.rating is not None and self.page.remarks.marking:
            self.page.remarks.set_marking(False)
            self.page.show_remarks(False)
        elif self.rating is not None and self.page.remarks.line.hasFocus():
            self.page.remarks.leave_line()
        else:
            self._window.go(self._room())

    def _room(self) -> str:
        """Where this round was begun."""
        live = self.rating is None or self.rating.round.kind in LIVES
        return "rate" if live else "calibration"

    def _enter(self, rating: RatingRound) -> None:
        if self._press_focused(but_anchors=True):
            return
        if self.page.remarks.line.hasFocus():
            self.page.remarks.finish_typing()
        elif self._pages.currentIndex() == _RATING:
            self._lock(rating)
        elif self._pages.currentIndex() == _TOLD:
            self._go_on()
        elif self._pages.currentIndex() == _BEFORE:
            self._begin_gate()

    def _begin_gate(self) -> None:
        self._before = False
        assert self.rating is not None
        self.rating.begin()
        self._changed()
        if self._sounds.has(self.rating.candidate):
            self._have_sound(self._shown)

    def _lock(self, rating: RatingRound) -> None:
        response_id = rating.candidate.response_id
        self._telling = rating.round.kind == CALIBRATION and not rating.work.rated
        if rating.lock() and self._telling:
            self.page.hear.stop()
            self._tell(rating, response_id)
        else:
            self._telling = False
            self.page.ask_to_hear(rating)

    def _tell(self, rating: RatingRound, response_id: str) -> None:
        """How the reference was rated, and why; then the next one."""
        desk = self._desk

        def told(found: Revealed | None) -> None:
            if found is None:
                self._go_on()
                return
            self._told.reveal.show(found)
            self._turn_to(_TOLD)
            self._told.next.setFocus()

        def failed(error: Exception) -> None:
            self._go_on()
            self._window.failed(error)

        desk.runner.database(
            lambda log: reveal(log, desk.library, rating.rubric, rating.round, response_id),
            told,
            failed,
            alive=alive(self),
        )

    def _go_on(self) -> None:
        self._telling = False
        self._changed()

    def _space(self) -> None:
        if not self._press_focused(but_anchors=False) and not self._before:
            self.page.hear.toggle()

    def _press_focused(self, *, but_anchors: bool) -> bool:
        """Who went to a button by Tab presses it; a click leaves the focus where it was."""
        focused = self.focusWidget()
        if isinstance(focused, AnchorRow):
            if but_anchors or not focused.by_tab:
                return False
        elif not isinstance(focused, QAbstractButton):
            return False
        focused.click()
        return True

    def _letter(self, rating: RatingRound, letter: str) -> None:
        page = self.page
        if page.remarks.marking:
            page.remarks.press(letter.lower())
            page.show_remarks(False)
            return
        commands: dict[str, Callable[[], object]] = {
            "C": page.hear.duet.play_client, "R": page.hear.duet.play_response,
            "S": partial(page.hear.change_speed, 1), "P": page.hear.toggle,
            "T": self._type, "M": self._mark,
            "O": rating.flag,
        }  # fmt: skip
        if (act := commands.get(letter)) is not None:
            act()

    def _type(self) -> None:
        self.page.remarks.begin_typing()
        self.page.show_remarks(True)

    def _mark(self) -> None:
        self.page.remarks.set_marking(True)
        self.page.show_remarks(True)

    def _typed(self, rating: RatingRound, text: str) -> None:
        if not text:
            self._typing_at_s = None
        elif self._typing_at_s is None:
            self._typing_at_s = self.page.hear.at_s
        rating.typing(text, self._typing_at_s or 0.0)

    def _hold(self) -> None:
        """Typing holds the sound, at every key: it may have been let go on in between."""
        self._held = self.page.hear.hold() or self._held

    def _said(self, rating: RatingRound, text: str) -> None:
        at_s = self.page.hear.at_s if self._typing_at_s is None else self._typing_at_s
        self._typing_at_s = None
        rating.comment(text, at_s)
        self._line_left()

    def _line_left(self) -> None:
        self.setFocus()
        self.page.show_remarks(False)
        if self._held:
            self._held = False
            self.page.hear.resume()

    # Making

    def _connect(self, rating: RatingRound) -> None:
        page, remarks = self.page, self.page.remarks
        page.leave_wanted.connect(self._escape)
        page.items.scored.connect(rating.choose)
        page.items.refused.connect(self._window.banner.note)
        page.hear.sounding.connect(rating.sounding)
        page.hear.played.connect(lambda a, b: rating.played(self._shown, a, b))
        page.hear.sounding.connect(self._hears)
        page.hear.unheard.connect(self._cannot_hear)
        page.second.clicked.connect(rating.flag)
        page.lock.clicked.connect(partial(self._lock, rating))
        remarks.edited.connect(self._hold)
        remarks.typed.connect(partial(self._typed, rating))
        remarks.said.connect(partial(self._said, rating))
        remarks.left.connect(self._line_left)
        remarks.marked.connect(lambda marker: rating.comment("", page.hear.at_s, marker))
        remarks.reworded.connect(rating.reword)
        remarks.taken_back.connect(self._take_back)
        remarks.wanted.connect(page.hear.go_to)
        self._done.back_wanted.connect(lambda: self._window.go(self._room()))
        self._done.again_wanted.connect(rating.look_again)

    def _take_back(self, comment: Comment) -> None:
        if self.rating is not None:
            self.rating.take_back(comment)

    def _make_keys(self, rating: RatingRound) -> None:
        hear, items = self.page.hear, self.page.items
        items.take_keys(self)
        for key in ("Return", "Enter"):
            key_of(self, key, partial(self._enter, rating))
        for letter in dict.fromkeys(LETTERS.upper() + "OPRSTM"):
            key_of(self, letter, partial(self._letter, rating, letter))
        key_of(self, "Space", self._space)
        key_of(self, "Shift+S", partial(hear.change_speed, -1))
        key_of(self, "Ctrl+Z", partial(self._step, rating, rating.undo, self.page.items.open))
        for key in ("Ctrl+Shift+Z", "Ctrl+Y"):
            key_of(self, key, partial(self._step, rating, rating.redo, self.page.items.open_next))
        for key, by in (("PgUp", -1), ("PgDown", 1)):
            key_of(self, key, partial(rating.go, by))
        for key, by in (("Left", -1), ("Right", 1)):
            key_of(self, key, partial(hear.step, by), repeats=True)
        for key, by in (("+", 1), ("-", -1)):
            key_of(self, key, partial(self._half, rating, by))

    def _step(
        self, rating: RatingRound, step: Callable[[], bool], lead: Callable[[str], object]
    ) -> None:
        """Take back or do again; ``lead`` to the item whose score it was."""
        before, shown = dict(rating.work.draft.scores), self._shown
        if not step() or self._shown != shown:
            return
        after = rating.work.draft.scores
        for item in rating.rubric.items:
            if before.get(item.id, -1) != after.get(item.id, -1):
                lead(item.id)
        self._typing_at_s = rating.work.draft.typing_at_s
        self.page.remarks.show_typing(rating.work.draft.typing)

    def _half(self, rating: RatingRound, by: int) -> None:
        rating.half(self.page.items.last, by)
