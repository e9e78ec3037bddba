"""The main job as a plain state machine: a client speaks, you answer, you rate yourself, you see.

    ready -> playing -> responding -> reviewing -> rated -> (again, next) -> reflecting -> done

It knows no screen: it drives a Player and a Recorder, hands what must be kept to a Runner, and
calls ``changed`` after every step. Leaving (Esc) is allowed in every state and loses nothing.
"""

import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from trainer.app import rate, takes
from trainer.app.films import Filming
from trainer.app.paths import Home
from trainer.app.repetition import Repetition
from trainer.app.review import Notes
from trainer.app.sitting import Sitting, begin_session, end_session, plan_take
from trainer.app.work import Runner
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.rating import Rating, check_score
from trainer.domain.response import Hole, Response, SessionEnd, TakePlan
from trainer.domain.vignette import Turn, Vignette
from trainer.media.ports import Camera, Moment, Player, Recorder
from trainer.store import takes as open_takes

NOT_BEFORE_S = 1.0  # a second press of the key that started the client must not cut them off
# "Respond now", pressed just as the client ends by themselves, must not end the answer.
ANSWER_BEGINS_S = 0.5
TAIL_S = 0.2  # the last syllable is still on its way from the microphone when the key is pressed


class State(StrEnum):
    """Where the practice stands."""

    READY = "ready"
    PLAYING = "playing"
    RESPONDING = "responding"
    REVIEWING = "reviewing"
    RATED = "rated"
    REFLECTING = "reflecting"
    DONE = "done"
    LEFT = "left"


class Practice:
    """One person's way through one sitting. All methods are called on one thread."""

    def __init__(
        self,
        sitting: Sitting,
        player: Player,
        recorder: Recorder,
        runner: Runner,
        home: Home,
        *,
        changed: Callable[[], None],
        trouble: Callable[[KnownError], None],
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = local_now,
        camera: Camera | None = None,
    ) -> None:
        self.sitting = sitting
        self.state, self.index = State.READY, 0
        self._attempts = dict(sitting.attempts)
        self.change_tried = ""  # what the person set out to do differently in this attempt
        self._session_kept = self._ending = False
        self._r = Repetition()
        self._player, self._recorder, self._runner, self._home = player, recorder, runner, home
        self._changed, self._trouble, self._clock, self._now = changed, trouble, clock, now
        player.on_ended, player.on_failed = self._client_ended, self._clip_failed
        recorder.on_trouble, recorder.on_holes = trouble, self._note_begun
        self.notes = Notes(runner, self._failed)
        self.on_not_reflected = takes.nothing  # what was said of the set is to be said once more
        self.filming = Filming(camera, recorder.position_of, runner, home, trouble)

    # What a screen shows

    @property
    def vignette(self) -> Vignette:
        """The vignette of this repetition."""
        return self.sitting.vignettes[self.index]

    @property
    def turn(self) -> Turn:
        """What the client says in this repetition."""
        return self.vignette.turns[0]

    @property
    def attempt(self) -> int:
        """Which attempt at this vignette this is, counted over all sittings, from 1."""
        return self._r.plan.attempt if self._r.plan else self._next_attempt()

    @property
    def last(self) -> bool:
        """Whether this is the last vignette of the set."""
        return self.index == len(self.sitting.vignettes) - 1

    @property
    def scores(self) -> dict[str, float | None]:
        """The scores chosen so far (a copy); None is 'not applicable'."""
        return dict(self._r.scores)

    @property
    def response(self) -> Response | None:
        """The response as kept in the log, once it is."""
        return self._r.response

    @property
    def rating(self) -> Rating | None:
        """The locked self-rating."""
        return self._r.rating

    @property
    def time_over(self) -> bool:
        """Whether the answer ended because its time was over."""
        return self._r.ended_by == "window"

    def seconds_left(self) -> float:
        """Seconds of the response window that are left (the whole window before it starts)."""
        end, window_s = self._r.stimulus_end, self.sitting.window_s(self.turn)
        return window_s if end is None else max(0.0, window_s - (self._clock() - end.at_s))

    # What a person does

    def play(self) -> None:
        """Let the client speak. The microphone listens before the first sound is played."""
        self._expect(State.READY)
        attempt = self._next_attempt()
        plan = plan_take(self.sitting, self.index, attempt, self.change_tried, self._now())
        try:
            self._recorder.open()
            file = open_takes.begin_take(self._home.folder, plan)
        except KnownError as error:
            self._recorder.close()
            self._trouble(error)
            return
        if not self._session_kept:  # before the first sample: an interrupted take must find it
            self._session_kept = True
            self._runner.change(lambda log: begin_session(log, self.sitting), failed=self._failed)
        self._r = Repetition(plan=plan, file=file)
        self._let_speak()

    def _let_speak(self) -> None:
        self._r.started_s = self._clock()
        self.state = State.PLAYING
        self.filming.prepare()
        self._player.play(self.turn.media.clip)
        self._changed()

    def respond_now(self) -> None:
        """Answer before the client has finished: they stop, the recording goes on from there."""
        self._expect(State.PLAYING)
        if self._clock() - self._r.started_s >= NOT_BEFORE_S:
            moment = self._player.stop()
            self._r.stopped_at_s = self._player.position_s
            self._client_ended(moment)

    def tick(self) -> None:
        """Look at the clock; to be called several times a second from the answer on."""
        if self.state is State.RESPONDING and self.seconds_left() <= 0:
            self._end_answer("window")
        elif self._r.closes_s is not None and self._clock() >= self._r.closes_s:
            self._close_take()

    def finish(self) -> None:
        """The response is over: the person rates it, and a moment later its take is closed."""
        self._expect(State.RESPONDING)
        if self._clock() - self._r.answering_s >= ANSWER_BEGINS_S:
            self._end_answer("person")

    def score(self, item_id: str, value: float | None) -> None:
        """Choose a score (None: not applicable); kept as a draft at once."""
        self._expect(State.REVIEWING)
        check_score(self.sitting.rubric, item_id, value)
        if not self._r.locking:
            self._r.scores[item_id] = value
            self._save_draft()

    def clear(self, item_id: str) -> None:
        """Take a chosen score back."""
        self._expect(State.REVIEWING)
        if not self._r.locking:
            self._r.scores.pop(item_id, None)
            self._save_draft()

    def lock(self) -> None:
        """Lock the self-rating; only then is anything about the response shown."""
        self._expect(State.REVIEWING)
        if self._r.locking:
            return
        self._close_take()
        if self.state is not State.REVIEWING:
            return  # nothing was recorded, or the disk did not take it: that was said
        of, by = self._taken().response_id, self.sitting.person.id
        rating = rate.new_self_rating(self.sitting.rubric, of, by, self._r.scores)
        self._r.locking = True
        self._runner.change(
            lambda log: rate.keep_rating(log, rating), self._locked, self._not_locked
        )

    def note(self, change_next: str, hooked: bool | None, criteria_met: tuple[int, ...]) -> None:
        """Keep what the person made of the feedback; the newest note of a response counts."""
        self._expect(State.RATED)
        self.notes.keep(self._taken().response_id, change_next, hooked, criteria_met)

    def again(self, change: str = "") -> None:
        """The same client once more, trying ``change``."""
        self._expect(State.RATED)
        if self.sitting.may_repeat(self.vignette, self.attempt):
            self._put_away()
            self.change_tried = change
            self._get_ready()

    def next(self) -> None:
        """The next client, or the end of the set."""
        self._expect(State.RATED)
        self._put_away()
        self.change_tried = ""
        self._go_on()

    def _go_on(self) -> None:
        if self.last:
            self._r = Repetition()
            self._go(State.REFLECTING)
        else:
            self.index += 1
            self._get_ready()

    def reflect(self, felt: str, reflection: str, *, done: bool = True) -> None:
        """Say how hard the set felt (empty: not said yet), and one line; the newest counts."""
        self._expect(State.REFLECTING)
        if self._ending:
            return
        self._ending = done
        end = SessionEnd(self.sitting.session.id, felt, reflection, self._now())
        then = State.DONE if done else State.REFLECTING
        self._runner.change(
            lambda log: end_session(log, end), lambda _: self._go(then), self._not_ended
        )

    def leave(self) -> None:
        """Leave at any point: what was said is kept, what was rated stays, nothing is lost."""
        # First of all: whoever is told of what follows has nothing to show any more.
        before, self.state = self.state, State.LEFT
        match before:
            case State.PLAYING:
                self._player.stop()
                takes.discard(self._home, self._taken(), self._trouble)
            case State.RESPONDING:
                self._r.ended_by, self._r.closes_s = "interrupted", self._clock()
        self._close_take()
        self._put_away()
        self._recorder.close()
        self.filming.end()
        self._changed()

    # What happens

    def _client_ended(self, moment: Moment) -> None:
        if self.state is not State.PLAYING:
            return
        assert self._r.file is not None, "a client speaks only once the take has its place"
        try:
            self._recorder.begin(self._r.file)
        except KnownError as error:
            self._back_to_ready(error)
            return
        self._r.answering_s = self._clock()
        self._r.stimulus_end = moment
        self._r.stimulus_in_take = self._recorder.position_of(moment)
        self._note_begun()
        self.filming.begin(self._taken())
        self.state = State.RESPONDING
        self._changed()

    def _note_begun(self, holes: tuple[Hole, ...] = ()) -> None:
        if (end := self._r.stimulus_in_take) is not None:
            about = (self._taken(), end, self._r.stopped_at_s, holes)
            self._runner.database(takes.note_begun(self._home, *about), failed=self._failed)

    def _clip_failed(self, error: KnownError) -> None:
        if self.state is State.PLAYING:
            self._back_to_ready(error)

    def _back_to_ready(self, error: KnownError) -> None:
        takes.discard(self._home, self._taken(), self._trouble)
        self._start_over(error)

    def _start_over(self, error: KnownError) -> None:
        self._recorder.close()
        self.filming.end()
        self._trouble(error)
        self._get_ready()

    def _end_answer(self, ended_by: str) -> None:
        self._r.ended_by, self._r.closes_s = ended_by, self._clock() + TAIL_S
        self.state = State.REVIEWING
        self._changed()

    def _close_take(self) -> None:
        """Close the take, if one is open, and hand it to the log."""
        if self._r.closes_s is None:
            return
        self._r.closes_s = None
        try:
            take = self._recorder.finish()
        except KnownError as error:  # its plan lies beside it: offered at the next start
            self._attempts[self.vignette.id] = self.attempt
            self._start_over(error)
            return
        if take.duration_s <= 0:
            of = self._taken().response_id
            self._runner.database(lambda log: rate.forget_draft(log, of), failed=self._failed)
            self._back_to_ready(takes.nothing_heard())
            return
        self._recorder.close()
        self._attempts[self.vignette.id] = self.attempt
        if late := takes.late_sound(take.holes or ()):
            self._trouble(late)
        job = takes.Adoption(
            self._taken(), take, self._r.ended_by, self._r.stimulus_in_take, self._r.stopped_at_s
        )
        self._runner.change(job.run, self._kept, self._not_kept)
        self.filming.end()  # after its sound: the film is kept beside it

    def _kept(self, response: Response) -> None:
        if self._r.plan is not None and self._r.plan.response_id == response.id:
            self._r.response = response
            self._changed()
        self._look_after(response, takes.clip_answered(self.sitting.vignettes, response))

    def _look_after(self, response: Response, clip: Path | None) -> None:
        takes.look_after(self._runner, self._home, response, clip, self._failed)

    def _not_kept(self, error: Exception) -> None:
        """The log would not take it: the sound is safe in its open file, and offered next time."""
        if self.state is State.REVIEWING:
            self._get_ready()
        self._failed(error)

    def _put_away(self) -> None:
        """Store the recording small; only now, because feedback was still playing it. Notes too.

        What is played of a locked folder is in memory, so there it did not have to wait.
        """
        self.notes.try_again()
        if self._r.response is not None and self._home.key is None:
            recording = self._r.response.recording
            takes.compress_later(self._runner, self._home, recording, self._failed)

    def _locked(self, rating: Rating) -> None:
        self._r.rating = rating
        self._go(State.RATED)

    def _not_locked(self, error: Exception) -> None:
        self._r.locking = False
        if self.state is State.REVIEWING:  # else its response was not kept, and that was said
            self._failed(error)

    def _not_ended(self, error: Exception) -> None:
        self._ending = False
        self.on_not_reflected()
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._trouble(error)

    def _get_ready(self) -> None:
        self._r = Repetition()
        self._go(State.READY)

    def _go(self, state: State) -> None:
        if self.state is not State.LEFT:  # who has left stays gone, whatever still comes
            self.state = state
        self._changed()

    def _next_attempt(self) -> int:
        return self._attempts.get(self.vignette.id, 0) + 1

    def _taken(self) -> TakePlan:
        assert self._r.plan is not None, "no repetition has begun"
        return self._r.plan

    def _expect(self, *states: State) -> None:
        if self.state not in states:
            raise RuntimeError(f"practice is {self.state}, not {' or '.join(states)}")

    def _save_draft(self) -> None:
        of, scores = self._taken().response_id, dict(self._r.scores)
        self._runner.database(lambda log: rate.keep_draft(log, of, scores), failed=self._failed)
        self._changed()
