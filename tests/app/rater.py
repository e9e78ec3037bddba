"""Somebody at the Rate screen, without a screen, and trainees to rate. No test is in here."""

from dataclasses import dataclass, field

from tests.app.fakes import FixedClock
from tests.app.stage import Stage
from trainer.app import rounds, today
from trainer.app.rating_round import RatingRound
from trainer.app.round_work import open_round
from trainer.app.work import Runner
from trainer.domain.rating import Rating
from trainer.domain.rounds import Round


def class_of(stage: Stage, trainees: int = 3) -> None:
    """Trainees who each answered both clients, and rated themselves."""
    for number in range(trainees):
        stage.person = today.add_person(stage.log, f"Trainee {number}").value
        stage.begin()
        for _ in range(2):
            stage.rated()
            stage.practice.next()


@dataclass
class Rater:
    """Somebody at the Rate screen, without a screen."""

    stage: Stage
    round: Round
    told: list[str] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)
    clock: FixedClock = field(default_factory=FixedClock)
    changes: int = 0

    def sit_down(self, runner: Runner | None = None) -> RatingRound:
        stage = self.stage
        opened = open_round(stage.log, stage.home, stage.library, self.round.id)
        return RatingRound(
            opened, runner or stage.runner, self._changed,
            lambda error: self.told.append(error.text), self.failed.append, self.clock,
        )  # fmt: skip

    def kept(self, response_id: str) -> tuple[Rating, ...]:
        return rounds.history_in(self.stage.log, self.round, response_id)

    def scores(self) -> list[list[float | None]]:
        """What is locked, in the round's order; [] where nothing is."""
        found = []
        for place in self.round.places:
            given = rounds.given_in(self.stage.log, self.round, place.response_id)
            found.append(list(given.scores.values()) if given else [])
        return found

    def _changed(self) -> None:
        self.changes += 1


def choose(it: RatingRound, *scores: float | None) -> None:
    for item, score in zip(it.rubric.items, scores, strict=False):
        it.choose(item.id, score)
