"""What came back for an assignment, and what raters gave it: an aggregate or two, or every score.

What was forgotten here, and what its speaker no longer lets others rate, is in none of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from trainer.domain.consent import RATED
from trainer.domain.rubric import RubricRef
from trainer.store.consents import MAY_BE_RATED, NEWEST
from trainer.store.db import Log, Row
from trainer.store.ratings import STANDING

# Each response that came for an assignment, once, and under which code.
_CAME = f"""came AS MATERIALIZED (
    SELECT r.id, MIN(s.code) AS code, r.pack, r.vignette FROM arrived s
    CROSS JOIN submitted t ON t.submission_id = s.id
    CROSS JOIN responses r ON r.id = t.response_id
    WHERE s.assignment_id = :assignment AND {MAY_BE_RATED} GROUP BY r.id)"""
_MADE_WITH = f"""t.pack = :pack AND t.rubric = :rubric AND t.rubric_version = :version
    AND {STANDING}"""

# Of what a rater gave to a response the newest: a round, or a file given again, may ask twice.
_LAST = """NOT EXISTS (SELECT 1 FROM ratings n WHERE n.response_id = t.response_id
    AND n.role = t.role AND n.rater_id = t.rater_id AND n.pack = t.pack AND n.rubric = t.rubric
    AND n.rubric_version = t.rubric_version AND (n.locked_at, n.rowid) > (t.locked_at, t.rowid))"""
_RATED = ", ".join(f"'{use}'" for use in RATED)
TAKEN_BACK, PRACTICE_ONLY, OVER = "taken back", "practice only", "over"
"""Why a response may not be rated: its speaker let others rate it, and does not any more; never
did; or the last day for which they did is over."""


@dataclass(frozen=True, slots=True)
class Back:
    """How many responses to one client (``pack/vignette``) came back under one code."""

    code: str
    client: str
    responses: int


@dataclass(frozen=True, slots=True)
class Held:
    """A response that came and may not be rated: under which code, whom it answers
    (``pack/vignette``), and why (see TAKEN_BACK).
    """

    code: str
    client: str
    why: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A response that was rated: under which code, to whom, and how often."""

    code: str
    client: str
    ratings: int


@dataclass(frozen=True, slots=True)
class ItemGiven:
    """What raters gave on one item: how many scores, and their plain mean (None: all are N/A)."""

    item: str
    scores: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A response that came: under which code, and whom it answers (``pack/vignette``)."""

    id: str
    code: str
    client: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One score that stands, of a rater or of the trainee; None: not applicable."""

    response_id: str
    rater_id: str
    role: str
    blind: bool | None
    item: str
    score: float | None


def back(log: Log, assignment_id: str) -> tuple[Back, ...]:
    """How many responses came back, by code and client; what did not come is not in it."""
    found = log.rows(
        f"""WITH {_CAME} SELECT code, pack || '/' || vignette AS client, COUNT(*) AS responses
        FROM came GROUP BY code, pack, vignette ORDER BY code""",
        {"assignment": assignment_id},
    )
    return tuple(Back(row["code"], row["client"], row["responses"]) for row in found)


def held(log: Log, assignment_id: str) -> tuple[Held, ...]:
    """The responses that came and may not, or no longer, be rated: none of them is counted."""
    found = log.rows(
        f"""SELECT r.id, MIN(s.code) AS code, r.pack || '/' || r.vignette AS client, c.use,
          EXISTS (SELECT 1 FROM consents x WHERE x.response_id = r.id
            AND x.use IN ({_RATED})) AS once
        FROM arrived s
        CROSS JOIN submitted t ON t.submission_id = s.id
        CROSS JOIN responses r ON r.id = t.response_id
        LEFT JOIN consents c ON c.id = ({NEWEST})
        WHERE s.assignment_id = ? AND NOT {MAY_BE_RATED} GROUP BY r.id""",
        (assignment_id,),
    )
    return tuple(
        Held(
            row["code"],
            row["client"],
            OVER if row["use"] in RATED else TAKEN_BACK if row["once"] else PRACTICE_ONLY,
        )
        for row in found
    )


def rated(log: Log, assignment_id: str, rubric: RubricRef) -> tuple[tuple[Rated, ...], int]:
    """Every response that raters rated, and how many raters there are."""
    found = log.rows(
        f"""WITH {_CAME} SELECT came.code, came.pack || '/' || came.vignette AS client,
          COUNT(*) AS ratings, group_concat(t.rater_id) AS raters FROM came
        CROSS JOIN ratings t ON t.response_id = came.id AND t.role = 'supervisor'
        WHERE {_MADE_WITH} AND {_LAST} GROUP BY came.id""",
        _asked(assignment_id, rubric),
    )
    raters = {one for row in found for one in row["raters"].split(",")}
    return tuple(Rated(row["code"], row["client"], row["ratings"]) for row in found), len(raters)


def item_means(log: Log, assignment_id: str, rubric: RubricRef) -> tuple[ItemGiven, ...]:
    """What raters gave on each item, in the order of the rubric."""
    found = log.rows(
        f"""WITH {_CAME} SELECT c.item, COUNT(c.score) AS scores, AVG(c.score) AS mean FROM came
        CROSS JOIN ratings t ON t.response_id = came.id AND t.role = 'supervisor'
        CROSS JOIN scores c ON c.rating_id = t.id
        WHERE {_MADE_WITH} AND {_LAST} GROUP BY c.item ORDER BY MIN(c.place), c.item""",
        _asked(assignment_id, rubric),
    )
    return tuple(ItemGiven(row["item"], row["scores"], row["mean"]) for row in found)


def answered(log: Log, assignment_id: str) -> tuple[Answered, ...]:
    """Every response that came, in the order of their ids (so of time)."""
    found = log.rows(
        f"WITH {_CAME} SELECT id, code, pack || '/' || vignette AS client FROM came ORDER BY id",
        {"assignment": assignment_id},
    )
    return tuple(Answered(row["id"], row["code"], row["client"]) for row in found)


def scored(log: Log, assignment_id: str, rubric: RubricRef) -> Iterable[Scored]:
    """Every standing score of raters and of the trainees themselves, the first one first."""
    for row in log.rows(
        f"""WITH {_CAME} SELECT t.response_id, t.rater_id, t.role, t.blind, c.item, c.score
        FROM came
        CROSS JOIN ratings t ON t.response_id = came.id AND t.role IN ('supervisor', 'self')
        CROSS JOIN scores c ON c.rating_id = t.id
        WHERE {_MADE_WITH} ORDER BY t.locked_at, t.rowid, c.place""",
        _asked(assignment_id, rubric),
    ):
        yield Scored(
            row["response_id"], row["rater_id"], row["role"],
            None if row["blind"] is None else bool(row["blind"]), row["item"], row["score"],
        )  # fmt: skip


def _asked(assignment_id: str, rubric: RubricRef) -> dict[str, object]:
    return {
        "assignment": assignment_id, "pack": rubric.pack, "rubric": rubric.rubric,
        "version": rubric.version,
    }  # fmt: skip


def names(log: Log, assignment_id: str) -> dict[str, str]:
    """What the log calls who sent something for an assignment, by code, in the codes' order."""
    return {code: row["name"] for code, row in _firsts(log, assignment_id).items()}


def people(log: Log, assignment_id: str) -> dict[str, str]:
    """Who sent something for an assignment (ids of people), by code; of several the first."""
    return {code: row["id"] for code, row in _firsts(log, assignment_id).items()}


def _firsts(log: Log, assignment_id: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in log.rows(
        """SELECT s.code, p.id, p.name FROM arrived s JOIN people p ON p.id = s.person_id
        WHERE s.assignment_id = ? GROUP BY s.code, p.id ORDER BY s.code, MIN(s.place)""",
        (assignment_id,),
    ):
        found.setdefault(row["code"], row)
    return found
