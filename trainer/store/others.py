"""What others gave to a person's responses; never of one that its person has not rated yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from trainer.domain.others import JUDGING, Given, last_words
from trainer.store.db import Log, Row
from trainer.store.ratings import STANDING
from trainer.store.times import from_text

# For a query on responses r: until a person has rated a response, nothing that anybody else gave to
# it may be seen.
LOCKED = """EXISTS (SELECT 1 FROM ratings own
    WHERE own.response_id = r.id AND own.role = 'self')"""
ROLES = ", ".join(f"'{role}'" for role in JUDGING)
# For a query on ratings t of responses r: those by somebody else that stand and may be seen.
_SEEN = f"""t.role IN ({ROLES}) AND (t.role <> 'supervisor' OR t.rater_id <> r.person_id)
      AND {STANDING} AND {LOCKED}"""


@dataclass(frozen=True, slots=True)
class OthersMeans:
    """Others' mean of each item of one rubric for one response, and of how many scores it is.

    ``raters`` is how many gave any score.
    """

    means: dict[str, float]
    counts: dict[str, int]
    raters: int


@dataclass(frozen=True, slots=True)
class _Judged:
    rater_id: str
    role: str
    agreed: tuple[str, ...]
    scores: dict[str, float | None]


def others_given(
    log: Log, person_id: str, pack: str, rubric_id: str
) -> dict[str, tuple[Given, ...]]:
    """By item of the rubric, whatever its version: every score by others, oldest response first."""
    found = log.rows(
        f"""SELECT r.id, r.started_at, r.started_offset, r.vignette, r.attempt,
          t.id AS rating_id, t.rater_id, t.role, c.item, c.score
        FROM responses r CROSS JOIN ratings t ON t.response_id = r.id
        CROSS JOIN scores c ON c.rating_id = t.id
        WHERE r.person_id = :person AND t.pack = :pack AND t.rubric = :rubric AND {_SEEN}
        ORDER BY r.started_at, r.id, t.locked_at, t.rowid, c.place""",
        {"person": person_id, "pack": pack, "rubric": rubric_id},
    )
    found, agreed = _in_force(log, found)
    items: dict[str, list[Given]] = {}
    for row in found:
        items.setdefault(row["item"], []).append(_given(row, agreed))
    return {item: tuple(given) for item, given in items.items()}


def others_means(
    log: Log, response_ids: Sequence[str]
) -> dict[str, dict[tuple[str, str], OthersMeans]]:
    """By response and (pack, rubric), what others gave on the whole."""
    found = log.rows(
        f"""SELECT r.id, t.id AS rating_id, t.pack, t.rubric, t.rater_id, t.role,
          (SELECT json_group_object(c.item, c.score) FROM scores c
            WHERE c.rating_id = t.id) AS scores
        FROM json_each(?) wanted CROSS JOIN responses r ON r.id = wanted.value
        CROSS JOIN ratings t ON t.response_id = r.id
        WHERE {_SEEN} ORDER BY t.locked_at, t.rowid""",
        (json.dumps(list(response_ids)),),
    )
    found, agreed = _in_force(log, found)
    scales: dict[tuple[str, str, str], list[_Judged]] = {}
    for row in found:
        by = agreed.get(row["rating_id"], ())
        judged = _Judged(row["rater_id"], row["role"], by, json.loads(row["scores"]))
        scales.setdefault((row["id"], row["pack"], row["rubric"]), []).append(judged)
    means: dict[str, dict[tuple[str, str], OthersMeans]] = {}
    for (response_id, pack, rubric), every in scales.items():
        means.setdefault(response_id, {})[pack, rubric] = _means(every)
    return means


def self_rated(log: Log, response_id: str) -> bool:
    """Whether the person's own rating of a response is locked, so that others' may be seen."""
    sql = f"SELECT 1 FROM responses r WHERE r.id = ? AND {LOCKED}"
    return log.row(sql, (response_id,)) is not None


def _means(judged: Sequence[_Judged]) -> OthersMeans:
    words = last_words(judged)
    items = dict.fromkeys(item for word in words.values() for item in word.scores)
    given = {
        item: [s for word in words.values() if (s := word.scores.get(item)) is not None]
        for item in items
    }
    raters = sum(any(s is not None for s in word.scores.values()) for word in words.values())
    return OthersMeans(
        {item: fmean(of) for item, of in given.items() if of},
        {item: len(of) for item, of in given.items()},
        raters,
    )


def _in_force(log: Log, rows: list[Row]) -> tuple[list[Row], dict[str, tuple[str, ...]]]:
    """``rows`` less each consensus that is outdated; the raters that each other one rests on.

    Once a rater has said something else since, it speaks for nobody (see domain.consensus).
    """
    ids = sorted({row["rating_id"] for row in rows if row["role"] == "consensus"})
    if not ids:
        return rows, {}
    agreed: dict[str, list[str]] = {}
    outdated: set[str] = set()
    for row in log.rows(
        f"""SELECT g.rating_id, t.rater_id, {STANDING} AND NOT EXISTS (SELECT 1 FROM ratings n
            WHERE n.response_id = t.response_id AND n.role = t.role AND n.rater_id = t.rater_id
            AND (n.pack, n.rubric, n.rubric_version) = (t.pack, t.rubric, t.rubric_version)
            AND (n.locked_at, n.rowid) > (t.locked_at, t.rowid)
            AND NOT EXISTS (SELECT 1 FROM ratings l WHERE l.supersedes = n.id)) AS counts
        FROM json_each(?) wanted
        CROSS JOIN grounds g ON g.rating_id = wanted.value
        CROSS JOIN ratings t ON t.id = g.of_rating ORDER BY g.rating_id, g.of_rating""",
        (json.dumps(ids),),
    ):
        agreed.setdefault(row["rating_id"], []).append(row["rater_id"])
        if not row["counts"]:
            outdated.add(row["rating_id"])
    kept = [row for row in rows if row["rating_id"] not in outdated]
    return kept, {rating: tuple(dict.fromkeys(raters)) for rating, raters in agreed.items()}


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
