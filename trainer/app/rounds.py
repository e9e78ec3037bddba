"""Rating others, round by round: blind, in an order of its own, each rating locked for good.

What a rater is shown of a response is ``Blind`` and nothing else. What is chosen or typed is kept
at every key, as a draft; a rating that was locked is corrected by another one that names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from trainer.app import shared_sounds
from trainer.app.kept_back import to_come
from trainer.app.library import Library
from trainer.app.queue import Candidate, heard, lies_at, shuffled
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CALIBRATION, SUPERVISOR, Rating, check_complete
from trainer.domain.rounds import LIVE, LIVES, SEEN_OTHERS, Comment, Place, Round, standing
from trainer.domain.rubric import Rubric
from trainer.store import comments, consents, drafts, ratings, rounds, senders
from trainer.store import heard as heard_rows
from trainer.store import put_away as away
from trainer.store.db import Log
from trainer.store.shares import begun_by_other
from trainer.store.times import after
from trainer.store.withdrawn import withdrawn_among


@dataclass(frozen=True, slots=True)
class Blind:
    """All that a rater is shown of a response: its number in the round, and its client.

    ``client`` and ``title`` are empty where nobody knows which client it answers; ``clip`` is then
    None. ``from_s`` is where in its file the answer begins.
    """

    number: int
    of: int
    client: str
    title: str
    said: str
    clip: Path | None
    from_s: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen and typed for one response and not locked yet.

    ``typing`` is a comment in the making at ``typing_at_s``; ``beyond_s`` the time it has taken so
    far beyond the sound itself.
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    second_opinion: bool = False
    typing: str = ""
    typing_at_s: float | None = None
    beyond_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a round has come. ``each_s`` is the middle time beyond listening; None: too few."""

    rated: int
    of: int
    each_s: float | None


def begin(
    log: Log,
    rater_id: str,
    title: str,
    rubric: Rubric,
    candidates: Sequence[Candidate],
    *,
    references: frozenset[str] = frozenset(),
    kind: str = LIVE,
) -> Outcome[Round]:
    """Set out to rate these, in an order of the round's own; ``references`` are known ones among
    them (ids). KnownError when there is nothing to rate, or it is a share of somebody else's.
    """
    if not candidates:
        raise KnownError("There is nothing to rate", "Choose responses that you have not rated.")
    other = begun_by_other(log, (one.response_id for one in candidates), rater_id)
    if other is not None:
        raise KnownError(
            f"{other} has begun with this share, and each share is for one rater",
            "The program writes one for you: send it the address of an Attune of your own.",
        )
    now, round_id = after(rounds.last_at(log, rater_id), local_now()), new_id()
    order = shuffled(candidates, round_id)
    places = tuple(Place(one.response_id, one.response_id in references) for one in order)
    made = Round(round_id, rater_id, kind, title, rubric.ref, places, now)
    with log.atomic(durable=True):
        for one in order:
            if one.place is not None:
                heard_rows.add_heard(log, heard(one, now))
        rounds.add_round(log, made)
    return Outcome(made, Changes.RATINGS)


def round_to_rate(log: Log, library: Library, round_id: str) -> tuple[Round, Rubric]:
    """A round and the rubric it is rated on; KnownError when that has been reworded since."""
    of = rounds.round_of(log, round_id)
    same = (one for one in library.rubrics if one.ref == of.rubric)
    rubric = next(same, None)
    if rubric is None:
        raise KnownError(
            f"This round is rated on version {of.rubric.version} of '{of.rubric.rubric}', which "
            "is not in the library any more",
            "What was rated is kept. Begin a new round for the rest: its words are others now.",
        )
    return of, rubric


def blind(of: Round, candidate: Candidate) -> Blind:
    """What is shown of one response of a round."""
    number = [place.response_id for place in of.places].index(candidate.response_id) + 1
    vignette = candidate.vignette
    turns = vignette.turns if vignette else ()
    turn = next((turn for turn in turns if turn.id == candidate.turn), None)
    return Blind(
        number, len(of.places), vignette.client.name if vignette else "",
        vignette.title if vignette else "",
        " ".join(part.text for part in turn.says) if turn else "",
        candidate.clip, max(0.0, candidate.stimulus_end_s or 0.0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Begun:
    """A round that was begun, how far it is, and how many of its sounds are not where they were.

    ``away``: it was put away, and stands in the list no longer.
    """

    round: Round
    pace: Pace
    astray: int
    away: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything in it is rated."""
        return self.pace.rated == self.pace.of


def begun(log: Log, rater_id: str) -> tuple[Begun, ...]:
    """A rater's rounds of rating others, newest first; on the log's thread."""
    found = []
    for of in (one for one in rounds.rounds_of(log, rater_id) if one.kind in LIVES):
        astray = sum(_is_astray(log, one.response_id) for one in of.places)
        found.append(Begun(of, pace(log, of), astray, away.is_away(log, of.id)))
    return tuple(found)


def _is_astray(log: Log, response_id: str) -> bool:
    one = heard_rows.find_heard(log, response_id)
    if one is None:
        return False
    came = shared_sounds.item_of(log, response_id)
    if came is not None:
        return not shared_sounds.lie_there(log.folder, came)
    return not lies_at(Path(one.place))


def put_away(log: Log, round_id: str) -> Outcome[str]:
    """Take a round out of the list, with all that was rated in it kept."""
    away.add_move(log, round_id, local_now(), away=True)
    return Outcome(round_id, Changes.RATINGS)


def take_out(log: Log, round_id: str) -> Outcome[str]:
    """Have a round that was put away in the list again."""
    away.add_move(log, round_id, local_now(), away=False)
    return Outcome(round_id, Changes.RATINGS)


def found_again(log: Log, candidates: Sequence[Candidate]) -> int:
    """Where sounds lie now that were heard before; how many of ``candidates`` those are."""
    known = [one for one in candidates if heard_rows.find_heard(log, one.response_id)]
    with log.atomic(durable=True):
        for one in known:
            heard_rows.add_heard(log, heard(one, local_now()))
    return len(known)


def next_place(of: Round, rated: frozenset[str], after: str | None = None) -> str | None:
    """The next response without a rating, from ``after`` on and then from the beginning."""
    return next_of([place.response_id for place in of.places], rated, after)


def next_of(ids: Sequence[str], rated: frozenset[str], after: str | None = None) -> str | None:
    """``next_place`` among ``ids``, in their order."""
    start = ids.index(after) + 1 if after in ids else 0
    return next((one for one in (*ids[start:], *ids[:start]) if one not in rated), None)


def held_back(log: Log, of: Round) -> frozenset[str]:
    """Its responses that are not rated in it, and may not be any more; or need not: what was set
    aside as nobody's, and references that were hidden in it and withdrawn since; or not yet: whose
    client is to come in the rater's own test.
    """
    hidden = [place.response_id for place in of.places if place.reference and of.kind in LIVES]
    held = consents.held_back(log, [place.response_id for place in of.places])
    held |= withdrawn_among(log, of.rubric, hidden)
    held |= senders.set_aside(log) & {place.response_id for place in of.places}
    if ahead := to_come(log, of.rater_id):
        clients = heard_rows.clients_of(log, [place.response_id for place in of.places])
        held |= {one for one, client in clients.items() if client in ahead}
    return held - rounds.rated_in(log, of.id) if held else held


def pace(log: Log, of: Round) -> Pace:
    """How far it has come."""
    every = {place.response_id for place in of.places} - held_back(log, of)
    rated = rounds.rated_in(log, of.id) & every
    taken = [
        given.beyond_s
        for one in rated
        for given in ratings.standing(ratings.ratings_of(log, one))
        if given.round_id == of.id and given.beyond_s is not None
    ]
    return Pace(len(rated), len(every), median(taken) if len(taken) > 2 else None)


# Drafts


def keep_draft(log: Log, of: Round, response_id: str, draft: Draft) -> None:
    """Keep what is chosen and typed so far, at every key."""
    drafts.save_draft(log, _key(of, response_id), asdict(draft))


def draft_of(log: Log, of: Round, rubric: Rubric, response_id: str) -> Draft:
    """What was chosen and typed before the window was left; what no longer fits is dropped."""
    found = drafts.draft(log, _key(of, response_id)) or {}
    scores = found.get("scores")
    known = {item.id for item in rubric.items}
    fits = isinstance(scores, dict) and set(scores) <= known
    at_s = found.get("typing_at_s")
    beyond_s = found.get("beyond_s")
    return Draft(
        dict(scores) if fits and isinstance(scores, dict) else {},
        bool(found.get("second_opinion")),
        str(found.get("typing") or ""),
        float(at_s) if isinstance(at_s, int | float) else None,
        float(beyond_s) if isinstance(beyond_s, int | float) else 0.0,
    )


def forget_draft(log: Log, of: Round, response_id: str) -> None:
    """What was chosen is what is locked already."""
    drafts.drop_draft(log, _key(of, response_id))


# Ratings


def given_in(log: Log, of: Round, response_id: str) -> Rating | None:
    """This round's rating of a response, as it stands; None: not rated yet."""
    history = history_in(log, of, response_id)
    return history[-1] if history else None


def history_in(log: Log, of: Round, response_id: str) -> tuple[Rating, ...]:
    """This round's ratings of a response, oldest first: the last stands, the others did."""
    every = ratings.ratings_of(log, response_id)
    return tuple(one for one in every if one.round_id == of.id)


def lock(log: Log, of: Round, rubric: Rubric, response_id: str, draft: Draft) -> Outcome[Rating]:
    """Lock what the draft says, in place of this round's rating if there is one; the draft goes.

    It is not blind once its rater was shown what others gave of the response. KnownError when an
    item has no admissible score.
    """
    scores = in_order(rubric, draft.scores)
    check_complete(rubric, scores)
    old = given_in(log, of, response_id)
    unseen = response_id not in comments.marked_by(log, of.rater_id, SEEN_OTHERS)
    rating = Rating(
        id=new_id(), response_id=response_id, rater_id=of.rater_id,
        role=SUPERVISOR if _counts(of, response_id) else CALIBRATION,
        rubric=rubric.ref, scores=scores, before_feedback=unseen, locked_at=local_now(),
        supersedes=old.id if old else None, round_id=of.id, blind=unseen,
        beyond_s=round(draft.beyond_s, 3), second_opinion=draft.second_opinion,
    )  # fmt: skip
    with log.atomic(durable=True):
        rating = ratings.lock_rating(log, rating)
        drafts.drop_draft(log, _key(of, response_id))
    return Outcome(rating, Changes.RATINGS)


def _counts(of: Round, response_id: str) -> bool:
    """Whether a rating is one of those that raters are compared by: of nothing that is known.

    References are chosen to differ widely; among the others they would make raters look alike.
    """
    return of.kind in LIVES and not any(
        place.reference and place.response_id == response_id for place in of.places
    )


def in_order(rubric: Rubric, scores: Mapping[str, float | None]) -> dict[str, float | None]:
    """The scores in the rubric's order of items."""
    return {item.id: scores[item.id] for item in rubric.items if item.id in scores}


# Comments


def comment(
    log: Log, of: Round, response_id: str, at_s: float, text: str, marker: str = ""
) -> Outcome[Comment]:
    """Keep what is said of a moment."""
    return add_comment(log, make_comment(of, response_id, at_s, text, marker))


def correct(log: Log, old: Comment, text: str, marker: str) -> Outcome[Comment]:
    """Say it otherwise; with neither words nor marker, take it back."""
    return add_comment(log, make_correction(old, text, marker))


def add_comment(log: Log, comment: Comment) -> Outcome[Comment]:
    """Keep a comment as it was made."""
    comments.add_comment(log, comment)
    return Outcome(comment, Changes.RATINGS)


def make_comment(of: Round, response_id: str, at_s: float, text: str, marker: str = "") -> Comment:
    """What this round's rater says of a moment now."""
    return Comment(new_id(), response_id, of.rater_id, at_s, text.strip(), marker, local_now())


def make_correction(old: Comment, text: str, marker: str) -> Comment:
    """The same said otherwise; with neither words nor marker, taken back."""
    return Comment(
        new_id(), old.response_id, old.rater_id, old.at_s, text.strip(), marker, local_now(),
        old.id,
    )  # fmt: skip


def comments_in(log: Log, of: Round, response_id: str) -> tuple[Comment, ...]:
    """This rater's comments on a response that stand, by their moments."""
    return standing(comments.comments_of(log, response_id, of.rater_id))


def _key(of: Round, response_id: str) -> str:
    return f"round:{of.id}:{response_id}"
