"""Every standing rating made with one rubric, and whose response to which client it is of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.rubric import RubricRef
from trainer.store.consents import MAY_BE_RATED
from trainer.store.db import Log
from trainer.store.senders import set_aside
from trainer.store.times import from_text

_STANDING = "NOT EXISTS (SELECT 1 FROM ratings later WHERE later.supersedes = t.id)"
_MADE_WITH = (
    f"t.pack = :pack AND t.rubric = :rubric AND t.rubric_version = :version AND {_STANDING}"
)


@dataclass(frozen=True, slots=True)
class Given:
    """One rating, and what is known of its response; None: nobody knows.

    ``given_at`` is when the response was given, known of those in this log only; ``rated_at`` when
    the rating was locked.
    """

    response_id: str
    rater_id: str
    role: str
    blind: bool | None
    person_id: str | None
    pack: str | None
    vignette: str | None
    turn: str | None
    given_at: datetime | None
    rated_at: datetime
    scores: Mapping[str, float | None]
    round_kind: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """How much was rated with one version of a rubric, by raters among raters."""

    rubric: RubricRef
    ratings: int
    responses: int
    raters: int


def uses(log: Log, role: str, viewer: str = "") -> tuple[Use, ...]:
    """The rubrics that ratings of this role were made with, the most used first; without ratings
    of what others than ``viewer`` gave and may not be used, and of what is nobody's.
    """
    found = log.rows(
        f"""SELECT t.pack, t.rubric, t.rubric_version, COUNT(*) AS ratings,
          COUNT(DISTINCT t.response_id) AS responses, COUNT(DISTINCT t.rater_id) AS raters
        FROM ratings t LEFT JOIN responses r ON r.id = t.response_id
        WHERE t.role = ? AND {_STANDING} AND (r.id IS NULL OR r.person_id = ? OR {MAY_BE_RATED})
        AND t.response_id NOT IN (SELECT value FROM json_each(?))
        GROUP BY t.pack, t.rubric, t.rubric_version
        ORDER BY ratings DESC, t.pack, t.rubric, t.rubric_version DESC""",
        (role, viewer, json.dumps(list(set_aside(log)))),
    )
    return tuple(
        Use(
            RubricRef(row["pack"], row["rubric"], row["rubric_version"]),
            row["ratings"], row["responses"], row["raters"],
        )
        for row in found
    )  # fmt: skip


def given_with(log: Log, rubric: RubricRef) -> tuple[Given, ...]:
    """Every standing rating made with this version of a rubric, the first one first."""
    asked = {"pack": rubric.pack, "rubric": rubric.rubric, "version": rubric.version}
    scores: dict[str, dict[str, float | None]] = {}
    for row in log.rows(
        f"""SELECT s.rating_id, s.item, s.score FROM ratings t
        JOIN scores s ON s.rating_id = t.id WHERE {_MADE_WITH} ORDER BY s.rating_id, s.place""",
        asked,
    ):
        scores.setdefault(row["rating_id"], {})[row["item"]] = row["score"]
    found = log.rows(
        f"""SELECT t.id, t.response_id, t.rater_id, t.role, t.blind, b.kind,
          COALESCE(r.person_id, h.person_id) AS person_id, COALESCE(r.pack, h.pack) AS pack,
          COALESCE(r.vignette, h.vignette) AS vignette, COALESCE(r.turn, h.turn) AS turn,
          r.started_at, r.started_offset, t.locked_at, t.locked_offset
        FROM ratings t LEFT JOIN responses r ON r.id = t.response_id
        LEFT JOIN heard h ON h.response_id = t.response_id LEFT JOIN rounds b ON b.id = t.round_id
        WHERE {_MADE_WITH} ORDER BY t.locked_at, t.rowid""",
        asked,
    )
    return tuple(
        Given(
            row["response_id"], row["rater_id"], row["role"],
            None if row["blind"] is None else bool(row["blind"]),
            row["person_id"], row["pack"], row["vignette"], row["turn"],
            from_text(row["started_at"], row["started_offset"]) if row["started_at"] else None,
            from_text(row["locked_at"], row["locked_offset"]),
            scores.get(row["id"], {}),
            row["kind"],
        )
        for row in found
    )  # fmt: skip
