"""What the person made of the feedback on a response, and the one thing to change."""

import json

from trainer.domain.response import Note
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


def add_note(log: Log, note: Note) -> bool:
    """Add a note; the newest of a response counts. False when the id is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "notes",
            {
                "id": note.id,
                "response_id": note.response_id,
                "change_next": note.change_next,
                "hooked": None if note.hooked is None else int(note.hooked),
                "criteria_met": json.dumps(list(note.criteria_met)),
                "made_at": to_text(note.made_at),
                "made_offset": offset_of(note.made_at),
            },
        )


def note_of(log: Log, response_id: str) -> Note | None:
    """The newest note of a response, or None."""
    row = log.row(
        "SELECT * FROM notes WHERE response_id = ? ORDER BY made_at DESC, rowid DESC LIMIT 1",
        (response_id,),
    )
    return None if row is None else _note(row)


def previous_change(
    log: Log,
    person_id: str,
    *,
    pack: str | None = None,
    vignette: str | None = None,
    session_id: str | None = None,
) -> str:
    """The newest thing this person set out to change, or '' when there is none.

    Of one vignette (``pack`` and ``vignette``), of one session, or of all responses.
    """
    row = log.row(
        """SELECT n.change_next FROM responses r CROSS JOIN notes n ON n.response_id = r.id
        WHERE r.person_id = :person AND n.change_next <> ''
          AND (:pack IS NULL OR r.pack = :pack)
          AND (:vignette IS NULL OR r.vignette = :vignette)
          AND (:session IS NULL OR r.session_id = :session)
          AND NOT EXISTS (SELECT 1 FROM notes l WHERE l.response_id = n.response_id
            AND (l.made_at, l.rowid) > (n.made_at, n.rowid))
        ORDER BY r.started_at DESC, r.id DESC LIMIT 1""",
        {"person": person_id, "pack": pack, "vignette": vignette, "session": session_id},
    )
    return "" if row is None else str(row["change_next"])


def _note(row: Row) -> Note:
    return Note(
        row["id"],
        row["response_id"],
        row["change_next"],
        None if row["hooked"] is None else bool(row["hooked"]),
        tuple(json.loads(row["criteria_met"])),
        from_text(row["made_at"], row["made_offset"]),
    )
