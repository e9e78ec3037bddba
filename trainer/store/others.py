"""What others gave to a person's responses; never of one that its person has not rated yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from trainer.domain.others import JUDGING, Given, others_points
from trainer.store.db import Log, Row
from trainer.store.ratings import STANDING
from trainer.store.times import from_text

# For a query on responses r: until a person has rated a response, nothing that anybody else gave to
# it may be seen.
LOCKED = """EXISTS (SELECT 1 FROM ratings own
    WHERE own.response_id = r.id AND own.role = 'self')"""
ROLES = ", ".join(f"'{role}'" for role in JUDGING)
_GIVEN = f"""SELECT r.id, r.started_at, r.started_offset, r.vignette, r.attempt,
      t.id AS rating_id, t.pack, t.rubric, t.rater_id, t.role, c.item, c.score
    FROM {{source}} CROSS JOIN ratings t ON t.response_id = r.id AND t.role IN ({ROLES})
    CROSS JOIN scores c ON c.rating_id = t.id
    WHERE {{which}} AND (t.role <> 'supervisor' OR t.rater_id <> r.person_id)
      AND {STANDING} AND {LOCKED}
    ORDER BY r.started_at, r.id, t.locked_at, t.rowid, c.place"""


@dataclass(frozen=True, slots=True)
class OthersMeans:
    """Others' mean of each item of one rubric for one response, and how many gave a score."""

    means: dict[str, float]
    raters: int


def others_given(log: Log, person_id: str, rubric_id: str) -> dict[str, tuple[Given, ...]]:
    """By item of the rubric, whatever its version: every score by others, oldest response first."""
    sql = _GIVEN.format(source="responses r", which="r.person_id = :person AND t.rubric = :rubric")
    found = log.rows(sql, {"person": person_id, "rubric": rubric_id})
    agreed = _agreed(log, found)
    items: dict[str, list[Given]] = {}
    for row in found:
        items.setdefault(row["item"], []).append(_given(row, agreed))
    return {item: tuple(given) for item, given in items.items()}


def others_means(
    log: Log, response_ids: Sequence[str]
) -> dict[str, dict[tuple[str, str], OthersMeans]]:
    """By response and (pack, rubric), what others gave on the whole."""
    sql = _GIVEN.format(
        source="json_each(:ids) wanted CROSS JOIN responses r ON r.id = wanted.value", which="1"
    )
    found = log.rows(sql, {"ids": json.dumps(list(response_ids))})
    agreed = _agreed(log, found)
    scales: dict[tuple[str, tuple[str, str]], dict[str, list[Given]]] = {}
    for row in found:
        items = scales.setdefault((row["id"], (row["pack"], row["rubric"])), {})
        items.setdefault(row["item"], []).append(_given(row, agreed))
    means: dict[str, dict[tuple[str, str], OthersMeans]] = {}
    for (response_id, rubric), items in scales.items():
        points = {item: others_points(given) for item, given in items.items()}
        raters = {rater for every in points.values() for one in every for rater in one.raters}
        means.setdefault(response_id, {})[rubric] = OthersMeans(
            {item: every[0].score for item, every in points.items() if every}, len(raters)
        )
    return means


def self_rated(log: Log, response_id: str) -> bool:
    """Whether the person's own rating of a response is locked, so that others' may be seen."""
    sql = f"SELECT 1 FROM responses r WHERE r.id = ? AND {LOCKED}"
    return log.row(sql, (response_id,)) is not None


def _agreed(log: Log, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The raters that each consensus among ``rows`` rests on."""
    ids = sorted({row["rating_id"] for row in rows if row["role"] == "consensus"})
    if not ids:
        return {}
    agreed: dict[str, list[str]] = {}
    for row in log.rows(
        """SELECT g.rating_id, o.rater_id FROM json_each(?) wanted
        CROSS JOIN grounds g ON g.rating_id = wanted.value
        CROSS JOIN ratings o ON o.id = g.of_rating ORDER BY g.rating_id, g.of_rating""",
        (json.dumps(ids),),
    ):
        agreed.setdefault(row["rating_id"], []).append(row["rater_id"])
    return {rating: tuple(dict.fromkeys(raters)) for rating, raters in agreed.items()}


def _given(row: Row, agreed: dict[str, tuple[str, ...]]) -> Given:
    return Given(
        row["id"],
        from_text(row["started_at"], row["started_offset"]),
        row["vignette"],
        row["attempt"],
        row["rater_id"],
        row["role"],
        row["score"],
        agreed.get(row["rating_id"], ()),
    )
