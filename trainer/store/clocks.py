"""Files that were made by a clock that cannot have been right: what is late is not told by it."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from trainer.store import drafts
from trainer.store.db import Log, Row
from trainer.store.times import from_text, to_text

CAME = "came "  # and the id of a submission by such a clock: when it came, by the clock here
UNSURE = f"""(s.made_at < (SELECT MIN(a.made_at) FROM assignments a
      WHERE a.assignment_id = s.assignment_id)
    OR EXISTS (SELECT 1 FROM submitted u JOIN responses q ON q.id = u.response_id
      WHERE u.submission_id = s.id AND q.started_at > s.made_at)
    OR EXISTS (SELECT 1 FROM drafts d WHERE d.key = '{CAME}' || s.id))"""
"""Of a submission ``s``: it says it was made before the assignment was, before an answer that is in
it, or after it came."""
_CAME_AT = (
    f"(SELECT json_extract(d.data, '$.came_at') FROM drafts d WHERE d.key = '{CAME}' || s.id)"
)

# Of files ``f`` with one response: when it was first here or made, and whether one is doubtful.
_FIRST = """MIN(CASE WHEN f.doubt THEN f.came ELSE f.made_at END) AS at, MAX(f.doubt) AS doubt"""


@dataclass(frozen=True, slots=True)
class Sent:
    """When a response was first sent; ``doubtful``: a clock that was not right made a file of it,
    and ``at`` is when it was here for sure (None: that is not known).
    """

    at: datetime | None
    doubtful: bool


def keep_came(log: Log, submission_id: str, at: datetime) -> None:
    """Keep when a file by such a clock came, and so was made before; with its rows."""
    drafts.save_draft(log, CAME + submission_id, {"came_at": to_text(at)})


def add_others(log: Log, row: Row) -> None:
    """Add when a file that is here came to another log; ``row`` is one of its drafts.

    On two laptops of a program it came first on one of them.
    """
    data = json.loads(row["data"])
    came = data.get("came_at") if isinstance(data, dict) else None
    try:  # a backup may come from anywhere: what is no time tells nothing
        at = from_text(came, 0) if isinstance(came, str) else None
    except ValueError:
        at = None
    one_id = str(row["key"]).removeprefix(CAME)
    mine = log.row(f"SELECT s.id, {_CAME_AT} AS came FROM submissions s WHERE s.id = ?", (one_id,))
    if at is not None and mine and (mine["came"] is None or to_text(at) < mine["came"]):
        keep_came(log, one_id, at)


def drop_others(connection: sqlite3.Connection) -> None:
    """Take out when files came that are here no more; inside a transaction."""
    connection.execute(
        "DELETE FROM drafts WHERE substr(key, 1, ?) = ? AND substr(key, ?) NOT IN"
        " (SELECT id FROM submissions)",
        (len(CAME), CAME, len(CAME) + 1),
    )


def is_unsure(log: Log, submission_id: str) -> bool:
    """Whether a submission was made by such a clock."""
    sql = f"SELECT 1 FROM submissions s WHERE s.id = ? AND {UNSURE}"
    return log.row(sql, (submission_id,)) is not None


def unsure(log: Log, assignment_id: str) -> dict[str, datetime | None]:
    """Which submissions (ids) for an assignment that were read here were made by such a clock, and
    when each came, where that is known.
    """
    found = log.rows(
        f"SELECT s.id, {_CAME_AT} AS came FROM arrived s WHERE s.assignment_id = ? AND {UNSURE}",
        (assignment_id,),
    )
    return {row["id"]: from_text(row["came"], 0) if row["came"] else None for row in found}


def late_and_unsure(log: Log, assignment_id: str, due: datetime) -> tuple[int, int]:
    """Of how many codes a response first came after ``due``, and of how many that is not sure.

    What came here before it was in time, whatever its clock says.
    """
    found = log.rows(
        f"""WITH files AS MATERIALIZED (SELECT s.id, s.code, s.made_at, {UNSURE} AS doubt,
          {_CAME_AT} AS came FROM arrived s WHERE s.assignment_id = ?)
        SELECT MIN(f.code) AS code, {_FIRST} FROM files f
        CROSS JOIN submitted t ON t.submission_id = f.id GROUP BY t.response_id""",
        (assignment_id,),
    )
    open_ = [row for row in found if row["at"] is None or row["at"] > to_text(due)]
    unsure_ = {row["code"] for row in open_ if row["doubt"]}
    return len({row["code"] for row in open_ if not row["doubt"]}), len(unsure_)


def is_late_file(log: Log, submission_id: str, due: datetime) -> bool:
    """Whether a response came first in a file that was read here, after ``due``.

    It goes by all files that are here, as ``late_and_unsure`` does: no other one tells that the
    response was in time, or leaves it open.
    """
    found = log.row(
        f"""WITH free AS MATERIALIZED (SELECT s.id FROM arrived m
          CROSS JOIN arrived s ON s.assignment_id = m.assignment_id AND s.person_id = m.person_id
          WHERE m.id = :id AND (s.made_at <= :due OR s.place < m.place OR {UNSURE}))
        SELECT 1 FROM arrived m CROSS JOIN submitted t ON t.submission_id = m.id
        WHERE m.id = :id AND m.made_at > :due AND NOT EXISTS (SELECT 1 FROM free f
          CROSS JOIN submitted o ON o.submission_id = f.id AND o.response_id = t.response_id)""",
        {"id": submission_id, "due": to_text(due)},
    )
    return found is not None


def first_sent(log: Log) -> dict[str, Sent]:
    """By response that came in a submission or was sent in one: when it was first."""
    found = log.rows(
        f"""WITH files AS MATERIALIZED (SELECT s.id, s.made_at, {UNSURE} AS doubt,
          {_CAME_AT} AS came FROM submissions s)
        SELECT t.response_id, {_FIRST} FROM files f
        CROSS JOIN submitted t ON t.submission_id = f.id GROUP BY t.response_id"""
    )
    return {
        row["response_id"]: Sent(from_text(row["at"], 0) if row["at"] else None, bool(row["doubt"]))
        for row in found
    }
