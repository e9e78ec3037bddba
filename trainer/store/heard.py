"""Responses that are rated here and were given elsewhere: what they are, and where they were."""

import json
from collections.abc import Iterable

from trainer.domain.rounds import Heard
from trainer.domain.vignette import VignetteRef
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


def add_heard(log: Log, heard: Heard) -> bool:
    """Keep that a response was heard; False when it is known: then only where it lies is new."""
    ref = heard.vignette
    row = {
        "response_id": heard.response_id,
        "sha256": heard.sha256,
        "place": heard.place,
        "pack": ref.pack if ref else None,
        "pack_version": ref.pack_version if ref else None,
        "vignette": ref.vignette if ref else None,
        "vignette_version": ref.vignette_version if ref else None,
        "turn": heard.turn,
        "person_id": heard.person_id,
        "duration_s": heard.duration_s,
        "stimulus_end_s": heard.stimulus_end_s,
        "added_at": to_text(heard.added_at),
        "added_offset": offset_of(heard.added_at),
    }
    with log.atomic():
        if find_heard(log, heard.response_id) is None:
            log.insert("heard", row)
            return True
        log.db.conn.execute(
            "UPDATE heard SET place = :place WHERE response_id = :response_id",
            {"place": heard.place, "response_id": heard.response_id},
        )
        return False


def find_heard(log: Log, response_id: str) -> Heard | None:
    """What is known of a response that was heard; None: none of that id."""
    row = log.row("SELECT * FROM heard WHERE response_id = ?", (response_id,))
    return None if row is None else _heard(row)


def people_heard(log: Log) -> tuple[str, ...]:
    """The ids of everybody of whom a response was heard; they need not be in this log otherwise."""
    found = log.rows("SELECT DISTINCT person_id FROM heard WHERE person_id IS NOT NULL ORDER BY 1")
    return tuple(row["person_id"] for row in found)


def _heard(row: Row) -> Heard:
    ref = None
    if row["vignette"] is not None:
        ref = VignetteRef(
            row["pack"], row["pack_version"], row["vignette"], row["vignette_version"]
        )
    return Heard(
        row["response_id"], row["sha256"], row["place"], ref, row["turn"], row["person_id"],
        row["duration_s"], row["stimulus_end_s"],
        from_text(row["added_at"], row["added_offset"]),
    )  # fmt: skip


def clients_of(log: Log, response_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Whom each of these responses answers (pack, vignette), as far as that is known here."""
    found = log.rows(
        """SELECT w.value AS id, COALESCE(r.pack, h.pack) AS pack,
          COALESCE(r.vignette, h.vignette) AS vignette FROM json_each(?) w
        LEFT JOIN responses r ON r.id = w.value LEFT JOIN heard h ON h.response_id = w.value""",
        (json.dumps(list(response_ids)),),
    )
    return {row["id"]: (row["pack"], row["vignette"]) for row in found if row["vignette"]}
