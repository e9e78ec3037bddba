"""What was typed or chosen and is not locked yet; kept at every keystroke, gone once locked."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from trainer.store.db import Log
from trainer.store.times import to_text

ENROLLING = "enrolling"  # the assignment that is being composed, with names that may be in it
RATERS = "raters "  # and an assignment (id): who rates it, by name
GIVING = (
    "giving "  # and an id: where a file is to lie that is given out, with names that may be in it
)


def save_draft(log: Log, key: str, data: Mapping[str, object]) -> None:
    """Keep ``data`` (what JSON can hold) under ``key``, in place of what was there."""
    with log.atomic():
        log.db.conn.execute(
            "INSERT INTO drafts (key, data, saved_at) VALUES (?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at",
            (key, json.dumps(dict(data), ensure_ascii=False), to_text(datetime.now(UTC))),
        )


def draft(log: Log, key: str) -> dict[str, object] | None:
    """What was kept under ``key``, or None."""
    row = log.row("SELECT data FROM drafts WHERE key = ?", (key,))
    if row is None:
        return None
    data: dict[str, object] = json.loads(row["data"])
    return data


def drop_draft(log: Log, key: str) -> None:
    """Forget what was kept under ``key``; nothing happens when there is nothing."""
    with log.atomic():
        log.db.conn.execute("DELETE FROM drafts WHERE key = ?", (key,))


def drafts_of(log: Log, begins: str) -> dict[str, dict[str, object]]:
    """What was kept under each key that begins so, oldest first."""
    found = log.rows(
        "SELECT key, data FROM drafts WHERE substr(key, 1, ?) = ? ORDER BY key",
        (len(begins), begins),
    )
    return {row["key"]: json.loads(row["data"]) for row in found}
