"""A trainee who sits a test with a fake loudspeaker and microphone. No test is in here."""

from dataclasses import dataclass, field

from tests.app.fakes import (
    FakeCamera,
    FakePlayer,
    FakeRecorder,
    FixedClock,
    LateRunner,
    QuickRunner,
)
from tests.app.travelled import library
from trainer.app.assigned import sitting_for
from trainer.app.bus import Bus
from trainer.app.exam import Exam
from trainer.app.interrupted import find
from trainer.app.on_record import Settled, settle
from trainer.app.paths import Home
from trainer.app.practice import TAIL_S, Practice, State
from trainer.app.work import InlineRunner
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.store import responses, starts
from trainer.store.db import Log
from trainer.store.takes import open_takes

CLIENTS = ("marcus-nodding", "eli-bike-racks")
TEST = {"mode": "test", "forms": {"A": CLIENTS}, "window_s": 20.0}


@dataclass
class Room:
    """What stands around one sitting."""

    log: Log
    asked: Assignment
    person_id: str
    clock: FixedClock = field(default_factory=FixedClock)
    troubles: list[KnownError] = field(default_factory=list)
    slept_s: float = 0.0

    def __post_init__(self) -> None:
        self.home = Home(self.log.folder)
        self.player, self.recorder = FakePlayer(self.clock), FakeRecorder(self.clock)
        self.camera: FakeCamera | None = None
        self.runner: InlineRunner = QuickRunner(self.log, Bus())

    def late(self) -> LateRunner:
        """From now on every job is held back until it lands."""
        self.runner = late = LateRunner(self.runner)
        return late

    def sit(self) -> Practice:
        """Sit down with the clients who are left."""
        sitting = sitting_for(self.log, library(), self.asked.id, self.person_id)
        about = {
            "changed": lambda: None, "trouble": self.troubles.append, "clock": self.clock,
            "now": self.clock.now, "camera": self.camera,
        }  # fmt: skip
        rest = (sitting, self.player, self.recorder, self.runner, self.home)
        self.exam: Practice = (
            Exam(*rest, slept=lambda: self.slept_s, **about)
            if self.asked.is_test
            else Practice(*rest, **about)
        )
        return self.exam

    def begin(self) -> None:
        self.exam.play()
        self.clock.pass_s(3)

    def listen(self) -> None:
        self.begin()
        self.player.end()
        self.clock.pass_s(4)

    def answer(self) -> None:
        self.listen()
        self.exam.finish()
        self.clock.pass_s(TAIL_S)
        self.exam.tick()

    def rate(self) -> None:
        for item in self.exam.sitting.rubric.items:
            self.exam.score(item.id, 3)
        self.exam.lock()

    def to_the_end(self) -> None:
        while self.exam.state is State.READY:
            self.answer()
            self.rate()

    def restart(self) -> Settled:
        """What the next start of Attune does with what a kill left."""
        return settle(self.log, find(self.home, open_takes(self.home.folder)), new_id()).value

    # What is there

    def given(self) -> list[tuple[str, str]]:
        """The answered clients and how each answer ended, oldest first."""
        found = reversed(responses.responses(self.log, self.person_id))
        return [(one.vignette.vignette, one.ended_by) for one in found]

    def broke(self) -> list[tuple[str, str, str]]:
        """Each interruption: the client, what it was, where in it."""
        found = starts.interruptions_of(self.log, self.asked.id, self.person_id)
        return [(one.start.vignette.vignette, one.what, one.phase) for one in found]

    def begun(self) -> list[str]:
        found = starts.starts_of(self.log, self.asked.id, self.person_id)
        return [one.vignette.vignette for one in found]

    def left(self) -> list[str]:
        """The clients to be met when somebody sits down now."""
        from trainer.app.assigned import assigned

        (one,) = assigned(self.log, library(), self.person_id)
        return [vignette.id for vignette in one.left]
