"""What one's own files for an assignment told its program besides answers: by id, not by time.

A clock that was set back, or another laptop's log that was merged later, brings rows whose times
and ids lie before a file that did not have them.
"""

import json
from collections.abc import Iterable

from trainer.store import drafts
from trainer.store.db import Log, Row

BEGINS = "told "  # and the ids of an assignment and of a person


def told(log: Log, assignment_id: str, person_id: str) -> frozenset[str] | None:
    """The statements and interruptions (ids) that a person's files had; None: nobody kept it."""
    kept = drafts.draft(log, _key(assignment_id, person_id))
    if kept is None:
        return None
    ids = kept["ids"]
    assert isinstance(ids, list)  # as it was kept
    return frozenset(ids)


def would_tell(
    log: Log, assignment_id: str, person_id: str, response_ids: Iterable[str]
) -> frozenset[str]:
    """All that is told once a file with these responses is out."""
    found = log.rows(
        """SELECT c.id FROM consents c WHERE c.response_id IN (
          SELECT value FROM json_each(:new) UNION SELECT t.response_id FROM submissions s
          JOIN submitted t ON t.submission_id = s.id
          WHERE s.assignment_id = :assignment AND s.person_id = :person AND s.mine = 1)
        UNION SELECT i.id FROM interruptions i
          WHERE i.assignment_id = :assignment AND i.person_id = :person""",
        {
            "new": json.dumps(list(response_ids)),
            "assignment": assignment_id,
            "person": person_id,
        },
    )
    return frozenset(row["id"] for row in found)


def keep_told(log: Log, assignment_id: str, person_id: str, ids: Iterable[str]) -> None:
    """Keep that these are told too; in the transaction that keeps the file."""
    every = set(ids) | (told(log, assignment_id, person_id) or set())
    drafts.save_draft(log, _key(assignment_id, person_id), {"ids": sorted(every)})


def add_others(log: Log, row: Row) -> None:
    """Add what the files of another laptop told; ``row`` is one of its drafts."""
    data, (_, *who) = json.loads(row["data"]), row["key"].split(" ")
    ids = data.get("ids") if isinstance(data, dict) else None
    # A backup may come from anywhere: what is no such row tells nothing.
    if len(who) == 2 and isinstance(ids, list) and all(isinstance(one, str) for one in ids):
        keep_told(log, who[0], who[1], ids)


def _key(assignment_id: str, person_id: str) -> str:
    return f"{BEGINS}{assignment_id} {person_id}"
