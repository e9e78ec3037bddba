"""What the person made of the feedback on a response, and the one thing to change."""

import json

from trainer.domain.response import Note
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, offset_of, to_text


def add_note(log: Log, note: Note) -> bool:
    """Add a note, the newest of its response, which counts; False when the id is there already."""
    with log.atomic(durable=True):
        newest = note_of(log, note.response_id)
        made_at = after(newest.made_at if newest else None, note.made_at)
        return log.insert_new(
            "notes",
            {
                "id": note.id,
                "response_id": note.response_id,
                "change_next": note.change_next,
                "hooked": None if note.hooked is None else int(note.hooked),
                "criteria_met": json.dumps(list(note.criteria_met)),
                "made_at": to_text(made_at),
                "made_offset": offset_of(made_at),
            },
        )


def note_of(log: Log, response_id: str) -> Note | None:
    """The newest note of a response, or None."""
    row = log.row(
        "SELECT * FROM notes WHERE response_id = ? ORDER BY made_at DESC, rowid DESC LIMIT 1",
        (response_id,),
    )
    return None if row is None else _note(row)


def _note(row: Row) -> Note:
    return Note(
        row["id"],
        row["response_id"],
        row["change_next"],
        None if row["hooked"] is None else bool(row["hooked"]),
        tuple(json.loads(row["criteria_met"])),
        from_text(row["made_at"], row["made_offset"]),
    )
