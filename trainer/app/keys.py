"""The keys of this installation: made when first needed, kept in the log, never sent.

A backup carries them, as it carries everything: a laptop that takes the place of a lost one can
read what was addressed to the lost one.
"""

from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.address import address_of
from trainer.exchange.envelope import Pair, new_pair
from trainer.store import keys as rows
from trainer.store.db import Log


def own_pair(log: Log) -> Pair:
    """The pair that signs here and that others encrypt to."""
    found = rows.keys(log)
    if not found:
        made = new_pair()
        rows.add_keys(log, made.reads, made.signs, local_now())
        found = rows.keys(log)
    return Pair(*found[0])


def pair_that_signs(log: Log, signs_as: str) -> Pair:
    """The pair that signs as this key; KnownError when it is not of this data folder."""
    found = next((p for one in rows.keys(log) if (p := Pair(*one)).signs_as == signs_as), None)
    if found is None:
        raise KnownError(
            "The key that this was given out with is not in this data folder",
            "Do it where it was given out, or restore that folder's backup here.",
        )
    return found


def public_halves(log: Log) -> tuple[str, ...]:
    """What others encrypt to when it is for this data folder."""
    return tuple(Pair(*one).read_by for one in rows.keys(log))


def address(log: Log) -> str:
    """The address that a program writes shares to, for whoever rates here."""
    return address_of(own_pair(log))


def identities(log: Log) -> tuple[str, ...]:
    """Every secret that may open what is addressed to this data folder."""
    return tuple(reads for reads, _ in rows.keys(log))
