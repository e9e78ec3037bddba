"""Read models: what the screens, reports and commands show, in one query or two each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trainer.domain.progress import Point
from trainer.domain.response import Hole
from trainer.store.consents import NEWEST
from trainer.store.db import Log, Row
from trainer.store.measures import LATENCY
from trainer.store.others import LOCKED, ROLES, OthersMeans, others_means
from trainer.store.ratings import STANDING
from trainer.store.responses import page
from trainer.store.starts import CLOSED
from trainer.store.takes import holes_from
from trainer.store.times import from_text

_NEWEST_END = """SELECT e.id FROM session_ends e WHERE e.session_id = s.id
    ORDER BY e.ended_at DESC, e.id DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One response as a line of the log, with its newest standing self-rating (one rubric).

    ``scores`` maps items to points (None: N/A), empty before rating. ``others`` maps the items of
    the same rubric to others' mean, empty before one's own rating; ``others_raters_by_item`` is of
    how many scores each is, ``others_raters`` how many others gave any. Seconds
    throughout. ``use`` and ``keep_until`` are the newest statement's, see ``domain.consent``;
    ``use`` is empty when nothing was said. ``closed``: it is of a test and waits for others'
    ratings; then ``latency_s`` is None, as it was measured.
    """

    id: str
    person_id: str
    session_id: str
    started_at: datetime
    pack: str
    vignette: str
    vignette_version: int
    turn: str
    attempt: int
    position: int
    ended_by: str
    change_tried: str
    recording_id: str
    duration_s: float
    gaps: int | None
    holes: tuple[Hole, ...] | None
    stopped_at_s: float | None
    latency_s: float | None
    has_note: bool
    use: str
    keep_until: date | None
    rubric_pack: str | None
    rubric: str | None
    rubric_version: int | None
    scores: dict[str, float | None]
    others: dict[str, float]
    others_raters: int
    others_raters_by_item: dict[str, int]
    closed: bool


@dataclass(frozen=True, slots=True)
class RubricUse:
    """A rubric that a person was rated with: its versions, its items in order, how many ratings."""

    pack: str
    rubric: str
    versions: tuple[int, ...]
    items: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One sitting as a line. ``ended_at`` None: unfinished; then ``felt`` and more are empty."""

    id: str
    pack: str
    set_id: str
    objective: str
    started_at: datetime
    responses: int
    minutes: float
    felt: str
    reflection: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Practised:
    """Newest attempt at a vignette: when, its self-rated mean (None: not rated), of how many."""

    at: datetime
    mean_score: float | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Felt:
    """How hard one finished session felt (one of ``domain.response.FELT``; empty: not said)."""

    session_id: str
    pack: str
    set_id: str
    ended_at: datetime
    felt: str


def log_rows(
    log: Log,
    person_id: str,
    *,
    limit: int = 200,
    before: str | None = None,
    vignette: str | None = None,
    pack: str | None = None,
) -> tuple[LogRow, ...]:
    """A page of a person's log, newest first; ``before`` is the last id of the page before."""
    place, values = page(log, person_id, before)
    if vignette is not None:
        place += " AND r.vignette = :vignette"
    if pack is not None:
        place += " AND r.pack = :pack"
    found = log.rows(
        f"""SELECT r.*, f.duration_s, f.gaps, f.holes, {LATENCY} AS latency_s,
          EXISTS (SELECT 1 FROM notes n WHERE n.response_id = r.id) AS has_note,
          c.use, c.keep_until, {CLOSED} AS closed
        FROM responses r CROSS JOIN recordings f ON f.id = r.recording_id
        LEFT JOIN measures m ON m.response_id = r.id
        LEFT JOIN consents c ON c.id = ({NEWEST})
        WHERE r.person_id = :person {place}
        ORDER BY r.started_at DESC, r.id DESC LIMIT :limit""",
        {**values, "vignette": vignette, "pack": pack, "limit": limit},
    )
    rated = _self_scores(log, [row["id"] for row in found])
    others = others_means(log, list(rated))
    return tuple(_log_row(row, rated.get(row["id"]), others.get(row["id"], {})) for row in found)


def count_responses(
    log: Log, person_id: str, *, vignette: str | None = None, pack: str | None = None
) -> int:
    """How many responses a person has made, to everything or to one vignette."""
    row = log.row(
        """SELECT COUNT(*) AS n FROM responses WHERE person_id = :person
        AND (:vignette IS NULL OR vignette = :vignette) AND (:pack IS NULL OR pack = :pack)""",
        {"person": person_id, "vignette": vignette, "pack": pack},
    )
    return int(row["n"]) if row else 0


def item_points(
    log: Log,
    person_id: str,
    rubric_id: str,
    item: str,
    *,
    pack: str | None = None,
    role: str | None = None,
    newest: int = -1,
) -> tuple[Point, ...]:
    """Standing scores of one item, of all rubric versions, oldest first.

    Of all raters unless ``role`` names one kind; only the ``newest`` so many unless negative.
    """
    found = log.rows(
        f"""SELECT r.id, r.started_at, r.started_offset, r.vignette, r.attempt, t.role, c.score
        FROM responses r CROSS JOIN ratings t ON t.response_id = r.id
        CROSS JOIN scores c ON c.rating_id = t.id AND c.item = :item
        WHERE r.person_id = :person AND t.rubric = :rubric AND c.score IS NOT NULL
          AND (:pack IS NULL OR t.pack = :pack) AND (:role IS NULL OR t.role = :role)
          AND {STANDING}
        ORDER BY r.started_at DESC, r.id DESC, t.locked_at DESC, t.rowid DESC LIMIT :newest""",
        {"person": person_id, "rubric": rubric_id, "item": item, "pack": pack, "role": role,
         "newest": newest},
    )  # fmt: skip
    return tuple(
        Point(
            row["id"],
            from_text(row["started_at"], row["started_offset"]),
            row["score"],
            row["role"],
            row["vignette"],
            row["attempt"],
        )
        for row in reversed(found)
    )


def rubrics_used(log: Log, person_id: str) -> tuple[RubricUse, ...]:
    """The rubrics of a person's standing ratings, the most used first.

    What others rated counts from the person's own rating of that response on.
    """
    found = log.rows(
        f"""SELECT t.pack, t.rubric, t.rubric_version, COUNT(*) AS n, MAX(t.id) AS example
        FROM responses r CROSS JOIN ratings t ON t.response_id = r.id
        WHERE r.person_id = ? AND {STANDING} AND t.role IN ('self', {ROLES}) AND {LOCKED}
        GROUP BY t.pack, t.rubric, t.rubric_version ORDER BY t.rubric_version""",
        (person_id,),
    )
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        groups.setdefault((row["pack"], row["rubric"]), []).append(row)
    uses = [_rubric_use(log, key, rows) for key, rows in groups.items()]
    return tuple(sorted(uses, key=lambda use: -use.count))


def session_rows(log: Log, person_id: str, *, limit: int = 50) -> tuple[SessionRow, ...]:
    """A person's newest sessions, newest first, with how much is in them (minutes recorded)."""
    found = log.rows(
        f"""SELECT s.*, x.felt, x.reflection, x.ended_at, x.ended_offset,
          (SELECT COUNT(*) FROM responses r WHERE r.session_id = s.id) AS n,
          (SELECT COALESCE(SUM(f.duration_s), 0) FROM responses r
            JOIN recordings f ON f.id = r.recording_id WHERE r.session_id = s.id) AS seconds
        FROM sessions s LEFT JOIN session_ends x ON x.id = ({_NEWEST_END})
        WHERE s.person_id = ? ORDER BY s.started_at DESC, s.id DESC LIMIT ?""",
        (person_id, limit),
    )
    return tuple(_session_row(row) for row in found)


def last_practised(log: Log, person_id: str) -> dict[tuple[str, str], Practised]:
    """The newest attempt at each vignette, by (pack, vignette): ids are unique in a pack only."""
    found = log.rows(
        # With a bare MAX, SQLite takes the other columns from the row that holds it.
        """SELECT pack, vignette, id, started_offset, MAX(started_at) AS started_at, COUNT(*) AS n
        FROM responses WHERE person_id = ? GROUP BY vignette, pack""",
        (person_id,),
    )
    rated = _self_scores(log, [row["id"] for row in found])
    practised = {}
    for row in found:
        scores = rated[row["id"]].scores.values() if row["id"] in rated else ()
        given = [score for score in scores if score is not None]
        mean = sum(given) / len(given) if given else None
        at = from_text(row["started_at"], row["started_offset"])
        practised[row["pack"], row["vignette"]] = Practised(at, mean, row["n"])
    return practised


def felt_history(log: Log, person_id: str, *, limit: int = 50) -> tuple[Felt, ...]:
    """How a person's newest finished sessions felt, oldest first."""
    found = log.rows(
        f"""SELECT s.id, s.pack, s.set_id, x.felt, x.ended_at, x.ended_offset
        FROM sessions s CROSS JOIN session_ends x ON x.id = ({_NEWEST_END})
        WHERE s.person_id = ? ORDER BY s.started_at DESC, s.id DESC LIMIT ?""",
        (person_id, limit),
    )
    return tuple(
        Felt(
            row["id"],
            row["pack"],
            row["set_id"],
            from_text(row["ended_at"], row["ended_offset"]),
            row["felt"],
        )
        for row in reversed(found)
    )


@dataclass(slots=True)
class _Rated:
    pack: str
    rubric: str
    version: int
    scores: dict[str, float | None]


def _self_scores(log: Log, response_ids: Sequence[str]) -> dict[str, _Rated]:
    """The newest standing self-rating of each response that has one."""
    found = log.rows(
        f"""SELECT t.response_id, t.id, t.pack, t.rubric, t.rubric_version, c.item, c.score
        FROM json_each(?) wanted
        CROSS JOIN ratings t ON t.response_id = wanted.value AND t.role = 'self'
        LEFT JOIN scores c ON c.rating_id = t.id
        WHERE {STANDING} ORDER BY t.locked_at, t.rowid, c.place""",
        (json.dumps(list(response_ids)),),
    )
    rated: dict[str, _Rated] = {}
    newest: dict[str, str] = {}
    for row in found:
        response_id = row["response_id"]
        if newest.get(response_id) != row["id"]:
            newest[response_id] = row["id"]
            rated[response_id] = _Rated(row["pack"], row["rubric"], row["rubric_version"], {})
        if row["item"] is not None:
            rated[response_id].scores[row["item"]] = row["score"]
    return rated


def _log_row(
    row: Row, rated: _Rated | None, others: Mapping[tuple[str, str], OthersMeans]
) -> LogRow:
    same = others.get((rated.pack, rated.rubric)) if rated else None
    return LogRow(
        id=row["id"],
        person_id=row["person_id"],
        session_id=row["session_id"],
        started_at=from_text(row["started_at"], row["started_offset"]),
        pack=row["pack"],
        vignette=row["vignette"],
        vignette_version=row["vignette_version"],
        turn=row["turn"],
        attempt=row["attempt"],
        position=row["position"],
        ended_by=row["ended_by"],
        change_tried=row["change_tried"],
        recording_id=row["recording_id"],
        duration_s=row["duration_s"],
        gaps=row["gaps"],
        holes=None if row["holes"] is None else holes_from(json.loads(row["holes"])),
        stopped_at_s=row["stopped_at_s"],
        latency_s=None if row["closed"] else row["latency_s"],
        has_note=bool(row["has_note"]),
        use=row["use"] or "",
        keep_until=date.fromisoformat(row["keep_until"]) if row["keep_until"] else None,
        rubric_pack=rated.pack if rated else None,
        rubric=rated.rubric if rated else None,
        rubric_version=rated.version if rated else None,
        scores=rated.scores if rated else {},
        others=_in_order(same.means, rated.scores) if same and rated else {},
        others_raters=same.raters if same else 0,
        others_raters_by_item=same.counts if same else {},
        closed=bool(row["closed"]),
    )


def _in_order(means: Mapping[str, float], first: Iterable[str]) -> dict[str, float]:
    """The means, those of ``first`` in its order."""
    return {item: means[item] for item in (*first, *means) if item in means}


def _rubric_use(log: Log, key: tuple[str, str], rows: Sequence[Row]) -> RubricUse:
    # Ratings are complete, so one of the newest version names every item.
    items = log.rows(
        "SELECT item FROM scores WHERE rating_id = ? ORDER BY place", (rows[-1]["example"],)
    )
    return RubricUse(
        key[0],
        key[1],
        tuple(row["rubric_version"] for row in rows),
        tuple(row["item"] for row in items),
        sum(row["n"] for row in rows),
    )


def _session_row(row: Row) -> SessionRow:
    ended = row["ended_at"]
    return SessionRow(
        row["id"],
        row["pack"],
        row["set_id"],
        row["objective"],
        from_text(row["started_at"], row["started_offset"]),
        row["n"],
        row["seconds"] / 60,
        row["felt"] or "",
        row["reflection"] or "",
        None if ended is None else from_text(ended, row["ended_offset"]),
    )
