"""The keys of this installation: made when first needed, kept in the log, never sent.

A backup carries them, as it carries everything: a laptop that takes the place of a lost one can
read what was addressed to the lost one.
"""

from trainer.domain.ids import local_now
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


def identities(log: Log) -> tuple[str, ...]:
    """Every secret that may open what is addressed to this data folder."""
    return tuple(reads for reads, _ in rows.keys(log))
