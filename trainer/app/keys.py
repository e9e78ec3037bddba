"""The keys of this installation: made when first needed, kept in the log, never sent.

A backup carries them, as it carries everything: a laptop that takes the place of a lost one can
read what was addressed to the lost one.
"""

from trainer.domain.ids import local_now
from trainer.exchange.address import address_of, fingerprint
from trainer.exchange.envelope import Pair, new_pair
from trainer.store import keys as rows
from trainer.store.assignments import signed_as
from trainer.store.db import Log


def own_pair(log: Log) -> Pair:
    """The pair that signs here and that others encrypt to."""
    found = rows.keys(log)
    if not found:
        made = new_pair()
        rows.add_keys(log, made.reads, made.signs, local_now())
        found = rows.keys(log)
    return Pair(*found[0])


def pair_that_signs(log: Log, signs_as: str | None) -> Pair:
    """The pair whose public half this is, which a backup may have brought; else one's own.

    Others know somebody by the key of their first file: what follows is signed with the same.
    """
    every = [Pair(*one) for one in rows.keys(log)]
    return next((one for one in every if one.signs_as == signs_as), None) or own_pair(log)


def public_halves(log: Log) -> tuple[str, ...]:
    """What others encrypt to when it is for this data folder."""
    return tuple(Pair(*one).read_by for one in rows.keys(log))


def address(log: Log) -> str:
    """The address that a program writes shares to, for whoever rates here."""
    return address_of(own_pair(log))


def fingerprints(log: Log) -> tuple[str, ...]:
    """Of the keys that sign here, to be compared with what others see; empty: there is none yet."""
    return tuple(fingerprint(Pair(*one).signs_as) for one in rows.keys(log))


def own_fingerprint(log: Log, person_id: str) -> str:
    """Of the key that signs for somebody here."""
    return fingerprint(pair_that_signs(log, signed_as(log, person_id)).signs_as)


def identities(log: Log) -> tuple[str, ...]:
    """Every secret that may open what is addressed to this data folder."""
    return tuple(reads for reads, _ in rows.keys(log))
