"""Which rounds, and which assignments that are for others, were put away, out of the list.

Neither ever changes, so it stands beside them. Each time one is put away or taken out is added to
those before; none goes. All of one's stand in one row of ``drafts``, which other versions of Attune
know, and leave alone.
"""

import json
from datetime import datetime

from trainer.store import drafts
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, to_text

BEGINS = "away:"
_Moves = set[tuple[str, bool]]  # when (UTC, as text), and whether it was put away or taken out


def add_move(log: Log, one_id: str, at: datetime, *, away: bool) -> None:
    """Keep that one was put away, or taken out again: the last that was done to it."""
    with log.atomic(durable=True):
        moves = _moves_of(log, one_id)
        last = max((from_text(one, 0) for one, _ in moves), default=None)
        _save(log, BEGINS + one_id, moves | {(to_text(after(last, at)), away)})


def is_away(log: Log, one_id: str) -> bool:
    """Whether the last that was done is that it was put away."""
    moves = sorted(_moves_of(log, one_id))
    return bool(moves) and moves[-1][1]


def add_others(log: Log, row: Row) -> None:
    """Add what another log knows of one that is here; ``row`` is one of its drafts."""
    one_id = str(row["key"]).removeprefix(BEGINS)
    known = """SELECT 1 FROM rounds WHERE id = :one
        UNION ALL SELECT 1 FROM assignments WHERE assignment_id = :one AND mine = 0"""
    if log.row(known, {"one": one_id}):
        mine = _moves_of(log, one_id)
        if not (theirs := _read(json.loads(row["data"]))) <= mine:
            _save(log, row["key"], mine | theirs)


def _moves_of(log: Log, one_id: str) -> _Moves:
    return _read(drafts.draft(log, BEGINS + one_id))


def _read(data: object) -> _Moves:
    # A backup may come from anywhere: what is no such row tells nothing.
    moves = data.get("moves") if isinstance(data, dict) else None
    return {
        (one[0], one[1])
        for one in (moves if isinstance(moves, list) else ())
        if isinstance(one, list) and len(one) == 2 and _is_time(one[0]) and isinstance(one[1], bool)
    }


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and to_text(from_text(text, 0)) == text
    except ValueError:
        return False


def _save(log: Log, key: str, moves: _Moves) -> None:
    drafts.save_draft(log, key, {"moves": [list(one) for one in sorted(moves)]})
