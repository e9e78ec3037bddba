"""Files that were made by a clock that cannot have been right: what is late is not told by it."""

from datetime import datetime

from trainer.store import drafts
from trainer.store.db import Log
from trainer.store.times import to_text

AHEAD = "ahead "  # and a submission's id: it was made after it came here
UNSURE = f"""(s.made_at < (SELECT MIN(a.made_at) FROM assignments a
      WHERE a.assignment_id = s.assignment_id)
    OR EXISTS (SELECT 1 FROM submitted u JOIN responses q ON q.id = u.response_id
      WHERE u.submission_id = s.id AND q.started_at > s.made_at)
    OR EXISTS (SELECT 1 FROM drafts d WHERE d.key = '{AHEAD}' || s.id))"""
"""Of a submission ``s``: it says it was made before the assignment was, before an answer that is in
it, or after it came."""


def keep_ahead(log: Log, submission_id: str, came_at: datetime) -> None:
    """Keep that a file says it was made later than it came; with its rows."""
    drafts.save_draft(log, AHEAD + submission_id, {"came_at": to_text(came_at)})


def unsure(log: Log, assignment_id: str) -> frozenset[str]:
    """Which submissions (ids) for an assignment that were read here were made by such a clock."""
    found = log.rows(
        f"SELECT s.id FROM arrived s WHERE s.assignment_id = ? AND {UNSURE}",
        (assignment_id,),
    )
    return frozenset(row["id"] for row in found)


def late_and_unsure(log: Log, assignment_id: str, due: datetime) -> tuple[int, int]:
    """Of how many codes a response first came after ``due``, and of how many that is not sure."""
    found = log.rows(
        f"""WITH files AS MATERIALIZED (SELECT s.id, s.code, s.made_at, {UNSURE} AS doubt
          FROM arrived s WHERE s.assignment_id = ?)
        SELECT MIN(f.code) AS code, MIN(CASE WHEN f.doubt THEN NULL ELSE f.made_at END) AS sure,
          MAX(f.doubt) AS doubt FROM files f
        CROSS JOIN submitted t ON t.submission_id = f.id GROUP BY t.response_id""",
        (assignment_id,),
    )
    open_ = [row for row in found if row["sure"] is None or row["sure"] > to_text(due)]
    unsure_ = {row["code"] for row in open_ if row["doubt"]}
    return len({row["code"] for row in open_ if not row["doubt"]}), len(unsure_)
