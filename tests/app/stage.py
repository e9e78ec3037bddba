"""A practice with everything around it, for every use case. No test is in here."""

from dataclasses import dataclass, field

from tests.app.fakes import (
    FakeCamera,
    FakePlayer,
    FakeRecorder,
    FixedClock,
    LateRunner,
    QuickRunner,
)
from tests.store.made import TO_BE_RATED
from trainer.app import today
from trainer.app.interrupted import Interrupted, find
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.practice import TAIL_S, Practice
from trainer.app.work import InlineRunner
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.response import Person, Response
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette
from trainer.store import responses
from trainer.store.db import Log
from trainer.store.takes import open_takes


@dataclass
class Stage:
    """A practice with everything around it, and what it told."""

    home: Home
    log: Log
    person: Person
    library: Library
    rubric: Rubric
    clients: tuple[Vignette, ...]
    runner: QuickRunner
    clock: FixedClock = field(default_factory=FixedClock)
    journal: list[str] = field(default_factory=list)
    troubles: list[KnownError] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    changes: list[Changes] = field(default_factory=list)
    agreed: Consent | None = TO_BE_RATED  # said of each recording

    def __post_init__(self) -> None:
        self.player = FakePlayer(self.clock, self.journal)
        self.recorder = FakeRecorder(self.clock, self.journal)
        self.camera: FakeCamera | None = None
        self.runner.bus.subscribe(lambda changes, _: self.changes.append(changes))
        self.begin()

    def begin(self, runner: InlineRunner | None = None) -> Practice:
        """Sit down (again) with all clients."""
        sitting = today.sitting(
            self.log, self.person, self.clients, self.rubric, set_id="two", consent=self.agreed
        )
        self.practice = Practice(
            sitting, self.player, self.recorder, runner or self.runner, self.home,
            changed=lambda: self.states.append(self.practice.state),
            trouble=self.troubles.append, clock=self.clock, now=self.clock.now,
            camera=self.camera,
        )  # fmt: skip
        return self.practice

    def late(self) -> LateRunner:
        """Sit down with a runner that holds its jobs back."""
        runner = LateRunner(self.runner)
        self.begin(runner)
        return runner

    # What a person does

    def listen(self) -> None:
        self.practice.play()
        self.clock.pass_s(3)
        self.player.end()

    def answer(self, seconds: float = 4.0) -> None:
        self.listen()
        self.clock.pass_s(seconds)
        self.finish()

    def finish(self) -> None:
        """Press the key, and let the last sound arrive."""
        self.practice.finish()
        self.clock.pass_s(TAIL_S)
        self.practice.tick()

    def score_all(self, *scores: float | None) -> None:
        for item, score in zip(self.rubric.items, scores or (4, 3, 2), strict=True):
            self.practice.score(item.id, score)

    def rated(self) -> None:
        self.answer()
        self.score_all()
        self.practice.lock()

    # What is there afterwards

    def responses(self) -> tuple[Response, ...]:
        """Oldest first."""
        return tuple(reversed(responses.responses(self.log, self.person.id)))

    def interrupted(self) -> tuple[Interrupted, ...]:
        """What the next start would offer."""
        return find(self.home, open_takes(self.home.folder))

    def left_open(self) -> list[str]:
        """Names of the files of takes that are not in the log."""
        place = self.home.recordings / "open"
        return sorted(p.name for p in place.iterdir()) if place.is_dir() else []
