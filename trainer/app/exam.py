"""A test as a practice that shows nothing: each client speaks once and is answered once.

That a client begins to speak is on the disk before they do. Whatever breaks in after that is an
interruption on record, and the test goes on with the next client; nobody is heard a second time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer.app import on_record, takes
from trainer.app.practice import Practice, State
from trainer.app.repetition import Repetition
from trainer.app.sitting import end_session
from trainer.domain import interruption as broke
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.interruption import Interruption, Start
from trainer.domain.rating import Rating
from trainer.domain.response import ASLEEP, LOST, MOVED, Response, SessionEnd
from trainer.media.clock import slept_s

SLEEP_S = 2.0  # the computer's two clocks differ by less while it is awake
# Where it has one clock for both (Windows), sleep is a standstill; so is a computer that hangs.
STANDSTILL_S = 15.0
# Of what is missing in an answer; one that the system replaced at once was unplugged all the same.
_OF_HOLE = {LOST: broke.MICROPHONE, MOVED: broke.MICROPHONE, ASLEEP: broke.ASLEEP}


class Exam(Practice):
    """One person's way through what is left of a test."""

    def __init__(self, *args: Any, slept: Callable[[], float] = slept_s, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.sitting.assignment is not None, "a test is an assignment"
        self._assignment = self.sitting.assignment
        self._slept, self._slept_before_s = slept, slept()
        self._looked_s = self._clock()
        self._start: Start | None = None  # of the present client, once it is asked to be kept
        self._starts: dict[str, Start] = {}  # by response
        self._known: set[tuple[str, str]] = set()  # (start, what) that is on record

    @property
    def breaks_in(self) -> bool:
        """Whether to leave now would interrupt a client."""
        return self.state in (State.PLAYING, State.RESPONDING)

    # What a person does

    def play(self) -> None:
        """Let the client speak, once that is on the disk."""
        if self._start is None:
            super().play()

    def respond_now(self) -> None:
        """In a test every client is heard to their end."""
        self._expect(State.PLAYING)

    def again(self, change: str = "") -> None:  # noqa: ARG002 - there is no second take
        """In a test there is one take."""
        self._expect(State.RATED)

    def tick(self) -> None:
        """Look at the clock, and whether the computer slept."""
        slept_s, looked_s = self._slept_before_s, self._looked_s
        self._slept_before_s, self._looked_s = self._slept(), self._clock()
        if self._slept_before_s - slept_s > SLEEP_S or self._looked_s - looked_s > STANDSTILL_S:
            self._woke()
        super().tick()

    def leave(self) -> None:
        """Leave at any point; in the middle of a client that is an interruption."""
        state, start = self.state, self._start
        if start is not None and state is State.READY:  # asked to be kept, and nothing heard yet
            takes.discard(self._home, self._taken(), self._trouble)
            self._note(start, broke.LEFT, broke.BEFORE)
        elif start is not None and state is State.PLAYING:
            self._note(start, broke.LEFT, broke.CLIENT)
        elif start is not None and state is State.RESPONDING:
            self._note(start, broke.LEFT, broke.ANSWER)
        self._start = None
        super().leave()

    # What happens

    def _let_speak(self) -> None:
        plan = self._taken()
        self._start = start = Start(
            new_id(), self._assignment.id, self.sitting.person.id, plan.vignette, plan.position,
            self._now(),
        )  # fmt: skip
        self._starts[plan.response_id] = start
        self._runner.change(
            lambda log: on_record.start(log, start),
            lambda _: self._started(start),
            self._not_started,
        )

    def _started(self, start: Start) -> None:
        if self._start is start and self.state is State.READY:
            super()._let_speak()

    def _not_started(self, error: Exception) -> None:
        """It is not on the disk, so the client does not speak."""
        self._start = None
        if self.state is State.READY:
            takes.discard(self._home, self._taken(), self._trouble)
            self._recorder.close()
            self._get_ready()
        self._failed(error)

    def _clip_failed(self, error: KnownError) -> None:
        if self.state is State.PLAYING and self._start is not None:
            heard = self._player.position_s > 0
            self._note(self._start, broke.CLIP, broke.CLIENT if heard else broke.BEFORE)
            if not heard:
                self._start = None  # nobody was heard: the client is met when the clip is mended
        super()._clip_failed(error)

    def _woke(self) -> None:
        """The computer slept: half a client cannot be answered, and half an answer is one."""
        if self._start is None:
            return
        if self.state is State.PLAYING:
            self._note(self._start, broke.ASLEEP, broke.CLIENT)
            self._player.stop()
            self._back_to_ready(_slept())
        elif self.state is State.RESPONDING:
            self._note(self._start, broke.ASLEEP, broke.ANSWER)
            self._end_answer("interrupted")

    def _start_over(self, error: KnownError) -> None:
        """What began is over without an answer; the next client comes."""
        start = self._start
        if start is None:
            super()._start_over(error)
            return
        if not any(of == start.id for of, _ in self._known):
            disk = isinstance(error.__cause__, OSError)
            self._note(start, broke.DISK if disk else broke.MICROPHONE, broke.ANSWER)
        self._recorder.close()
        self.filming.end()
        self._trouble(_counts(error, self.vignette.client.name, last=self.last))
        self._go_on()

    def _not_kept(self, error: Exception) -> None:
        if self.state is State.REVIEWING:
            if self._start is not None:
                self._note(self._start, broke.DISK, broke.ANSWER)
            self._go_on()
        self._failed(error)

    def _kept(self, response: Response) -> None:
        super()._kept(response)
        start = self._starts.get(response.id)
        for hole in response.recording.holes or ():
            what = _OF_HOLE.get(hole.kind)
            if start is not None and what and (start.id, what) not in self._known:
                self._note(start, what, broke.ANSWER)

    def _look_after(self, response: Response, clip: Path | None) -> None:
        """Nothing plays it here, so it is stored small as soon as it is measured."""
        takes.look_after(self._runner, self._home, response, clip, self._failed, small_at_once=True)

    def _put_away(self) -> None:
        """That is seen to already."""

    def _locked(self, rating: Rating) -> None:
        self._r.rating = rating
        if self.state is State.REVIEWING:
            self._go_on()

    def _go_on(self) -> None:
        self._start = None
        if not self.last:
            super()._go_on()
            return
        self._r = Repetition()
        end = SessionEnd(self.sitting.session.id, "", "", self._now())
        self._runner.change(lambda log: end_session(log, end), failed=self._failed)
        self._go(State.DONE)

    def _note(self, start: Start, what: str, phase: str) -> None:
        self._known.add((start.id, what))
        one = Interruption(new_id(), start, what, phase, self._now())
        self._runner.change(lambda log: on_record.interrupt(log, one), failed=self._failed)


def _slept() -> KnownError:
    return KnownError("The computer was asleep while the client spoke", "")


def _counts(error: KnownError, client: str, *, last: bool) -> KnownError:
    then = "The test is over." if last else "The test goes on with the next client: see first that "
    hint = f"{client} counts as interrupted, which is on record. {then}"
    return KnownError(error.text, hint if last else f"{hint}microphone and loudspeaker are there.")
