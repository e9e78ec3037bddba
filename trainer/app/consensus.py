"""After both have locked: two raters' ratings side by side, and what they agree on in discussion.

A consensus is locked like any rating, and corrected by another one that names it. What raters gave
is shown to whoever has locked a rating of their own of that response, or has said that they open it
as a reader; either is kept, and what they rate of it from then on is not blind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from trainer.app.consent import check_agreed
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.rounds import in_order
from trainer.app.voices import Voice, rater_names, voice
from trainer.app.work import Outcome
from trainer.domain import consensus as rules
from trainer.domain.changes import Changes
from trainer.domain.consensus import Apart
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CONSENSUS, Rating, check_complete
from trainer.domain.rounds import SEEN_OTHERS, WHY_AGREED, Comment, standing
from trainer.domain.rubric import Rubric, RubricRef
from trainer.store import comments, consents, drafts, judged, people, ratings
from trainer.store.db import Log

# A discussion is about the whole of a response: what is said of why has no moment of its own.
_WHY_AT_S = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One response that two or more raters rated on one version of a rubric.

    ``agreed`` tells whether there is a consensus; ``outdated`` that a rating it rests on was
    corrected since, ``added`` (names) who rated after the discussion. ``waits_for`` (names) have
    set out to rate it and have not yet. ``duration_s`` is None where it is not known.
    """

    response_id: str
    rubric: RubricRef
    client: str
    title: str
    duration_s: float | None
    apart: Apart
    items: tuple[str, ...]
    raters: tuple[str, ...]
    second_opinion: bool
    agreed: bool
    outdated: bool
    added: tuple[str, ...]
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be talked about, the furthest apart first, and what is agreed on.

    ``hidden`` counts responses that the person at this computer, ``name``, has set out to rate and
    has not: they are shown once they have. ``to_open`` (ids) are others that they have not rated,
    ``single`` counts those that one rater alone has rated.
    """

    to_agree: tuple[Line, ...]
    done: tuple[Line, ...]
    hidden: int
    single: int
    to_open: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One rater's rating that stands, and what they said of moments."""

    name: str
    rating: Rating
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen and typed for a consensus and not locked yet."""

    scores: dict[str, float | None] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is talked about: the response, what each rater gave, what is agreed so far.

    ``trainee`` is whose it is, for who asks; empty where nobody knows.
    """

    line: Line
    voice: Voice
    rubric: Rubric
    given: tuple[Given, ...]
    consensus: Rating | None
    why: str
    draft: Draft
    trainee: str


def agenda(log: Log, home: Home, library: Library, viewer: str) -> Agenda:
    """Every response that two or more have rated, but those ``viewer`` may not see yet."""
    ids = _allowed(log, judged.by_several(log))
    rated = ratings.ratings_of_all(log, ids)
    whose, seen = judged.whose(log, ids), comments.marked_by(log, viewer, SEEN_OTHERS)
    names, waiting = rater_names(log), judged.still_to_rate(log, ids)
    lines: list[Line] = []
    hidden, to_open = set[str](), dict[str, None]()
    for one in ids:
        stand = ratings.standing(rated[one])
        for rubric in dict.fromkeys(given.rubric for given in stand):
            grounds = rules.grounds(stand, rubric)
            if len(grounds) < 2 or whose.get(one) == viewer:
                continue
            if one not in seen and viewer not in {given.rater_id for given in grounds}:
                if viewer in waiting.get(one, ()):
                    hidden.add(one)
                else:
                    to_open[one] = None
                continue
            met = voice(log, home, library, one)
            late = judged.still_to_rate(log, (one,), rubric) if one in waiting else {}
            lines.append(_line(met, library, stand, rubric, names, late.get(one, ())))
    lines.sort(key=lambda line: (*line.apart.order, line.response_id))
    return Agenda(
        tuple(line for line in lines if not _is_done(line)),
        tuple(line for line in lines if _is_done(line)),
        len(hidden),
        len(_allowed(log, judged.by_one(log))),
        tuple(to_open),
        next((one.name for one in people.people(log) if one.id == viewer), ""),
    )


def open_as_reader(log: Log, viewer: str, response_ids: Iterable[str]) -> Outcome[None]:
    """Show these to somebody who has not rated them: what they rate of them later is not blind.

    KnownError when they have set out to rate one of them.
    """
    ids = tuple(response_ids)
    if any(viewer in raters for raters in judged.still_to_rate(log, ids).values()):
        raise KnownError("You have set out to rate this and have not yet", "Rate it first.")
    keep_seen(log, viewer, ids)
    return Outcome(None, Changes.RATINGS)


def keep_seen(log: Log, viewer: str, response_ids: Iterable[str]) -> None:
    """Keep that ``viewer`` ("": nobody who rates) is shown what others gave of these responses."""
    if not viewer:
        return
    seen, now = comments.marked_by(log, viewer, SEEN_OTHERS), local_now()
    with log.atomic(durable=True):
        for one in response_ids:
            if one not in seen:
                said = Comment(new_id(), one, viewer, _WHY_AT_S, "", SEEN_OTHERS, now)
                comments.add_comment(log, said)


def case(
    log: Log, home: Home, library: Library, viewer: str, response_id: str, ref: RubricRef
) -> Case:
    """One response with everybody's ratings of it.

    KnownError: ``viewer`` may not see them yet, fewer than two have rated, who gave it has not
    agreed to be rated, or the rubric's wording is no longer in the library.
    """
    stand = ratings.standing(ratings.ratings_of(log, response_id))
    grounds = rules.grounds(stand, ref)
    _check_seen(log, viewer, response_id, grounds)
    rubric = next((one for one in library.rubrics if one.ref == ref), None)
    if rubric is None:
        raise KnownError(
            f"Version {ref.version} of the scales {ref.rubric} is no longer in the library",
            "Put the pack with that version into the folder 'packs'; the ratings are kept.",
        )
    names = rater_names(log)
    waiting = judged.still_to_rate(log, (response_id,), ref).get(response_id, ())
    person = judged.whose(log, (response_id,)).get(response_id)
    met = voice(log, home, library, response_id)
    return Case(
        _line(met, library, stand, ref, names, waiting),
        met,
        rubric,
        tuple(_given(log, names, one) for one in grounds),
        rules.agreed(stand, ref),
        why_of(log, response_id, ref),
        draft_of(log, rubric, response_id),
        next((one.name for one in people.people(log) if one.id == person), ""),
    )


def open_case(
    log: Log, home: Home, library: Library, viewer: str, response_id: str, ref: RubricRef
) -> Case:
    """``case``, to be shown to ``viewer``, which is kept; KnownError as there."""
    found = case(log, home, library, viewer, response_id, ref)
    keep_seen(log, viewer, (response_id,))
    return found


def why_of(log: Log, response_id: str, ref: RubricRef) -> str:
    """What the raters wrote about why they agreed as they did; empty: nothing."""
    found = _why(log, response_id, ref)
    return found.text if found else ""


def keep_draft(log: Log, rubric: RubricRef, response_id: str, draft: Draft) -> None:
    """Keep what is chosen and typed so far, at every key."""
    drafts.save_draft(log, _key(rubric, response_id), asdict(draft))


def draft_of(log: Log, rubric: Rubric, response_id: str) -> Draft:
    """What was chosen and typed before the window was left; what no longer fits is dropped."""
    found = drafts.draft(log, _key(rubric.ref, response_id)) or {}
    scores = found.get("scores")
    fits = isinstance(scores, dict) and set(scores) <= {item.id for item in rubric.items}
    return Draft(
        dict(scores) if fits and isinstance(scores, dict) else {}, str(found.get("why") or "")
    )


def lock(
    log: Log, rubric: Rubric, response_id: str, draft: Draft, seen: Iterable[str]
) -> Outcome[Rating]:
    """Lock what the draft says, resting on the ratings ``seen`` (ids), and drop the draft.

    It takes the place of the consensus there is. KnownError when an item has no admissible score,
    or when one of ``seen`` does not stand any more: then something else was talked about.
    """
    scores = in_order(rubric, draft.scores)
    check_complete(rubric, scores)
    with log.atomic(durable=True):
        check_agreed(log, response_id)
        stand = ratings.standing(ratings.ratings_of(log, response_id))
        grounds, old = rules.grounds(stand, rubric.ref), rules.agreed(stand, rubric.ref)
        _check_same(grounds, set(seen))
        rating = ratings.lock_rating(log, _rating(rubric, response_id, scores, grounds, old))
        _keep_why(log, rating, draft.why.strip())
        drafts.drop_draft(log, _key(rubric.ref, response_id))
    return Outcome(rating, Changes.RATINGS)


def _rating(
    rubric: Rubric, response_id: str, scores: Mapping[str, float | None],
    grounds: Iterable[Rating], old: Rating | None,
) -> Rating:  # fmt: skip
    return Rating(
        id=new_id(), response_id=response_id, rater_id=rules.consensus_rater(rubric.ref),
        role=CONSENSUS, rubric=rubric.ref, scores=scores, before_feedback=False,
        locked_at=local_now(), supersedes=old.id if old else None, blind=False,
        of=tuple(sorted(one.id for one in grounds)),
    )  # fmt: skip


def _check_same(grounds: Iterable[Rating], seen: set[str]) -> None:
    now = {one.id for one in grounds}
    if len(now) < 2 or now != seen:
        raise KnownError(
            "A rating of this response was locked or corrected meanwhile",
            "What you chose is kept; look at the new ratings, then lock.",
        )


def _allowed(log: Log, response_ids: Iterable[str]) -> tuple[str, ...]:
    """Without those whose speaker does not let others use them, or no longer does."""
    every = tuple(response_ids)
    held = consents.held_back(log, every)
    return tuple(one for one in every if one not in held)


def _check_seen(log: Log, viewer: str, response_id: str, grounds: tuple[Rating, ...]) -> None:
    check_agreed(log, response_id)
    if len(grounds) < 2:
        raise KnownError("Fewer than two raters have rated this", "Wait for the second rating.")
    if judged.whose(log, (response_id,)).get(response_id) == viewer:
        raise KnownError("This is your own response", "Who gave it does not take part in this.")
    if viewer in {one.rater_id for one in grounds}:
        return
    if response_id not in comments.marked_by(log, viewer, SEEN_OTHERS):
        raise KnownError("You have not rated this response yet", "Lock your own rating first.")


def _line(
    met: Voice, library: Library, stand: tuple[Rating, ...], ref: RubricRef,
    names: Mapping[str, str], waiting: tuple[str, ...],
) -> Line:  # fmt: skip
    grounds, consensus = rules.grounds(stand, ref), rules.agreed(stand, ref)
    far = rules.apart(grounds)
    titles = {i.id: i.title for r in library.rubrics if r.ref == ref for i in r.items}
    return Line(
        met.response_id, ref, met.client, met.title, met.duration_s, far,
        tuple(titles.get(item, item) for item in far.unlike + far.items),
        tuple(_called(names, one.rater_id) for one in grounds),
        any(one.second_opinion for one in grounds),
        consensus is not None,
        consensus is not None and rules.outdated(consensus, grounds),
        tuple(_called(names, r) for r in rules.added_since(consensus, grounds))
        if consensus else (),
        tuple(_called(names, rater) for rater in waiting),
    )  # fmt: skip


def _is_done(line: Line) -> bool:
    return line.agreed and not line.outdated and not line.added


def _called(names: Mapping[str, str], rater: str) -> str:
    return names.get(rater) or rater


def _given(log: Log, names: Mapping[str, str], one: Rating) -> Given:
    said = standing(comments.comments_of(log, one.response_id, one.rater_id))
    return Given(_called(names, one.rater_id), one, said)


def _why(log: Log, response_id: str, ref: RubricRef) -> Comment | None:
    every = comments.comments_of(log, response_id, rules.consensus_rater(ref))
    gone = {one.supersedes for one in every}
    found = [one for one in every if one.marker == WHY_AGREED and one.id not in gone]
    return found[-1] if found else None


def _keep_why(log: Log, rating: Rating, text: str) -> None:
    old = _why(log, rating.response_id, rating.rubric)
    if text == (old.text if old else ""):
        return
    marker = WHY_AGREED if text else ""
    said = Comment(
        new_id(), rating.response_id, rating.rater_id, _WHY_AT_S, text, marker, rating.locked_at,
        old.id if old else None,
    )  # fmt: skip
    comments.add_comment(log, said)


def _key(ref: RubricRef, response_id: str) -> str:
    return f"{rules.consensus_rater(ref)}:{response_id}"
