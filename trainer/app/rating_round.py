"""Rating one response after another, blind: what the Rate screen does, without a screen.

A plain state machine. Nothing in it waits: a key changes what is shown at once, and is on its way
into the log before the next one is looked at. What the log refuses comes back as a draft.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from trainer.app import rounds
from trainer.app.listened import Listened
from trainer.app.round_shown import Shown
from trainer.app.round_work import Opened
from trainer.app.rounds import Draft
from trainer.app.work import Outcome, Runner
from trainer.domain.errors import KnownError
from trainer.domain.rating import Rating, check_score
from trainer.domain.rounds import Comment
from trainer.store.db import Log

# Without a key for so long the rater is not rating: what is beyond it is not counted.
AWAY_S = 60.0


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that can be undone: the draft before, or a comment made; with neither, a lock.

    Undone, it is what can be done again: the draft after, the comment, or ``back_to`` of a lock,
    the response that was shown after it.
    """

    response_id: str
    draft: Draft | None = None
    comment: Comment | None = None
    back_to: str = ""


class RatingRound(Shown):
    """One sitting at a round. ``changed`` is called whenever what is shown may be another."""

    def __init__(
        self,
        opened: Opened,
        runner: Runner,
        changed: Callable[[], None],
        trouble: Callable[[KnownError], None],
        failed: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(opened)
        self._runner, self._changed, self._trouble = runner, changed, trouble
        self._failed, self._clock = failed, clock
        self._steps: list[_Step] = []
        self._undone: list[_Step] = []
        self._reworded: dict[str, str] = {}  # a comment's id, and that of what stands for it
        self._sounding = False
        self._looked_s = clock()

    # What a rater does

    def choose(self, item_id: str, score: float | None) -> None:
        """Give an item its score (None: not applicable); KnownError is told, not raised."""
        try:
            check_score(self.rubric, item_id, score)
        except KnownError as error:
            self._trouble(error)
            return
        scores = rounds.in_order(self.rubric, {**self.work.draft.scores, item_id: score})
        self._take(replace(self.work.draft, scores=scores))

    def half(self, item_id: str, by: int) -> None:
        """Half a point more or less, where the rubric allows it."""
        score = self.work.draft.scores.get(item_id)
        if score is None or not self.rubric.scale.half_points:
            return
        if self.rubric.scale.admits(score + by / 2):
            self.choose(item_id, score + by / 2)

    def flag(self) -> None:
        """Ask for a second opinion, or not any more."""
        draft = self.work.draft
        self._take(replace(draft, second_opinion=not draft.second_opinion))

    def lock(self) -> bool:
        """Lock what is chosen and show the next one; False, and nothing done, when not all is."""
        work, response_id = self.work, self._at
        if self.missing or not self.heard or self.to_hear is not None:
            return False
        if work.rated and not work.changed:
            self._go_on(new=False)
            return True
        if work.draft.typing.strip():  # Enter in another place is no reason to lose it
            self.comment(work.draft.typing, work.draft.typing_at_s or 0.0)
        new = not work.rated
        self._count()
        work.sent = (*work.sent, work.draft)
        job = partial(self._locked_job, response_id, work.draft)
        self._steps = [s for s in self._steps if s.response_id != response_id or s.comment]
        self._did(_Step(response_id))
        self._runner.change(
            job, partial(self._locked, response_id), partial(self._not_locked, response_id)
        )
        self._go_on(new=new)
        return True

    def look_again(self) -> None:
        """Go through it from the beginning."""
        self._show(self._order[0])

    def go(self, by: int) -> None:
        """Show the one so many places on, rated or not; the ends are ends."""
        at = self._order.index(self._at) + by
        if at == len(self._order) and self.finished:
            self._go_on(new=True)
            return
        self._show(self._order[min(max(at, 0), len(self._order) - 1)])

    def undo(self) -> bool:
        """Take back what was done last; a lock is gone back to, to be corrected. False: nothing."""
        if not self._steps:
            return False
        step, shown = self._steps.pop(), self._at
        if step.response_id != self._at:
            self._show(step.response_id)
        draft = self.work.draft
        if step.comment is not None:
            said = self._newest(step.comment) or step.comment
            self._undone.append(_Step(self._at, comment=said))
            self.take_back(said, undoing=True)
            if said.text and not draft.typing:  # it can be said otherwise
                self._type(said.text, said.at_s)
        elif step.draft is not None:
            self._undone.append(_Step(self._at, draft))
            self._rate_as(step.draft)
        else:
            self._undone.append(_Step(self._at, back_to=shown))
        self._changed()
        return True

    def redo(self) -> bool:
        """Do again what was undone last. False: nothing was, or something else was done since."""
        if not self._undone:
            return False
        step = self._undone.pop()
        if step.response_id != self._at:
            self._show(step.response_id)
        if step.comment is not None:
            said = step.comment
            if self.work.draft.typing == said.text:
                self._type("", 0.0)
            self._say(said.text, said.at_s, said.marker)
        elif step.draft is not None:
            self._steps.append(_Step(self._at, self.work.draft))
            self._rate_as(step.draft)
        else:
            self._steps.append(_Step(self._at))
            self._show(step.back_to)
        self._changed()
        return True

    # Comments

    def typing(self, text: str, at_s: float) -> None:
        """A comment is in the making: keep it at every key."""
        self._undone.clear()
        self._type(text, at_s)

    def comment(self, text: str, at_s: float, marker: str = "") -> None:
        """Keep what is said of a moment (seconds of the response's file)."""
        self._undone.clear()
        self._say(text, at_s, marker)
        if not marker:
            self._type("", 0.0)

    def reword(self, old: Comment, text: str) -> None:
        """Say it otherwise; without words or marker it is taken back."""
        self._undone.clear()
        made = rounds.make_correction(old, text, old.marker)
        self._reworded[old.id] = made.id
        rest = tuple(one for one in self.work.comments if one.id != old.id)
        self._with_comments(rest if made.taken_back else (*rest, made))
        self._send(made)

    def take_back(self, old: Comment, *, undoing: bool = False) -> None:
        """It does not stand any more; the log keeps that it was there."""
        newest = self._newest(old)
        if newest is None:  # taken back already
            return
        self._with_comments(tuple(one for one in self.work.comments if one.id != newest.id))
        self._send(rounds.make_correction(newest, "", ""))
        if not undoing:
            self._undone.clear()
            self._steps = [s for s in self._steps if s.comment is None or s.comment.id != old.id]

    # Hearing, and the time it takes

    def sound_read(self, response_id: str, begins_s: float, ends_s: float) -> None:
        """Between which seconds of its file an answer lies."""
        self._listened.setdefault(response_id, Listened(begins_s, ends_s))

    def played(self, response_id: str, from_s: float, to_s: float) -> None:
        """So much of it was heard, in seconds of its file."""
        listened = self._listened.get(response_id)
        if listened is None or listened.missing() is None:
            return
        listened.add(from_s, to_s)
        if listened.missing() is None:
            self._changed()

    def begin(self) -> None:
        """Rating begins now: what was read before it was no rating."""
        self._looked_s = self._clock()

    def sounding(self, sounds: bool) -> None:
        """Whether something is heard now: that time is listening, all other is beyond it."""
        self._count()
        self._sounding = sounds
        if sounds:
            self.can_hear(True)

    def can_hear(self, can: bool) -> None:
        """Whether anything can be heard on this computer: what cannot be heard is not rated."""
        if self.mute == can:
            self.mute = not can
            self._changed()

    def leave(self) -> None:
        """The window is left: keep what has been chosen, and the time it took."""
        self._count()
        self._store()

    # Inside

    def _go_on(self, *, new: bool) -> None:
        """To the next without a rating; of a round that is looked through, to the next one."""
        after = rounds.next_of(self._order, self._rated() | self.unheard, self._at)
        if after is None and not new and self._at != self._order[-1]:
            after = self._order[self._order.index(self._at) + 1]
        self.done = after is None
        self._show(after or self._at)

    def _show(self, response_id: str) -> None:
        self._count()
        if response_id != self._at:
            self._store()
            self._at, self.done = response_id, False
        self._changed()

    def _take(self, draft: Draft) -> None:
        self._did(_Step(self._at, self.work.draft))
        self._keep(draft)
        self._changed()

    def _did(self, step: _Step) -> None:
        self._steps.append(step)
        self._undone.clear()

    def _rate_as(self, other: Draft) -> None:
        """The scores of another draft; what is typed now stays."""
        draft = self.work.draft
        self._keep(replace(draft, scores=other.scores, second_opinion=other.second_opinion))

    def _type(self, text: str, at_s: float) -> None:
        self._keep(replace(self.work.draft, typing=text, typing_at_s=at_s if text else None))

    def _newest(self, comment: Comment) -> Comment | None:
        stands = comment.id
        while stands in self._reworded:
            stands = self._reworded[stands]
        return next((one for one in self.work.comments if one.id == stands), None)

    def _say(self, text: str, at_s: float, marker: str) -> None:
        made = rounds.make_comment(self.round, self._at, at_s, text, marker)
        self._with_comments((*self.work.comments, made))
        self._steps.append(_Step(self._at, comment=made))
        self._send(made)

    def _keep(self, draft: Draft) -> None:
        self.work.draft = replace(draft, beyond_s=self.work.draft.beyond_s)
        self._count()
        self._store()

    def _store(self) -> None:
        work, response_id = self.work, self._at
        if work.rated and not work.changed and not work.draft.typing:
            drop = partial(rounds.forget_draft, of=self.round, response_id=response_id)
            self._runner.database(drop, failed=self._failed)
            return
        keep = partial(rounds.keep_draft, of=self.round, response_id=response_id, draft=work.draft)
        self._runner.database(keep, failed=self._failed)

    def _count(self) -> None:
        now_s, before_s = self._clock(), self._looked_s
        self._looked_s = now_s
        if not self._sounding:
            draft = self.work.draft
            beyond_s = draft.beyond_s + min(now_s - before_s, AWAY_S)
            self.work.draft = replace(draft, beyond_s=beyond_s)

    def _with_comments(self, comments: tuple[Comment, ...]) -> None:
        self.work.comments = tuple(sorted(comments, key=lambda one: (one.at_s, one.made_at)))
        self._changed()

    def _send(self, comment: Comment) -> None:
        self._runner.change(partial(rounds.add_comment, comment=comment), failed=self._failed)

    def _locked_job(self, response_id: str, draft: Draft, log: Log) -> Outcome[Rating]:
        return rounds.lock(log, self.round, self.rubric, response_id, draft)

    def _locked(self, response_id: str, rating: Rating) -> None:
        work = self._work[response_id]
        work.sent, work.locked = work.sent[1:], (*work.locked, rating)
        self._changed()

    def _not_locked(self, response_id: str, error: Exception) -> None:
        work = self._work[response_id]
        work.sent = work.sent[1:]
        self._failed(error)
        self._changed()
