"""What a research export asks of the log as a whole; single responses are read as everywhere."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from trainer.domain.rubric import RubricRef
from trainer.store.consents import NEWEST
from trainer.store.db import Log
from trainer.store.ratings import STANDING
from trainer.store.senders import first_of
from trainer.store.starts import CLOSED
from trainer.store.trouble import log_errors


@dataclass(frozen=True, slots=True)
class Candidate:
    """A response, for which assignment it was given (empty: none), and what was agreed to.

    ``use`` is empty where nothing was said; ``keep_until`` as in ``domain.consent``.
    """

    id: str
    person_id: str
    assignment_id: str
    use: str
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class Scale:
    """An item that somebody rated: by whom, in which role, on which rubric."""

    rater_id: str
    role: str
    rubric: RubricRef
    item: str


@contextmanager
def steady(log: Log) -> Iterator[None]:
    """Read as the log is now, whatever others write meanwhile; they are not kept waiting."""
    with log_errors(log.path):
        log.db.conn.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            log.db.conn.execute("ROLLBACK")


def candidates(log: Log) -> tuple[Candidate, ...]:
    """Every response, those of a person together and in the order of time.

    Whom a program takes for one person is one. Without a test's of one's own that wait for others'
    ratings: nothing of them is shown yet.
    """
    same = first_of(log)
    found = log.rows(
        f"""SELECT r.id, COALESCE(w.value, r.person_id) AS person_id, a.assignment_id, c.use,
          c.keep_until FROM responses r LEFT JOIN json_each(?) w ON w.key = r.person_id
        LEFT JOIN assigned a ON a.session_id = r.session_id
        LEFT JOIN consents c ON c.id = ({NEWEST})
        WHERE NOT {CLOSED} ORDER BY 2, r.started_at, r.id""",
        (json.dumps(same),),
    )
    return tuple(
        Candidate(
            row["id"], row["person_id"], row["assignment_id"] or "", row["use"] or "",
            date.fromisoformat(row["keep_until"]) if row["keep_until"] else None,
        )
        for row in found
    )  # fmt: skip


def scales(log: Log, response_ids: Iterable[str]) -> tuple[Scale, ...]:
    """Who rated any of these responses on what, in ratings that stand; items as they were rated."""
    found = log.rows(
        f"""SELECT t.pack, t.rubric, t.rubric_version, s.item, t.rater_id, t.role,
          MIN(s.place) AS place FROM json_each(?) w
        CROSS JOIN ratings t ON t.response_id = w.value JOIN scores s ON s.rating_id = t.id
        WHERE {STANDING} GROUP BY t.pack, t.rubric, t.rubric_version, s.item, t.rater_id, t.role
        ORDER BY t.pack, t.rubric, t.rubric_version, place, s.item""",
        (json.dumps(list(response_ids)),),
    )
    return tuple(
        Scale(
            row["rater_id"], row["role"],
            RubricRef(row["pack"], row["rubric"], row["rubric_version"]), row["item"],
        )
        for row in found
    )  # fmt: skip


def codes(log: Log) -> tuple[tuple[str, str, str], ...]:
    """Who (id) works for which assignment under which code, in the order in which it was said.

    Of what was read here, the code whose it is; what is nobody's is not in it.
    """
    found = log.rows(
        """SELECT person_id, assignment_id, code FROM (
          SELECT person_id, assignment_id, code, made_at AS at FROM arrived
          UNION ALL SELECT person_id, assignment_id, code, made_at FROM submissions WHERE mine = 1
          UNION ALL SELECT person_id, assignment_id, code, taken_at FROM taken_on)
        ORDER BY at, person_id"""
    )
    return tuple((row["person_id"], row["assignment_id"], row["code"]) for row in found)


def filmed(log: Log, response_ids: Iterable[str]) -> frozenset[str]:
    """Those of these responses that have a film."""
    found = log.rows(
        """SELECT r.id FROM json_each(?) w CROSS JOIN responses r ON r.id = w.value
        JOIN videos v ON v.recording_id = r.recording_id""",
        (json.dumps(list(response_ids)),),
    )
    return frozenset(row["id"] for row in found)


def kinds_of_rounds(log: Log) -> dict[str, str]:
    """The kind of each round, by its id."""
    return {row["id"]: row["kind"] for row in log.rows("SELECT id, kind FROM rounds")}
