"""Attempts at turns, read back. They are written by ``recordings.adopt``, with their sound."""

import json
from collections.abc import Iterable

from trainer.domain.errors import KnownError
from trainer.domain.response import Recording, Response
from trainer.domain.vignette import VignetteRef
from trainer.store.db import Log, Row
from trainer.store.takes import holes_from
from trainer.store.times import from_text

_SELECT = """SELECT r.*, f.file, f.sha256, f.size_bytes, f.duration_s, f.sample_rate, f.made_at,
    f.made_offset, f.gaps, f.holes FROM responses r JOIN recordings f ON f.id = r.recording_id"""


def find_response(log: Log, response_id: str) -> Response | None:
    """The response with this id, or None."""
    row = log.row(f"{_SELECT} WHERE r.id = ?", (response_id,))
    return None if row is None else _response(row)


def is_anothers(log: Log, response_ids: Iterable[str], person_id: str) -> bool:
    """Whether one of these is here and was given by somebody else."""
    found = log.row(
        """SELECT 1 FROM json_each(:ids) w CROSS JOIN responses r ON r.id = w.value
        WHERE r.person_id <> :person
        UNION ALL SELECT 1 FROM json_each(:ids) w CROSS JOIN heard h ON h.response_id = w.value
        WHERE h.person_id <> :person""",
        {"ids": json.dumps(list(response_ids)), "person": person_id},
    )
    return found is not None


def response(log: Log, response_id: str) -> Response:
    """The response with this id; KnownError when there is none."""
    found = find_response(log, response_id)
    if found is None:
        raise KnownError(
            f"There is no response {response_id} in this log", "'attune log list' shows them all."
        )
    return found


def responses_of_all(log: Log, response_ids: Iterable[str]) -> dict[str, Response]:
    """These responses by their ids; those that are not in this log are not in it."""
    found = log.rows(
        _SELECT.replace("FROM responses r", "FROM json_each(?) w CROSS JOIN responses r")
        + " WHERE r.id = w.value",
        (json.dumps(list(response_ids)),),
    )
    return {row["id"]: _response(row) for row in found}


def responses(
    log: Log, person_id: str, *, limit: int = 200, before: str | None = None
) -> tuple[Response, ...]:
    """A person's responses, newest first; ``before`` is the last id of the page before."""
    place, values = page(log, person_id, before)
    found = log.rows(
        f"{_SELECT} WHERE r.person_id = :person {place}"
        " ORDER BY r.started_at DESC, r.id DESC LIMIT :limit",
        {**values, "limit": limit},
    )
    return tuple(_response(row) for row in found)


def next_attempt(log: Log, person_id: str, pack: str, vignette: str, turn: str) -> int:
    """The number of this person's next attempt at this turn, from 1; versions count as one."""
    row = log.row(
        "SELECT COALESCE(MAX(attempt), 0) + 1 AS n FROM responses"
        " WHERE person_id = ? AND vignette = ? AND pack = ? AND turn = ?",
        (person_id, vignette, pack, turn),
    )
    return int(row["n"]) if row else 1


def page(log: Log, person_id: str, before: str | None) -> tuple[str, dict[str, object]]:
    """The condition (on ``r``) and values for the page of responses after the id ``before``."""
    values: dict[str, object] = {"person": person_id}
    if before is None:
        return "", values
    last = log.row("SELECT started_at FROM responses WHERE id = ?", (before,))
    if last is None:
        raise KnownError(f"There is no response {before} in this log", "Start from the first page.")
    values.update(before_at=last["started_at"], before_id=before)
    return "AND (r.started_at, r.id) < (:before_at, :before_id)", values


def recording_from(row: Row, recording_id: str) -> Recording:
    """A recording out of a row that holds its columns under their own names."""
    return Recording(
        recording_id,
        row["file"],
        row["sha256"],
        row["size_bytes"],
        row["duration_s"],
        row["sample_rate"],
        from_text(row["made_at"], row["made_offset"]),
        row["gaps"],
        None if row["holes"] is None else holes_from(json.loads(row["holes"])),
    )


def _response(row: Row) -> Response:
    return Response(
        id=row["id"],
        person_id=row["person_id"],
        session_id=row["session_id"],
        vignette=VignetteRef(
            row["pack"], row["pack_version"], row["vignette"], row["vignette_version"]
        ),
        turn=row["turn"],
        attempt=row["attempt"],
        position=row["position"],
        started_at=from_text(row["started_at"], row["started_offset"]),
        ended_by=row["ended_by"],
        recording=recording_from(row, row["recording_id"]),
        stimulus_end_s=row["stimulus_end_s"],
        stimulus_end_error_s=row["stimulus_end_error_s"],
        change_tried=row["change_tried"],
        stopped_at_s=row["stopped_at_s"],
    )


def answering(log: Log, clients: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The responses (ids) to any of these clients (pack, vignette)."""
    found: set[str] = set()
    for client in clients:
        every = log.rows("SELECT id FROM responses WHERE (pack, vignette) = (?, ?)", client)
        found |= {row["id"] for row in every}
    return frozenset(found)
