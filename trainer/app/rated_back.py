"""What a rater gave on a share, as one file that only the program can open.

Each file has all that was given so far, corrections too: in whichever order they arrive, and
whichever is lost on the way, the newest one says everything.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer import __version__
from trainer.app import shared, travelling
from trainer.app.gate import GateResult
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.work import Outcome
from trainer.domain import share as rules
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import SUPERVISOR, Rating
from trainer.domain.rounds import LIVES, MARKERS, Comment, Round
from trainer.domain.share import Attest, Returned, SentComment, SentRating, SentRound, ShareFacts
from trainer.exchange.bundle import Manifest
from trainer.store import comments, copies, ratings, rounds
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.shares import ReturnedRow
from trainer.store.times import after

KIND = "ratings"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of ratings that was written: on how many responses of a share of so many."""

    path: Path
    program: str
    responses: int
    of: int


def attest(found: GateResult | None) -> Attest | None:
    """What is told the program of a rater's gate; None: none was rated to its end."""
    if found is None:
        return None
    share, icc = found.whole.found.share, found.whole.found.icc
    return Attest(
        found.passed, found.at, found.references, share.value if share else None,
        icc.value if icc else None, icc.low if icc else None,
    )  # fmt: skip


def send(
    home: Home, log: Log, share_id: str, rater_id: str, gate: Attest | None, out: Path
) -> Outcome[Sent]:
    """Write all that a rater gave on a share into the file or the folder ``out``.

    Encrypted to the program's key and signed with this installation's; ``gate`` is of the share's
    rubric. KnownError: no such share, nothing rated, no room.
    """
    return write(home, log, share_id, rater_id, gate, out)[1]()


def write(
    home: Home,
    log: Log,
    share_id: str,
    rater_id: str,
    gate: Attest | None,
    out: Path,
    mark: str = "",
) -> tuple[Path, Callable[[], Outcome[Sent]]]:
    """The same; that it is sent is kept by calling the second. ``mark`` is put into its name."""
    row = rows.find_share(log, share_id)
    if row is None or row.mine:
        raise KnownError(f"There is no share {share_id} here", "'attune import FILE' takes one in.")
    facts = rules.read_facts(row.document)
    given = _given(log, share_id, rater_id, facts, gate)
    if not given.ratings:
        raise KnownError(
            f"Nothing of this share is rated yet: {facts.program}", "Nothing was written."
        )
    rules.check_size(given)
    before = rows.returned(log, share_id, mine=True)
    number = f" {len(before) + 1}" if before else ""
    target = travelling.target(out, facts.program, f"ratings {share_id[-4:]}{mark}{number}")
    pair, file_id = own_pair(log), new_id()
    # The newest tells the rater's gate, also where the clock was set back meanwhile.
    made = after(before[-1].made_at if before else None, local_now())
    manifest = Manifest(
        KIND, file_id, made.isoformat(), __version__, copies.LOG_VERSION,
        {"ratings": rules.as_returned(given)}, (),
    )  # fmt: skip
    with travelling.scratch(home.folder) as place:
        travelling.write(target, manifest, {}, pair, [facts.read_by], place)
    document = {"sent": list(shared.said_on(log, share_id, rater_id))}
    done = ReturnedRow(file_id, share_id, True, rater_id, document, pair.signs_as, made)
    responses = len({one.code for one in given.ratings})
    sent = Sent(target, facts.program, responses, len(rows.codes_of(log, share_id)))

    def keep() -> Outcome[Sent]:
        rows.add_returned(log, done)
        return Outcome(sent, Changes.RATINGS)

    return target, keep


def _given(
    log: Log, share_id: str, rater_id: str, facts: ShareFacts, gate: Attest | None
) -> Returned:
    codes = set(rows.codes_of(log, share_id))
    held = [
        of
        for of in reversed(rounds.rounds_of(log, rater_id))
        if of.kind in LIVES
        and of.rubric == facts.rubric
        and codes & {place.response_id for place in of.places}
    ]
    known = {of.id for of in held}
    rated = [
        one
        for every in ratings.ratings_of_all(log, sorted(codes)).values()
        for one in every
        if one.rater_id == rater_id and one.role == SUPERVISOR and one.round_id in known
    ]
    said = [one for code in sorted(codes) for one in comments.comments_of(log, code, rater_id)]
    return Returned(
        share_id, facts.read_by, facts.rubric, gate,
        tuple(_round(of, codes) for of in held),
        tuple(_rating(one) for one in sorted(rated, key=lambda one: (one.locked_at, one.id))),
        tuple(_comment(one) for one in _in_order(said)),
        hashlib.sha256(f"{share_id} {rater_id}".encode()).hexdigest(),
    )  # fmt: skip


def _in_order(said: Sequence[Comment]) -> list[Comment]:
    mine = [one for one in said if not one.marker or one.marker in MARKERS]
    return sorted(mine, key=lambda one: (one.made_at, one.id))


def _round(of: Round, codes: set[str]) -> SentRound:
    # References hidden among them are the rater's own business.
    order = tuple(place.response_id for place in of.places if place.response_id in codes)
    return SentRound(of.id, of.kind, of.began_at, order)


def _rating(one: Rating) -> SentRating:
    return SentRating(
        one.id, one.response_id, dict(one.scores), one.before_feedback, bool(one.blind),
        one.locked_at, one.supersedes, str(one.round_id), one.beyond_s, one.second_opinion,
    )  # fmt: skip


def _comment(one: Comment) -> SentComment:
    return SentComment(
        one.id, one.response_id, one.at_s, one.text, one.marker, one.made_at, one.supersedes
    )
