"""Every score of a cohort at one occasion or two, taken out of the log once, by columns.

By columns, because a hundred thousand objects take half a second on the way to the process that
counts (see ``columns``).
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count

from trainer.app.consensus import keep_seen
from trainer.app.library import Library
from trainer.app.voices import rater_names
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.domain.rating import SELF
from trainer.domain.rubric import Rubric, RubricRef
from trainer.store import cohort, judged
from trainer.store.cohort import Scored
from trainer.store.db import Log
from trainer.store.enrolled import names as enrolled_names
from trainer.store.results import raters_in_order

NOT_APPLICABLE = float("nan")


@dataclass(slots=True)
class Scores:
    """Scores by columns, the newest last: places in the names of ``Material``, and points.

    ``own`` tells a trainee's own rating from a rater's; NOT_APPLICABLE is a score, too.
    """

    response: "array[int]" = field(default_factory=lambda: array("i"))
    rater: "array[int]" = field(default_factory=lambda: array("i"))
    item: "array[int]" = field(default_factory=lambda: array("i"))
    own: "array[int]" = field(default_factory=lambda: array("b"))
    points: "array[float]" = field(default_factory=lambda: array("d"))


@dataclass(frozen=True, slots=True)
class Response:
    """Whose response it is (code), to whom (``pack/vignette``), and whether of the second time."""

    id: str
    code: str
    client: str
    later: bool


@dataclass(frozen=True, slots=True)
class Material:
    """All of it. ``raters`` and ``items`` are ids in order of their places, and ``rubric`` None
    where the library lacks it.

    ``named``: people are called by name where one is known. ``called`` has what to call trainees
    (codes) and raters (ids), ``titles`` clients. ``blind``: every rater knew nothing else of what
    they rated. ``unseen`` counts responses that are left out because the one who looks has still to
    rate them.
    """

    now: Assignment
    before: Assignment | None
    rubric: Rubric | None
    responses: tuple[Response, ...]
    raters: tuple[str, ...]
    items: tuple[str, ...]
    scores: Scores
    named: bool
    called: Mapping[str, str]
    titles: Mapping[str, str]
    blind: bool
    synthetic: bool
    unseen: int


def read(
    log: Log,
    library: Library,
    now: Assignment,
    before: Assignment | None,
    viewer: str,
    *,
    names: bool,
) -> Material:
    """Read it, see ``cohort_figures.read_cohort``. KnownError: the two cannot be compared.

    What others gave is kept as seen by ``viewer`` ("": nobody who rates).
    """
    if before is not None:
        _check_pair(before, now)
    gathered = _Gathered()
    for one, later in ((before, False), (now, before is not None)):
        if one is not None:
            gathered.add(log, one, now.rubric, later, viewer)
    keep_seen(log, viewer, sorted(gathered.shown))
    codes = {one.code for one in gathered.responses}
    return Material(
        now, before, next((r for r in library.rubrics if r.ref == now.rubric), None),
        tuple(gathered.responses), tuple(gathered.raters), tuple(gathered.items), gathered.scores,
        names, _called(log, gathered.raters, codes)
        | (_named(log, now.id, gathered.raters, codes) if names else {}),
        _titles(library, {one.client for one in gathered.responses}),
        gathered.blind, _synthetic(library, (now, before)), gathered.unseen,
    )  # fmt: skip


def _check_pair(before: Assignment, now: Assignment) -> None:
    if before.id == now.id:
        raise KnownError("This is one assignment, not two", "Name another one as the one before.")
    if before.rubric != now.rubric:
        raise KnownError(
            f"{before.title} and {now.title} were given out to be rated on different scales",
            "What is rated on other scales cannot be compared.",
        )
    if not {one.code for one in before.enrolled} & {one.code for one in now.enrolled}:
        raise KnownError(
            f"{before.title} and {now.title} have no trainee in common",
            "Name the assignment that the same trainees had before.",
        )


class _Gathered:
    """What was read so far."""

    def __init__(self) -> None:
        self.responses: list[Response] = []
        self.raters: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self.scores = Scores()
        self.blind, self.unseen = True, 0
        self.shown: set[str] = set()

    def add(self, log: Log, of: Assignment, rubric: RubricRef, later: bool, viewer: str) -> None:
        """Read what came for one assignment, and its scores."""
        came = cohort.answered(log, of.id)
        waiting = judged.still_to_rate(log, (one.id for one in came)) if viewer else {}
        enrolled = {one.code for one in of.enrolled}
        place: dict[str, int] = {}
        for one in came:
            if viewer in waiting.get(one.id, ()):
                self.unseen += 1
            elif one.code in enrolled:
                place[one.id] = len(self.responses)
                self.responses.append(Response(one.id, one.code, one.client, later))
        self._take(cohort.scored(log, of.id, rubric), place, viewer)

    def _take(self, found: Iterable[Scored], place: Mapping[str, int], viewer: str) -> None:
        scores = self.scores
        for one in found:
            at = place.get(one.response_id)
            if at is None:
                continue
            own = one.role == SELF
            if not own and one.rater_id != viewer:
                self.shown.add(one.response_id)
            scores.response.append(at)
            scores.rater.append(
                -1 if own else self.raters.setdefault(one.rater_id, len(self.raters))
            )
            scores.item.append(self.items.setdefault(one.item, len(self.items)))
            scores.own.append(own)
            scores.points.append(NOT_APPLICABLE if one.score is None else one.score)
            self.blind = self.blind and (own or one.blind is True)


def _called(log: Log, raters: Iterable[str], codes: Iterable[str]) -> dict[str, str]:
    """What to call raters and trainees; a rater's number is that in the results of trainees."""
    wanted = set(raters)
    numbered = enumerate(raters_in_order(log), 1)
    found = {rater: f"R{number}" for number, rater in numbered if rater in wanted}
    return found | {code: code for code in codes}


def _named(log: Log, assignment_id: str, raters: Iterable[str], codes: set[str]) -> dict[str, str]:
    """Those of them who have a name in this log."""
    known = rater_names(log)
    found: dict[str, str] = {}
    for rater in sorted(raters):
        name, taken = known.get(rater), set(found.values())
        if name is not None:
            found[rater] = next(
                one
                for one in chain((name,), (f"{name} #{n}" for n in count(2)))
                if one not in taken
            )
    names = cohort.names(log, assignment_id) | enrolled_names(log)
    return found | {
        code: f"{name} ({code})" for code, name in names.items() if code in codes and name != code
    }


def _titles(library: Library, clients: Iterable[str]) -> dict[str, str]:
    found = {}
    for client in clients:
        pack, _, name = client.partition("/")
        vignette = library.vignette(pack, name)
        found[client] = f"{vignette.client.name}: {vignette.title}" if vignette else name
    return found


def _synthetic(library: Library, of: Iterable[Assignment | None]) -> bool:
    """Whether any of the clients that were met speaks with a synthetic voice."""
    refs = {(ref.pack, ref.vignette) for one in of if one is not None
            for form in one.forms for ref in form.vignettes}  # fmt: skip
    return any(
        one.synthetic for ref in refs if (one := library.vignette(*ref)) is not None
    )  # fmt: skip
