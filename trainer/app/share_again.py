"""A share written anew: its file was lost, or its rater has a new computer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trainer.app import share
from trainer.app.keys import own_pair
from trainer.app.known_raters import moved, now_at
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.share import Given, Plan, Progress
from trainer.app.share_packed import answers_of
from trainer.app.share_raters import Named, Rater, raters_of
from trainer.app.work import Outcome
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.exchange.address import Address, address_text, read_address
from trainer.store import people, ratings
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.shares import ShareRow


@dataclass(frozen=True, slots=True)
class Again:
    """What of these assignments (ids) a rater was given and has not rated, once more.

    ``rater`` is their name; ``address`` is theirs now, empty: the one they had last, or another in
    its place since.
    """

    assignments: tuple[str, ...]
    rater: str
    address: str = ""
    due_at: datetime | None = None


def give_again(
    home: Home, log: Log, library: Library, again: Again, out: Path,
    progress: Progress = share.unseen,
) -> Outcome[tuple[Given, ...]]:  # fmt: skip
    """Write one file more into ``out``; ratings on the earlier ones are still taken.

    Nothing, when all is rated; then ``move`` keeps where they read now. KnownError: nobody of this
    name was given any of it, and as ``share.give_out``.
    """
    planned = plan_again(home, log, library, again, out)
    return share.keep(log, share.write(home, planned, progress))


def plan_again(home: Home, log: Log, library: Library, again: Again, out: Path) -> Plan:
    """What is to be written anew; on the log's thread, as ``share.plan``. KnownError likewise."""
    shares, names = rows.shares(log, mine=True), {one.id: one.name for one in people.people(log)}
    theirs = [one for one in shares if names.get(str(one.rater_id)) == again.rater]
    wanted = set(again.assignments)
    given = [one for one in theirs if wanted & set(one.document["assignments"])]
    if not given and theirs and again.address:
        raters_of(log, [Named(again.rater, again.address)], moved=True)
        return share.begin(log, library, share.Ask(again.assignments, ()), out)
    if not given:
        raise KnownError(
            f"{again.rater} was given nothing of this", "'attune ratings progress' lists them."
        )
    last = given[-1]
    kept = _address(last)
    now = again.address or now_at(moved(log), again.rater, address_text(kept))
    named = Named(again.rater, now)
    (rater,) = raters_of(log, [named], moved=True)
    if rater.address != kept:  # a new computer: what is given from now on goes there
        rater = replace(rater, instead_of=address_text(kept))
    # What is rated together was shared together.
    every = tuple(dict.fromkeys(one for row in given for one in row.document["assignments"]))
    due_at = again.due_at
    if due_at is None and last.document["due_at"]:
        due_at = datetime.fromisoformat(last.document["due_at"])
    ask = share.Ask(every, (named,), 1, 0.0, due_at)
    left = _left(home, log, rater, every, given)
    begun = share.begin(log, library, ask, out)
    return replace(
        begun,
        answers=answers_of(log, left),
        allocated=lambda: [(rater, left)] if left else [],
    )


def move(log: Log, again: Again) -> bool:
    """Keep that a rater reads elsewhere from now on, where no file was written anew that says so:
    as a share of nothing. False, and nothing kept: it is no other address.
    """
    names = {one.id: one.name for one in people.people(log)}
    shares = rows.shares(log, mine=True)
    theirs = [one for one in shares if names.get(str(one.rater_id)) == again.rater]
    if not (theirs and again.address):
        return False
    (rater,) = raters_of(log, [Named(again.rater, again.address)], moved=True)
    old = now_at(moved(log), again.rater, address_text(_address(theirs[-1])))
    if read_address(old) == rater.address:
        return False
    document = {
        **theirs[-1].document, "codes": [], "due_at": None, "instead_of": old,
        "read_by": rater.address.read_by, "signs_as": rater.address.signs_as,
    }  # fmt: skip
    signed_by = own_pair(log).signs_as
    rows.add_share(
        log, ShareRow(new_id(), True, rater.person.id, document, signed_by, local_now()), {}
    )
    return True


def _address(of: ShareRow) -> Address:
    return Address(of.document["read_by"], of.document["signs_as"])


def _left(
    home: Home, log: Log, rater: Rater, assignments: tuple[str, ...], shares: Sequence[ShareRow]
) -> tuple[str, ...]:
    """What of these shares is not rated and can still be given, in a fixed order."""
    given = {one for row in shares for one in rows.codes_of(log, row.id).values()}
    raters = {rater.person.id, *(str(row.rater_id) for row in shares)}
    rated = frozenset[str]().union(*(ratings.rated_of(log, one, given) for one in raters))
    return tuple(
        one.response_id
        for one in share.usable(home, log, assignments)
        if one.response_id in given - rated and one.code not in rater.own_codes
    )
