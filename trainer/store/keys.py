"""The pairs of keys of this installation; the first is its own, others came with a restored log."""

from datetime import datetime

from trainer.domain.ids import new_id
from trainer.store.db import Log
from trainer.store.times import offset_of, to_text


def keys(log: Log) -> tuple[tuple[str, str], ...]:
    """Every pair as (what reads, what signs), both secret, in the order they came to this log."""
    return tuple(
        (row["reads"], row["signs"]) for row in log.rows("SELECT * FROM keys ORDER BY rowid")
    )


def add_keys(log: Log, reads: str, signs: str, made: datetime) -> None:
    """Add a pair, unless another program has added one meanwhile: there is one of its own only."""
    with log.atomic(durable=True):
        if log.row("SELECT 1 FROM keys") is None:
            log.insert(
                "keys",
                {
                    "id": new_id(),
                    "reads": reads,
                    "signs": signs,
                    "made_at": to_text(made),
                    "made_offset": offset_of(made),
                },
            )
