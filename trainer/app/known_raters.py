"""Raters whom a program has given something before: their addresses need not be pasted again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from trainer.app.share_raters import Named
from trainer.domain.errors import KnownError
from trainer.exchange.address import Address, address_text, fingerprint, read_address
from trainer.store import people
from trainer.store import shares as rows
from trainer.store.db import Log

Moved = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Known:
    """A rater by name, the address that they were given something at, and when last."""

    name: str
    address: str
    last: datetime

    @property
    def fingerprint(self) -> str:
        """Of the key in the address, as the rater finds it in their Attune."""
        return fingerprint(read_address(self.address).signs_as)

    @property
    def named(self) -> Named:
        """The rater as a share is asked for."""
        return Named(self.name, self.address)

    @property
    def line(self) -> str:
        """The same as it is typed."""
        return f"{self.name} = {self.address}"


def known(log: Log) -> tuple[Known, ...]:
    """Every rater who is here still, by name; of one with several addresses the newest first.

    Not at an address in whose place their share was written anew to another one.
    """
    last = {(name, address): at for name, address, at, _ in _given(log)}
    gone = moved(log)
    found = [Known(*which, at) for which, at in last.items() if which not in gone]
    found.sort(key=lambda one: one.last, reverse=True)
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def moved(log: Log) -> Moved:
    """By rater's name and address, the address that took its place; not where it was used again."""
    found: Moved = {}
    for name, address, _, instead_of in _given(log):
        found.pop((name, address), None)
        if instead_of not in ("", address):
            found[name, instead_of] = address
    return found


def now_at(moved: Moved, name: str, address: str) -> str:
    """This address of a rater's, or the one that took its place."""
    while (name, address) in moved:
        address = moved[name, address]
    return address


def with_addresses(log: Log, given: Iterable[Named]) -> tuple[tuple[Named, ...], tuple[Known, ...]]:
    """These raters, those without an address at the one known here; and who these are.

    KnownError: none is known, or several are.
    """
    every, used = known(log), []
    found = []
    for one in given:
        if not one.address:
            used.append(_only(one.name, every))
        found.append(one if one.address else used[-1].named)
    return tuple(found), tuple(used)


def told(one: Known) -> str:
    """Which address is used, for people."""
    return f"{one.name}: at the address of {one.last.astimezone():%Y-%m-%d}, key {one.fingerprint}"


def _only(name: str, every: Sequence[Known]) -> Known:
    mine = [one for one in every if one.name == name]
    if len(mine) == 1:
        return mine[0]
    if mine:
        when = " and ".join(
            f"{one.fingerprint} (given something last on {one.last.astimezone():%Y-%m-%d})"
            for one in mine
        )
        raise KnownError(
            f"{len(mine)} addresses of {name} are known here, of the keys {when}",
            f"Ask {name} which key is theirs now ('attune doctor' tells it), and name the address "
            f"with --rater: {' or '.join(f'{name}={one.address}' for one in mine)}",
        )
    names = ", ".join(dict.fromkeys(one.name for one in every))
    raise KnownError(
        f"No address of {name} is known here",
        f"Write {name}=ADDRESS, as their Attune tells it."
        + (f" Known are: {names}." if names else ""),
    )


def _given(log: Log) -> Iterator[tuple[str, str, datetime, str]]:
    """Each share of a rater who is here still: the name, the address, when, and in place of which
    address (empty: of none), oldest first.
    """
    names = {one.id: one.name for one in people.people(log)}
    for row in rows.shares(log, mine=True):
        if name := names.get(str(row.rater_id)):
            address = Address(row.document["read_by"], row.document["signs_as"])
            yield name, address_text(address), row.made_at, row.document.get("instead_of", "")
