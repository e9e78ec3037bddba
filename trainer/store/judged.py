"""What was rated by others than the one who answered: by whom, whose it is, and who has still to.

A response is one of this log or one that was heard for it elsewhere (``store.heard``). What a
program set aside as nobody's (``senders.set_aside``) counts nowhere.
"""

import json
from collections.abc import Iterable

from trainer.domain.rubric import RubricRef
from trainer.store.db import Log, Row
from trainer.store.put_away import is_away
from trainer.store.ratings import STANDING
from trainer.store.senders import first_of, set_aside
from trainer.store.withdrawn import withdrawn_among

_GIVEN = f"t.role = 'supervisor' AND {STANDING}"
_WHOSE = """(SELECT id AS response_id, person_id FROM responses
    UNION SELECT response_id, person_id FROM heard)"""


def by_several(log: Log) -> tuple[str, ...]:
    """Responses that two or more raters rated on one version of a rubric.

    Those that came up as references are left out: what is known needs no agreement.
    """
    found = log.rows(
        f"""SELECT DISTINCT response_id FROM (SELECT t.response_id FROM ratings t WHERE {_GIVEN}
        GROUP BY t.response_id, t.pack, t.rubric, t.rubric_version
        HAVING COUNT(DISTINCT t.rater_id) > 1)
        WHERE response_id NOT IN (SELECT response_id FROM places WHERE reference = 1)"""
    )
    return _somebodys(log, found)


def by_any(log: Log) -> tuple[str, ...]:
    """Responses with a supervisor's rating that stands."""
    found = log.rows(f"SELECT DISTINCT t.response_id FROM ratings t WHERE {_GIVEN}")
    return _somebodys(log, found)


def by_one(log: Log) -> tuple[str, ...]:
    """Responses that one rater alone has rated, on whichever scales."""
    found = log.rows(
        f"""SELECT t.response_id FROM ratings t WHERE {_GIVEN}
        GROUP BY t.response_id HAVING COUNT(DISTINCT t.rater_id) = 1"""
    )
    return _somebodys(log, found)


def _somebodys(log: Log, found: Iterable[Row]) -> tuple[str, ...]:
    """The responses (ids) of these rows but those that are nobody's."""
    aside = set_aside(log)
    return tuple(row["response_id"] for row in found if row["response_id"] not in aside)


def raters(log: Log) -> tuple[str, ...]:
    """Everybody who rated others, or has begun a round of it, by id."""
    found = log.rows(
        "SELECT rater_id FROM ratings WHERE role = 'supervisor'"
        " UNION SELECT rater_id FROM rounds WHERE kind IN ('live', 'ungated') ORDER BY rater_id"
    )
    return tuple(row["rater_id"] for row in found)


def still_to_rate(
    log: Log, response_ids: Iterable[str], rubric: RubricRef | None = None
) -> dict[str, tuple[str, ...]]:
    """Of these responses, those that somebody set out to rate and has not, with whom (ids).

    A rating on another version of the round's rubric, or on another one, is not the one they set
    out to make. With ``rubric`` only rounds on it count. Of a round that was put away nothing is
    asked any more, nor is a reference that was hidden in one and withdrawn since.
    """
    # A reference that is hidden in a round is rated with another role, and is done then, too.
    found = log.rows(
        """SELECT p.response_id, r.rater_id, r.id, r.pack, r.rubric, r.rubric_version,
          p.reference FROM json_each(:ids) w
        CROSS JOIN places p ON p.response_id = w.value
        JOIN rounds r ON r.id = p.round_id AND r.kind IN ('live', 'ungated')
        WHERE (:pack IS NULL OR (r.pack = :pack AND r.rubric = :rubric
          AND r.rubric_version = :version))
        AND NOT EXISTS (SELECT 1 FROM ratings t WHERE t.response_id = p.response_id
          AND t.rater_id = r.rater_id AND t.pack = r.pack AND t.rubric = r.rubric
          AND t.rubric_version = r.rubric_version
          AND (t.role = 'supervisor' OR t.round_id = r.id)) ORDER BY 1, 2""",
        {
            "ids": json.dumps(list(response_ids)),
            "pack": rubric and rubric.pack,
            "rubric": rubric and rubric.rubric,
            "version": rubric and rubric.version,
        },
    )
    waiting: dict[str, tuple[str, ...]] = {}
    asked: dict[str, bool] = {}  # by round
    for row in found:
        one, rater = row["response_id"], row["rater_id"]
        if row["id"] not in asked:
            asked[row["id"]] = not is_away(log, row["id"])
        if asked[row["id"]] and rater not in waiting.get(one, ()) and not _withdrawn(log, row):
            waiting[one] = (*waiting.get(one, ()), rater)
    return waiting


def _withdrawn(log: Log, row: Row) -> bool:
    of = RubricRef(row["pack"], row["rubric"], row["rubric_version"])
    return bool(row["reference"] and withdrawn_among(log, of, (row["response_id"],)))


def whose(log: Log, response_ids: Iterable[str]) -> dict[str, str]:
    """Who gave each of these responses (ids); those of nobody known are not in it.

    Whom a program takes for one person is one.
    """
    found = _of_these(log, response_ids, "person_id AS value", "person_id")
    same = first_of(log)
    people: dict[str, str] = {row["id"]: row["value"] for row in found}
    return {one: same.get(who, who) for one, who in people.items()}


def clients(log: Log, response_ids: Iterable[str]) -> dict[str, str]:
    """Which vignette each of these answers (``pack/vignette``), where anybody knows."""
    found = _of_these(log, response_ids, "pack || '/' || vignette AS value", "vignette")
    return {row["id"]: row["value"] for row in found}


def _of_these(log: Log, response_ids: Iterable[str], what: str, known: str) -> Iterable[Row]:
    wanted = (json.dumps(list(response_ids)),)
    for table, key in (("heard", "response_id"), ("responses", "id")):
        yield from log.rows(
            f"""SELECT o.{key} AS id, {what} FROM json_each(?) w
            CROSS JOIN {table} o ON o.{key} = w.value WHERE o.{known} IS NOT NULL""",
            wanted,
        )


def trainees(log: Log) -> dict[str, int]:
    """How many responses of each person (id) a supervisor has rated; nobody else is in it."""
    found = log.rows(
        f"""SELECT o.person_id, COUNT(*) AS n FROM {_WHOSE} o WHERE o.person_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM ratings t WHERE t.response_id = o.response_id AND {_GIVEN})
        AND o.response_id NOT IN (SELECT value FROM json_each(?))
        GROUP BY o.person_id ORDER BY o.person_id""",
        (json.dumps(list(set_aside(log))),),
    )
    same = first_of(log)
    counts: dict[str, int] = {}
    for row in found:
        person: str = row["person_id"]
        who = same.get(person, person)
        counts[who] = counts.get(who, 0) + row["n"]
    return counts


def rated_of(log: Log, person_id: str) -> tuple[str, ...]:
    """The responses of one person that a supervisor has rated, by id (so by time)."""
    same = first_of(log)
    found = log.rows(
        f"""SELECT o.response_id FROM {_WHOSE} o
        WHERE o.person_id IN (SELECT value FROM json_each(?)) AND EXISTS (
        SELECT 1 FROM ratings t WHERE t.response_id = o.response_id AND {_GIVEN})
        ORDER BY o.response_id""",
        (json.dumps([person_id, *(one for one, as_ in same.items() if as_ == person_id)]),),
    )
    return _somebodys(log, found)
