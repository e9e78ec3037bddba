"""Responses whose ratings are known: of the packs, and of one's own consensus.

Nothing is kept for them but what the log has anyway. A consensus becomes a reference by a rating
of role ``reference`` that rests on it; what it is for, and the reason of each item, are comments by
the same person that name that rating (``domain.rounds.OF_REFERENCE``), so that they merge, are
backed up and are forgotten as all comments are. Withdrawn it is in the same way; what was rated on
it stays, and the results that rest on it stand as they were.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from trainer.app.consent import check_agreed
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.queue import Candidate, again, id_of
from trainer.app.waveform import clip_of
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CONSENSUS, REFERENCE, Rating
from trainer.domain.reference import USES, Reference, ReferenceSet
from trainer.domain.rounds import OF_REFERENCE, WITHDRAWN, Comment
from trainer.domain.rubric import Item, Rubric
from trainer.domain.vignette import VignetteRef
from trainer.store import comments, consents, heard, ratings, responses, senders
from trainer.store.db import Log
from trainer.store.times import after


@dataclass(frozen=True, slots=True)
class Known:
    """A response whose scores are known, on every item (None: not applicable), each with a reason.

    ``source`` says whose judgement that is. ``place`` is where its sound lies, None for a response
    of the log. ``parties`` (ids) had a part in it, by speaking, rating or adopting it: to them it
    is no reference. ``words`` are what is said in it, as far as that is written. ``rating_id`` is
    the rating by which one's own was adopted.
    """

    response_id: str
    use: str
    scores: Mapping[str, float | None]
    reasons: Mapping[str, str]
    source: str
    vignette: VignetteRef | None
    turn: str | None
    place: Path | None = None
    sha256: str = ""
    parties: frozenset[str] = field(default_factory=frozenset)
    words: str = ""
    rating_id: str = ""
    adopted_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def stood(self, at: datetime) -> bool:
        """Whether it was a reference then."""
        return self.withdrawn_at is None or at <= self.withdrawn_at

    @property
    def own(self) -> bool:
        """Whether it is one of the log's own, from a consensus."""
        return self.place is None


def known(
    log: Log, library: Library, rubric: Rubric, *, withdrawn: bool = False
) -> tuple[Known, ...]:
    """Every reference for a rubric: the packs' in their order, then one's own, oldest first.

    With ``withdrawn`` also those that were once: what was rated on them is judged as it was.
    """
    return (*of_packs(library, rubric), *own_references(log, rubric, withdrawn=withdrawn))


def sets_for(library: Library, rubric: Rubric) -> tuple[ReferenceSet, ...]:
    """The packs' reference sets rated with a rubric."""
    return tuple(
        one
        for one in library.reference_sets
        if (its := library.rubric_of(one)) is not None and its.ref == rubric.ref
    )


def of_packs(library: Library, rubric: Rubric) -> tuple[Known, ...]:
    """The packs' references; one that lacks an item of the rubric is left out."""
    items = {item.id for item in rubric.items}
    return tuple(
        _of_pack(one, of)
        for of in sets_for(library, rubric)
        for one in of.references
        if items <= set(one.ratings)
    )


def _of_pack(one: Reference, of: ReferenceSet) -> Known:
    response_id, sha256 = id_of(one.audio)
    return Known(
        response_id, one.use, {item: given.score for item, given in one.ratings.items()},
        {item: given.reason for item, given in one.ratings.items()},
        f"{of.title} ({of.pack}): {of.basis}", one.vignette, one.turn, one.audio, sha256,
        words=" ".join(one.text.split()),
    )  # fmt: skip


def anchor(item: Item, score: float | None) -> str:
    """The anchor that decides for a score; between two of them, both."""
    if score is None:
        return "Not applicable: this moment does not call for it."
    below = int(score)
    if score == below:
        return item.anchors[below]
    return f"Between {below} ({item.anchors[below]}) and {below + 1} ({item.anchors[below + 1]})"


# One's own


def own_references(log: Log, rubric: Rubric, *, withdrawn: bool = False) -> tuple[Known, ...]:
    """What was adopted from a consensus that still stands, on this version of the rubric, and may
    be rated; with ``withdrawn`` also what was withdrawn, may not be rated any more, or is set aside
    as nobody's.
    """
    agreed = {one.id: one for one in ratings.standing_in_role(log, CONSENSUS, rubric.ref)}
    found = []
    for rating in ratings.standing_in_role(log, REFERENCE, rubric.ref):
        said = _said(log, rating)
        if said.get("", "") in USES and rating.of and set(rating.of) <= set(agreed):
            found.append(_own(log, rating, said, [agreed[one] for one in rating.of]))
    if withdrawn:
        return tuple(found)
    held = not_met(log, [one.response_id for one in found])
    return tuple(one for one in found if one.withdrawn_at is None and one.response_id not in held)


def not_met(log: Log, response_ids: Iterable[str]) -> frozenset[str]:
    """Those that are no references any more, as they may not be rated or are nobody's."""
    ids = list(response_ids)
    return consents.held_back(log, ids) | (senders.set_aside(log) & set(ids))


def adoptable(log: Log, rubric: Rubric) -> tuple[Rating, ...]:
    """The consensus ratings that stand on this version and were no reference yet, oldest first;
    none of what may not be rated (any more) or is nobody's.
    """
    taken = {
        one for given in ratings.standing_in_role(log, REFERENCE, rubric.ref) for one in given.of
    }
    every = ratings.standing_in_role(log, CONSENSUS, rubric.ref)
    held = not_met(log, [one.response_id for one in every])
    return tuple(one for one in every if one.id not in taken and one.response_id not in held)


def adopt_as_reference(
    log: Log, rubric: Rubric, consensus: Rating, by: str, use: str, reasons: Mapping[str, str]
) -> Outcome[Rating]:
    """Make a consensus a reference for ``use``; ``by`` is who says so, with a reason for each item.

    KnownError: an item without its reason, who gave it has not agreed to be rated, it is set aside
    as nobody's, or a consensus that does not stand or is one already.
    """
    if use not in USES:
        raise ValueError(f"no such use: {use}")
    missing = [item.title for item in rubric.items if not reasons.get(item.id, "").strip()]
    if missing:
        raise KnownError(
            f"No reason is given yet for {', '.join(missing)}",
            "A line each: what in the answer decides, for those who learn from it.",
        )
    check_agreed(log, consensus.response_id)
    if consensus.id not in {one.id for one in adoptable(log, rubric)}:
        raise KnownError(
            "This consensus is a reference already, or was corrected since", "Look at it again."
        )
    now, made_id, where = local_now(), new_id(), consensus.response_id
    made = Rating(
        made_id, where, by, REFERENCE, rubric.ref, dict(consensus.scores),
        before_feedback=False, locked_at=now, blind=False, of=(consensus.id,),
    )  # fmt: skip
    lines = {"": use, **{item.id: reasons[item.id].strip() for item in rubric.items}}
    with log.atomic(durable=True):
        made = ratings.lock_rating(log, made)
        for item, text in lines.items():
            marker = _marker(made_id, item)
            comments.add_comment(log, Comment(new_id(), where, by, 0.0, text, marker, now))
    return Outcome(made, Changes.RATINGS)


def withdraw(log: Log, rubric: Rubric, rating_id: str, by: str) -> Outcome[Comment]:
    """Have a reference of one's own come up no more, for good; nothing that was rated on it goes.

    ``rating_id`` is the rating by which it was adopted. KnownError: it is none (any more), or
    ``by`` had no part in it and must not be told which one it is.
    """
    every = own_references(log, rubric, withdrawn=True)
    one = next((one for one in every if one.rating_id == rating_id), None)
    if one is None or one.withdrawn_at is not None:
        raise KnownError(
            "This is no reference any more: it was withdrawn, or its consensus was corrected",
            "Look at the list again.",
        )
    if by not in one.parties:
        raise KnownError(
            "Only who spoke, rated or adopted a reference can withdraw it",
            "Ask one of them: others are not told which one it is, for they may meet it yet.",
        )
    # What was rated on it until now was rated on a reference, also if the clock was set back since.
    rated = ratings.ratings_of(log, one.response_id)
    now = after(max(given.locked_at for given in rated), local_now())
    said = Comment(new_id(), one.response_id, by, 0.0, "", f"{WITHDRAWN}{rating_id}", now)
    with log.atomic(durable=True):
        comments.add_comment(log, said)
    return Outcome(said, Changes.RATINGS)


def _withdrawn_at(log: Log, rating: Rating) -> datetime | None:
    marker = f"{WITHDRAWN}{rating.id}"
    every = comments.comments_of(log, rating.response_id)
    return min((one.made_at for one in every if one.marker == marker), default=None)


def _marker(rating_id: str, item: str) -> str:
    return f"{OF_REFERENCE}{rating_id}:{item}"


def _said(log: Log, rating: Rating) -> dict[str, str]:
    """What was typed when it was adopted: the reasons by item, and its use under an empty name."""
    begins = _marker(rating.id, "")
    return {
        one.marker.removeprefix(begins): one.text
        for one in comments.comments_of(log, rating.response_id, rating.rater_id)
        if one.marker.startswith(begins)
    }


def _own(log: Log, rating: Rating, said: Mapping[str, str], agreed: Iterable[Rating]) -> Known:
    where = spoken(log, rating.response_id)
    grounds = [ratings.rater_of(log, one) for given in agreed for one in given.of]
    whose = {given.rater_id for given in agreed} | {one for one in grounds if one}
    return Known(
        rating.response_id, said[""], dict(rating.scores),
        {item: text for item, text in said.items() if item},
        f"Your own consensus of {len(grounds) or 'several'} ratings, made a reference on "
        f"{rating.locked_at:%d %b %Y}.",
        where.ref, where.turn, parties=frozenset(whose | {rating.rater_id, where.person_id}),
        rating_id=rating.id, adopted_at=rating.locked_at, withdrawn_at=_withdrawn_at(log, rating),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """Who answered which client, as far as it is known ("" for nobody that is)."""

    person_id: str
    ref: VignetteRef | None
    turn: str | None


def spoken(log: Log, response_id: str) -> Spoken:
    """Of a response of the log, or one heard elsewhere."""
    response = responses.find_response(log, response_id)
    if response is not None:
        return Spoken(response.person_id, response.vignette, response.turn)
    elsewhere = heard.find_heard(log, response_id)
    if elsewhere is None:
        return Spoken("", None, None)
    return Spoken(elsewhere.person_id or "", elsewhere.vignette, elsewhere.turn)


# To be heard


def candidate(log: Log, home: Home, library: Library, one: Known) -> Candidate | None:
    """A reference as it is put into a round; None: its response is not in the log any more."""
    if one.place is None:
        return again(log, home, library, (one.response_id,)).get(one.response_id)
    ref, place = one.vignette, one.place
    vignette = library.vignette(ref.pack, ref.vignette) if ref else None
    clip = clip_of(vignette, one.turn) if one.turn else None
    return Candidate(
        one.response_id, ref, vignette, one.turn, clip, None, None, None, place, one.sha256,
        lambda: place,
    )  # fmt: skip
