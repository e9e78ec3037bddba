"""What a program was told, beside responses, in the files that were written for an assignment.

Statements on the use of responses and interruptions of a test may be made on one laptop while
another one writes a file, and clocks are set back: neither times nor ids tell what was in a file.
So that is kept, in a row of ``drafts``, which other versions of Attune leave alone.
"""

import json
from collections.abc import Iterable

from trainer.store import drafts
from trainer.store.db import Log, Row

BEGINS = "told program "  # and the ids of an assignment and of a person


def told(log: Log, assignment_id: str, person_id: str) -> frozenset[str]:
    """The statements and interruptions (ids) that were in a file; not the first of a response,
    which is always in the file that has the response.
    """
    return _read(drafts.draft(log, _key(assignment_id, person_id)))


def add_told(log: Log, assignment_id: str, person_id: str, ids: Iterable[str]) -> None:
    """Keep that these were in a file; with the file's row, in its transaction."""
    _add(log, _key(assignment_id, person_id), frozenset(ids))


def add_others(log: Log, row: Row) -> None:
    """Add what was in files that were written on another laptop; ``row`` is one of its drafts."""
    _add(log, row["key"], _read(json.loads(row["data"])))


def _add(log: Log, key: str, ids: frozenset[str]) -> None:
    before = _read(drafts.draft(log, key))
    if not ids <= before:
        drafts.save_draft(log, key, {"ids": sorted(before | ids)})


def _key(assignment_id: str, person_id: str) -> str:
    return f"{BEGINS}{assignment_id} {person_id}"


def _read(data: object) -> frozenset[str]:
    # A backup may come from anywhere: what is no such row tells nothing.
    ids = data.get("ids") if isinstance(data, dict) else None
    return frozenset(one for one in (ids if isinstance(ids, list) else ()) if isinstance(one, str))
