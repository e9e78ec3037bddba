"""Sittings: what was set out to be practised, what came of it, how it felt."""

from trainer.domain.errors import KnownError
from trainer.domain.response import Session, SessionEnd
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, offset_of, to_text


def add_session(log: Log, session: Session) -> bool:
    """Add a session; False, and nothing changed, when the id is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "sessions",
            {
                "id": session.id,
                "person_id": session.person_id,
                "pack": session.pack,
                "set_id": session.set_id,
                "objective": session.objective,
                "started_at": to_text(session.started_at),
                "started_offset": offset_of(session.started_at),
            },
        )


def end_session(log: Log, end: SessionEnd) -> None:
    """Add what the person said at the end; of several, the newest counts, which this one is."""
    with log.atomic(durable=True):
        newest = end_of(log, end.session_id)
        ended_at = after(newest.ended_at if newest else None, end.ended_at)
        log.insert(
            "session_ends",
            {
                "session_id": end.session_id,
                "felt": end.felt,
                "reflection": end.reflection,
                "ended_at": to_text(ended_at),
                "ended_offset": offset_of(ended_at),
            },
        )


def session(log: Log, session_id: str) -> Session:
    """The session with this id; KnownError when there is none."""
    row = log.row("SELECT * FROM sessions WHERE id = ?", (session_id,))
    if row is None:
        raise KnownError(f"There is no session {session_id} in this log", "Check the id.")
    return _session(row)


def end_of(log: Log, session_id: str) -> SessionEnd | None:
    """The newest end of a session, or None while it is unfinished."""
    row = log.row(
        "SELECT * FROM session_ends WHERE session_id = ? ORDER BY ended_at DESC, id DESC LIMIT 1",
        (session_id,),
    )
    if row is None:
        return None
    at = from_text(row["ended_at"], row["ended_offset"])
    return SessionEnd(session_id, row["felt"], row["reflection"], at)


def _session(row: Row) -> Session:
    return Session(
        row["id"],
        row["person_id"],
        row["pack"],
        row["set_id"],
        row["objective"],
        from_text(row["started_at"], row["started_offset"]),
    )
