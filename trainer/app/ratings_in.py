"""Ratings that came back: from codes to responses, by the rater they were given to, for good."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from trainer.app import travelling
from trainer.app.keys import public_halves
from trainer.app.work import Outcome
from trainer.domain import share as rules
from trainer.domain.changes import Changes
from trainer.domain.counted import by_count
from trainer.domain.document import Document
from trainer.domain.errors import KnownError
from trainer.domain.rating import SUPERVISOR, Rating
from trainer.domain.rounds import Comment, Place, Round
from trainer.domain.share import Returned
from trainer.exchange.bundle import Bundle, refusal
from trainer.store import comments, consents, people, ratings, rounds
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.shares import ReturnedRow, ShareRow


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of a file of ratings. ``responses`` are rated in it, ``of`` are in the share.

    ``ratings`` and ``comments`` count what was not here before; ``notes`` are to be said of it.
    """

    rater: str
    responses: int
    of: int
    ratings: int
    comments: int
    new: bool
    notes: tuple[str, ...] = ()


def take_in(log: Log, found: Bundle) -> Outcome[Adopted]:
    """Keep what a rater gave on a share; what is here already is left as it is.

    KnownError: of no share of ours, for somebody else, signed by another key than the rater's, on
    responses that are not in the share, with scores that the rubric does not admit, by a rater who
    was forgotten, or by a second one. Nothing is kept then.
    """
    given = rules.read_returned(found.manifest.facts.get("ratings"))
    share = _share(log, found, given)
    rater_id = str(share.rater_id)
    person = next((one for one in people.people(log) if one.id == rater_id), None)
    if person is None:
        raise KnownError(
            f"The rater of this file was forgotten here: {found.path}", "Nothing was changed."
        )
    _check_one_rater(log, found, given, person.name)
    response_of, made = _responses(log, found, share, given), travelling.made_at(found)
    with log.atomic(durable=True):
        counted = _adopt(log, found, given, rater_id, response_of)
        gate = rules.as_returned(given)["gate"]
        said = {"gate": gate, "rater": given.rater}
        row = ReturnedRow(
            found.manifest.id, share.id, False, rater_id, said, str(found.signed_by), made
        )
        # A file that was here before may have what could not be taken then.
        new = rows.add_returned(log, row) or bool(counted.total())
    done = Adopted(
        person.name, len({one.code for one in given.ratings} & set(response_of)),
        len(rows.codes_of(log, share.id)), counted["ratings"], counted["comments"], new,
        _notes(log, share, given, response_of),
    )  # fmt: skip
    return Outcome(done, Changes.RATINGS if new else Changes.NOTHING)


def _share(log: Log, found: Bundle, given: Returned) -> ShareRow:
    share = rows.find_share(log, given.share_id)
    if share is None or not share.mine:
        raise KnownError(
            f"These ratings are on a share that was not given out here: {found.path}",
            "Nothing was changed. Open them where the share was made.",
        )
    if given.to not in public_halves(log):
        raise KnownError(
            f"These ratings were written for somebody else and sent on: {found.path}",
            "Nothing was changed. Ask the rater whom they sent them to.",
        )
    if found.signed_by != share.document["signs_as"]:
        raise KnownError(
            f"These ratings were signed with another key than their rater's: {found.path}",
            "Nothing was changed. Somebody else may have written them, or the rater has a new "
            "computer: 'attune ratings share --again RATER' writes what they have not rated for "
            "the address they have now.",
        )
    if given.rubric != Document(share.document, "share").rubric("rubric"):
        raise refusal(found.path, "it is rated on another rubric than the share's")
    return share


def _check_one_rater(log: Log, found: Bundle, given: Returned, name: str) -> None:
    """KnownError when two people have rated one share in one data folder."""
    files = rows.returned(log, given.share_id, mine=False)
    before = {one.document.get("rater") for one in files} - {None}
    if before and given.rater not in (None, *before):
        raise KnownError(
            f"Somebody else than before has rated the share of {name}: {found.path}",
            "Nothing was changed. Each share is for one rater: give the second person a share of "
            "their own, for an Attune of their own.",
        )


def _responses(log: Log, found: Bundle, share: ShareRow, given: Returned) -> dict[str, str]:
    """The response of each code in it, of those that are still here and may be rated."""
    known, named = set(share.document["codes"]), rules.codes_in(given)
    if not named <= known:
        strange = len(named - known)
        verb = by_count(strange, "is", "are")
        raise refusal(found.path, f"{strange} of its responses {verb} not in the share")
    admitted = rules.read_admitted(share.document["admitted"])
    for one in given.ratings:
        try:
            admitted.check(one.scores)
        except KnownError as error:
            raise refusal(
                found.path, f"a rating is not as its rubric asks: {error.text}"
            ) from error
    of = rows.codes_of(log, share.id)
    held = consents.held_back(log, of.values())
    return {code: response for code, response in of.items() if response not in held}


def _adopt(
    log: Log, found: Bundle, given: Returned, rater_id: str, response_of: Mapping[str, str]
) -> Counter[str]:
    """Rows in the order in which they were made; how many of each kind were new."""
    done: Counter[str] = Counter()
    known = {one.id: one for one in rounds.rounds_of(log, rater_id)}
    try:
        for of in given.rounds:
            codes = [code for code in of.codes if code in response_of]
            places = tuple(Place(response_of[code]) for code in codes)
            title = f"Share {given.share_id[-4:]}"
            row = Round(of.id, rater_id, of.kind, title, given.rubric, places, of.began_at)
            _keep_round(log, row, known.get(of.id))
        for one in given.ratings:
            if one.code in response_of:
                rating = Rating(
                    one.id, response_of[one.code], rater_id, SUPERVISOR, given.rubric, one.scores,
                    one.before_feedback, one.locked_at, one.supersedes, one.round_id, one.blind,
                    one.beyond_s, one.second_opinion,
                )  # fmt: skip
                done["ratings"] += ratings.add_as_given(log, rating)
        for said in given.comments:
            if said.code in response_of:
                comment = Comment(
                    said.id, response_of[said.code], rater_id, said.at_s, said.text, said.marker,
                    said.made_at, said.supersedes,
                )  # fmt: skip
                done["comments"] += comments.add_as_said(log, comment)
    except KnownError as error:
        raise refusal(found.path, f"its ratings do not fit each other: {error.text}") from error
    return done


def _keep_round(log: Log, of: Round, known: Round | None) -> None:
    """A round of a rater's that is not ``known`` here yet; KnownError: another one has its id."""
    if known is None and rounds.kind_of(log, of.id) is None:
        rounds.add_round(log, of)
    elif known is None or replace(known, places=of.places) != of:
        raise KnownError(f"there is another round {of.id} here", "")


def _notes(
    log: Log, share: ShareRow, given: Returned, response_of: Mapping[str, str]
) -> tuple[str, ...]:
    rated = {one.code for one in given.ratings}
    still = rows.codes_of(log, share.id)
    gone, held = len(rated - set(still)), len(rated & set(still) - set(response_of))
    notes = []
    if gone:
        notes.append(
            f"{gone} of its responses {by_count(gone, 'was', 'were')} forgotten here meanwhile, "
            "and left out"
        )
    if held:
        notes.append(
            f"{held} of its responses may not be rated any more, and "
            f"{by_count(held, 'was', 'were')} left out"
        )
    if given.gate is not None:
        passed = "passed" if given.gate.passed else "did not pass"
        notes.append(f"the rater {passed} the gate on {given.gate.at.astimezone():%d %b %Y}")
    return tuple(notes)
