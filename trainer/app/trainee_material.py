"""What the report of one trainee rests on, read once from the log: ratings, comments, wording."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.persons import called
from trainer.app.voices import Voice, voice
from trainer.domain import consensus as rules
from trainer.domain.errors import KnownError
from trainer.domain.mark import Mark
from trainer.domain.moments import into_answer
from trainer.domain.rating import SELF, SUPERVISOR, Rating
from trainer.domain.rounds import standing
from trainer.domain.rubric import Rubric, RubricRef
from trainer.domain.vignette import VignetteRef
from trainer.store import comments, consents, judged, ratings, responses, senders
from trainer.store.db import Log
from trainer.store.others import self_rated

Scores = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a rater said of a moment, ``at_s`` into the answer (``domain.moments``)."""

    id: str
    at_s: float
    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class RatedResponse:
    """One response of the trainee that a supervisor rated.

    ``means`` are over its ``raters`` (None: not applicable for all of them), ``agreed`` is the
    consensus (None: there is none), of which ``outdated`` tells that it rests on an old rating;
    ``own`` the self-rating. ``at`` is None for one that was heard elsewhere.
    """

    response_id: str
    ref: VignetteRef | None
    client: str
    title: str
    at: datetime | None
    synthetic: bool
    from_client_end: bool
    means: Scores
    raters: int
    agreed: Scores | None
    outdated: bool
    own: Scores | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All of it, on one version of one rubric; ``marks`` are everybody's, for fair scores.

    ``name`` is what to call the trainee. ``blind``: every rater knew nothing else of what they
    rated. ``other_rubrics`` counts ratings on other scales, which are not in here.
    """

    person_id: str
    name: str
    rubric: Rubric
    responses: tuple[RatedResponse, ...]
    marks: tuple[Mark, ...]
    raters: int
    blind: bool
    other_rubrics: int

    def response(self, response_id: str) -> RatedResponse | None:
        """One of its responses, or None."""
        return next((one for one in self.responses if one.response_id == response_id), None)


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody of whom a report can be written, and how many responses were rated."""

    id: str
    name: str
    responses: int


def trainees(log: Log, viewer: str) -> tuple[Trainee, ...]:
    """Everybody whose responses a supervisor rated, by name; not ``viewer``, whose own they are."""
    names = called(log)
    found = [
        Trainee(person, names.get(person, person), count)
        for person, count in judged.trainees(log).items()
        if person != viewer
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def find_trainee(log: Log, person: str) -> str:
    """The id of a person by id or by name; KnownError when nobody or more than one is called so."""
    every = trainees(log, viewer="")
    found = [one for one in every if person in (one.id, one.name)]
    if len(found) == 1:
        return found[0].id
    if found:
        raise KnownError(
            f"{len(found)} people are called {person}",
            "Name one by id: " + ", ".join(one.id for one in found),
        )
    known = ", ".join(one.name for one in every) or "nobody yet"
    aside = " What is set aside as nobody's does not count." if senders.set_aside(log) else ""
    raise KnownError(
        f"No response of '{person}' has been rated by a supervisor",
        f"Rated so far: {known}.{aside}",
    )


def read_material(
    log: Log, home: Home, library: Library, person_id: str, viewer: str = ""
) -> Material:
    """Read it; on the log's thread.

    KnownError: nothing of theirs is rated; ``viewer`` has still to rate some of it, and would see
    what others gave; they have not agreed to be rated; the wording of the scales is no longer in
    the library.
    """
    ids = _told(log, person_id, viewer)
    by_any = judged.by_any(log)
    may = set(by_any) - consents.held_back(log, by_any)  # how strict raters are, rests on these
    rated = ratings.ratings_of_all(log, (one for one in by_any if one in may))
    stand = {one: ratings.standing(every) for one, every in rated.items()}
    rubric, others = _rubric(library, (one for i in ids for one in stand[i]))
    voices = {one: voice(log, home, library, one) for one in ids}
    known = {one: found for one, every in stand.items() if (found := _used(every, rubric.ref))}
    grounds = [one for i in ids for one in rules.grounds(stand[i], rubric.ref)]
    return Material(
        person_id,
        next((t.name for t in trainees(log, "") if t.id == person_id), person_id),
        rubric,
        tuple(_rated(log, voices[one], stand[one], rubric) for one in ids if one in known),
        tuple(_marks(known, judged.whose(log, known), judged.clients(log, known))),
        len({one.rater_id for one in grounds}),
        all(one.blind is True for one in grounds),
        others,
    )


def _told(log: Log, person_id: str, viewer: str) -> tuple[str, ...]:
    """The rated responses that a report may tell of; KnownError when there are none."""
    rated_ones = judged.rated_of(log, person_id)
    held = consents.held_back(log, rated_ones)
    every = tuple(one for one in rated_ones if one not in held)
    if held and not every and person_id != viewer:
        raise KnownError(
            "This person has not agreed to be rated for any of these responses (any more)",
            "They can agree to it in Review, or for all of theirs in Settings.",
        )
    ids = tuple(one for one in every if _may_be_told(log, one))
    if every and not ids and person_id != viewer:
        raise KnownError(
            "This person has not rated any of these responses themselves yet",
            "What others gave is told only then.",
        )
    if not ids or person_id == viewer:
        raise KnownError(
            "No response of this person has been rated by a supervisor",
            "Rate some in a round first.",
        )
    waiting = judged.still_to_rate(log, ids)
    if mine := [one for one, raters in waiting.items() if viewer in raters]:
        raise KnownError(
            f"You have set out to rate {len(mine)} of these responses and have not yet",
            "Rate them first: the report shows what others gave.",
        )
    return ids


def _may_be_told(log: Log, response_id: str) -> bool:
    """Whether the trainee has locked a rating of their own, where that can be known."""
    elsewhere = responses.find_response(log, response_id) is None
    return elsewhere or self_rated(log, response_id)


def _rubric(library: Library, theirs: Iterable[Rating]) -> tuple[Rubric, int]:
    """The scales most used on these responses, and how many ratings are on others."""
    count = Counter(one.rubric for one in theirs if one.role == SUPERVISOR)
    for ref, n in count.most_common():
        for rubric in library.rubrics:
            if rubric.ref == ref:
                return rubric, count.total() - n
    raise KnownError(
        "The scales these ratings were made with are no longer in the library",
        "Put the pack that holds them into the folder 'packs'; the ratings are kept.",
    )


def _used(stand: Iterable[Rating], ref: RubricRef) -> tuple[Rating, ...]:
    """What counts of a response: each rater's newest, the self-rating, the consensus."""
    every = tuple(stand)
    given = rules.grounds(every, ref)
    if not given:
        return ()
    own, consensus = _own(every, ref), rules.agreed(every, ref)
    return (*given, *(one for one in (own, consensus) if one is not None))


def _own(stand: Iterable[Rating], ref: RubricRef) -> Rating | None:
    found = [one for one in stand if one.role == SELF and one.rubric == ref]
    return found[-1] if found else None


def _marks(
    rated: Mapping[str, tuple[Rating, ...]], whose: Mapping[str, str], clients: Mapping[str, str]
) -> Iterable[Mark]:
    for response_id, every in rated.items():
        client = clients.get(response_id)
        for one in every:
            for item, score in one.scores.items():
                yield Mark(
                    response_id, one.rater_id, item, score, whose.get(response_id), client, None,
                    one.role, one.blind,
                )  # fmt: skip


def _rated(log: Log, of: Voice, stand: tuple[Rating, ...], rubric: Rubric) -> RatedResponse:
    given = rules.grounds(stand, rubric.ref)
    own, consensus = _own(stand, rubric.ref), rules.agreed(stand, rubric.ref)
    ends_s = of.stimulus_end_s
    return RatedResponse(
        of.response_id, of.ref, of.client, of.title, of.at,
        of.vignette.synthetic if of.vignette else False, ends_s is not None,
        {item.id: _mean(one.scores.get(item.id) for one in given) for item in rubric.items},
        len(given), dict(consensus.scores) if consensus else None,
        consensus is not None and rules.outdated(consensus, given),
        dict(own.scores) if own else None,
        tuple(_quotes(log, of.response_id, {one.rater_id for one in given}, ends_s)),
    )  # fmt: skip


def _mean(scores: Iterable[float | None]) -> float | None:
    given = [score for score in scores if score is not None]
    return fmean(given) if given else None


def _quotes(log: Log, response_id: str, raters: set[str], ends_s: float | None) -> Iterable[Quote]:
    for one in standing(comments.comments_of(log, response_id)):
        if one.rater_id in raters:
            yield Quote(one.id, into_answer(one.at_s, ends_s), one.text, one.marker)
