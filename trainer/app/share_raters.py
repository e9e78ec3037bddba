"""Who is named as a rater: somebody who is known already, a trainee, or somebody new."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.domain.errors import KnownError
from trainer.domain.ids import id_of, local_now, new_id
from trainer.domain.response import Person
from trainer.exchange.address import Address, fingerprint, read_address
from trainer.store import assignments as assigned
from trainer.store import enrolled, forget, people
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.senders import keys_of


@dataclass(frozen=True, slots=True)
class Named:
    """A rater as a program names one; ``address`` as ``exchange.address`` reads it, empty: the one
    that is known of them.

    Whose key signed a trainee's submissions is that trainee, whatever they are called here, and is
    never given their own.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Rater:
    """The person a rater is here; ``own_codes`` of a trainee who rates, ``shares`` given so far.

    ``instead_of`` is an address that is theirs no more.
    """

    person: Person
    address: Address
    own_codes: frozenset[str]
    shares: int
    instead_of: str = ""


def by_name(text: str) -> Named:
    """A rater out of ``NAME=ADDRESS``, or of a name alone; KnownError when it is neither."""
    if "=" in text or not text.strip():
        return named(text)
    return Named(text.strip(), "")


def named(text: str) -> Named:
    """A rater out of ``NAME=ADDRESS``; KnownError when it is no such text."""
    name, equals, address = text.partition("=")
    if not (equals and name.strip() and address.strip()):
        raise KnownError(f"This names no rater: {text[:40]!r}", "Write NAME=ADDRESS.")
    read_address(address)
    return Named(name.strip(), address.strip())


def raters_of(log: Log, given: Sequence[Named], *, moved: bool = False) -> list[Rater]:
    """These raters; KnownError: one twice, an address that is none or not theirs.

    ``moved``: it was said that who is known by another key has a new computer.
    """
    names = [one.name for one in given]
    if len(set(names)) != len(names):
        raise KnownError("A rater is named twice", "Name each once.")
    found = [_rater(log, one, moved=moved) for one in given]
    if len({one.address for one in found}) != len(found):
        raise KnownError("Two raters have the same address", "Each rater has one of their own.")
    return found


def _rater(log: Log, given: Named, *, moved: bool) -> Rater:
    """Somebody of this name who is known already, or somebody new."""
    address = read_address(given.address)
    everybody, shares = people.people(log), rows.shares(log, mine=True)
    by_key = dict(reversed(rows.raters_by_key(log)))  # the first one, where there are several
    other = next((one for one in everybody if one.id == by_key.get(address.signs_as)), None)
    if other is not None and other.name != given.name:
        raise KnownError(
            f"This address is that of {other.name} already, not of {given.name}",
            f"Write {other.name}, or ask {given.name} for their own.",
        )
    known = [other] if other else [one for one in everybody if one.name == given.name]
    if len(known) > 1:
        raise KnownError(
            f"{len(known)} people are called {given.name} here", "Give the rater another name."
        )
    own = assigned.codes_signed_by(log, address.signs_as)
    _check_name(log, given.name, own)
    if not known:
        return Rater(Person(_id(log, address), given.name, local_now()), address, own, 0)
    own |= _own_codes(log, known[0], address)
    if other is None and not own and not moved:
        _check_key(log, known[0], address)
    before = sum(one.rater_id == known[0].id for one in shares)
    return Rater(known[0], address, own, before)


def _check_key(log: Log, known: Person, address: Address) -> None:
    """KnownError where who is called so was given something at addresses of other keys."""
    keys = [fingerprint(key) for key, one in rows.raters_by_key(log) if one == known.id]
    if keys:
        name, by = known.name, f"the key{'s' if len(keys) > 1 else ''} {' and '.join(keys)}"
        raise KnownError(
            f"{name} is known here by {by}, and this address is of the key "
            f"{fingerprint(address.signs_as)}",
            f"Nothing was given out. Is it {name} on a new computer? Say so with 'attune ratings "
            f"share --again', {name} and this address: what is not rated is written anew for it, "
            "and what comes later goes there. Is it somebody else? Then give them another name.",
        )


def _id(log: Log, address: Address) -> str:
    """The same on each laptop of a program; of who was forgotten here, another one."""
    found = id_of(address.signs_as)
    return new_id() if forget.mark_of(found) in forget.marks(log) else found


def _check_name(log: Log, name: str, own: frozenset[str]) -> None:
    """KnownError when this is what a trainee is called, and it is not shown that the rater is."""
    behind = {code for code, who in enrolled.names(log).items() if who == name}
    documents = assigned.assignments(log, mine=True)
    behind |= {
        name for document in documents for one in document["enrolled"] if name == one["code"]
    }
    for code in sorted(behind - own):
        if not enrolled.people_of(log, code):
            known = (
                f"{name} is a trainee's code" if name == code else f"{name} is enrolled as {code}"
            )
            raise KnownError(
                f"{known}, and nothing has come from {name} yet",
                "Import a submission of theirs first: it shows which key is theirs. Somebody else "
                "of this name needs another one here.",
            )
        if name != code:
            raise KnownError(
                f"{name} is enrolled as {code}, whose submissions are signed by another key",
                "Ask them for the address of the Attune that they answer in. Somebody else of "
                "this name needs another one here.",
            )


def _own_codes(log: Log, person: Person, address: Address) -> frozenset[str]:
    """The codes under which a rater submitted; KnownError when the address is not theirs."""
    every = [one["id"] for one in assigned.assignments(log, mine=True)]
    codes = assigned.codes_of(log, person.id)
    for code in sorted(codes):
        keys = keys_of(log, code, every)
        if keys and address.signs_as not in keys:
            raise KnownError(
                f"This is not the address of {code}: their submissions are signed by another key",
                "Ask the trainee for the address of the Attune that they answer in.",
            )
    return codes
