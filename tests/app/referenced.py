"""A library with a reference set, whose sounds are real files, and raters who rate them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.store import made
from trainer.app import rounds
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.references import Known, known
from trainer.app.rounds import Draft
from trainer.domain.reference import GATE, HIDDEN, TRAINING, Reference, ReferenceScore, ReferenceSet
from trainer.domain.rounds import Round
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette
from trainer.store.db import Log

Scores = dict[str, float | None]
# Five answers from weak to strong, an item at a time a little apart; N/A where nothing is strained.
SPREAD: tuple[tuple[float, float, float | None], ...] = (
    (1, 2, 1), (2, 1, 2), (3, 3, 3), (4, 5, None), (5, 4, 5),
)  # fmt: skip
COUNTS = {TRAINING: 5, GATE: 12, HIDDEN: 6}


def references(
    folder: Path, rubric: Rubric, clients: Sequence[Vignette], counts: dict[str, int] = COUNTS,
    spread: Sequence[tuple[float | None, ...]] = SPREAD, first: int = 1,
) -> ReferenceSet:  # fmt: skip
    """So many of each use, their scores going round ``spread``; ``first`` makes sounds differ."""
    found: list[Reference] = []
    for use, count in counts.items():
        for number in range(count):
            seed = first + len(found)
            client = clients[number % len(clients)]
            scores = spread[number % len(spread)]
            ratings = {
                item.id: ReferenceScore(score, f"{item.title} of {use} {number}: what decides")
                for item, score in zip(rubric.items, scores, strict=True)
            }
            audio = made.write_wav(folder / f"{use}-{number}.wav", seed=seed)
            found.append(
                Reference(
                    f"{use}-{number}", client.ref, client.turns[0].id, use, "What is said.",
                    audio, ratings,
                )
            )  # fmt: skip
    return ReferenceSet(
        "core", "exemplars", 1, "Exemplars, spoken", "en", "Model answers.",
        "Two authors of this bank agreed on them; no panel of experts.", rubric.id, tuple(found),
        ("The authors",), "CC-BY-4.0",
    )  # fmt: skip


def with_references(library: Library, *sets: ReferenceSet) -> Library:
    """The same library, its first pack holding these sets and no others."""
    first, *others = library.packs
    return Library((replace(first, reference_sets=sets), *others), library.problems)


@dataclass
class Desk:
    """A rater, and all that calibration asks for."""

    log: Log
    home: Home
    library: Library
    rubric: Rubric
    rater: str = "me"

    def known(self) -> dict[str, Known]:
        return {one.response_id: one for one in known(self.log, self.library, self.rubric)}

    def rate(
        self, of: Round, judge: Callable[[str, Scores], Scores] = lambda _, scores: scores,
        only: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        """Rate a round as its references are, or as ``judge`` makes of them.

        In an order that is always the same: a round has another each time.
        """
        every = self.known()
        for place in sorted(of.places, key=lambda place: place.response_id):
            if only is None or place.response_id in only:
                known_scores = every[place.response_id].scores if place.response_id in every else {
                    item.id: 3.0 for item in self.rubric.items
                }  # fmt: skip
                scores = judge(place.response_id, dict(known_scores))
                rounds.lock(self.log, of, self.rubric, place.response_id, Draft(scores))


def higher(by: float, *items: str) -> Callable[[str, Scores], Scores]:
    """A rater who gives so much more on some items (all, when none is named), on the scale."""

    def judge(_: str, scores: Scores) -> Scores:
        return {
            item: min(5.0, max(1.0, score + by))
            if score is not None and (not items or item in items)
            else score
            for item, score in scores.items()
        }

    return judge
