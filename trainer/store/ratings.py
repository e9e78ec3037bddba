"""Locked ratings. Nothing here changes one: a correction is a new rating that names the old."""

import json
from collections.abc import Iterable
from dataclasses import replace

from trainer.domain.errors import KnownError
from trainer.domain.rating import CALIBRATION, ROLES, SUPERVISOR, Rating
from trainer.domain.rubric import RubricRef
from trainer.store.consents import MAY_BE_RATED
from trainer.store.db import Log, Row
from trainer.store.times import after, from_text, offset_of, to_text

# For a query on ratings t: a rating counts unless another one corrects it.
STANDING = "NOT EXISTS (SELECT 1 FROM ratings later WHERE later.supersedes = t.id)"


def add_rating(log: Log, rating: Rating) -> bool:
    """Lock a rating; False when this very rating is there already (imported twice).

    KnownError: no such response, an id taken by a different rating, or a correction of a rating
    that is missing, of another response or rater, or corrected before.
    """
    sql = "SELECT 1 FROM ratings WHERE supersedes = ? AND id <> ?"
    with log.atomic(durable=True):
        if rating.supersedes and log.row(sql, (rating.supersedes, rating.id)):
            raise KnownError(
                f"The rating {rating.supersedes} has been corrected already",
                "Correct the newest rating instead.",
            )
        return add_as_given(log, rating)


def add_as_given(log: Log, rating: Rating) -> bool:
    """Add a rating that was given elsewhere, likewise; its rater may have corrected the same one on
    another laptop, and both stand then, as in a log that was merged.
    """
    if rating.role not in ROLES:
        raise ValueError(f"no such role: {rating.role}")
    with log.atomic(durable=True):
        if not is_known(log, rating.response_id):
            raise KnownError(
                f"The rated response {rating.response_id} is not in this log",
                "Import the response first.",
            )
        if log.row("SELECT 1 FROM ratings WHERE id = ?", (rating.id,)):
            return _same_as_before(log, rating)
        if rating.supersedes is not None:
            _check_superseded(log, rating, rating.supersedes)
        _insert(log, rating)
    return True


def lock_rating(log: Log, rating: Rating) -> Rating:
    """Lock a rating that is made now, and so is the last of its response and not before its round:
    also where the clock was set back since. The rating as it is kept; KnownError as for adding.
    """
    with log.atomic(durable=True):
        newest = log.row(
            """SELECT MAX(at) AS at FROM (
            SELECT MAX(locked_at) AS at FROM ratings WHERE response_id = ? UNION ALL
            SELECT began_at FROM rounds WHERE id = ?)""",
            (rating.response_id, rating.round_id),
        )
        last = from_text(newest["at"], 0) if newest and newest["at"] else None
        kept = replace(rating, locked_at=after(last, rating.locked_at))
        add_rating(log, kept)
    return kept


def is_known(log: Log, response_id: str) -> bool:
    """Whether a response is in this log, or was heard for it elsewhere."""
    found = log.row(
        "SELECT 1 FROM responses WHERE id = :id UNION ALL"
        " SELECT 1 FROM heard WHERE response_id = :id",
        {"id": response_id},
    )
    return found is not None


def ratings_of(log: Log, response_id: str) -> tuple[Rating, ...]:
    """Every rating of a response, also superseded ones, oldest first."""
    return ratings_of_all(log, (response_id,)).get(response_id, ())


def ratings_of_all(log: Log, response_ids: Iterable[str]) -> dict[str, tuple[Rating, ...]]:
    """The same for several responses at once; those without a rating are not in it."""
    rated: dict[str, list[Rating]] = {}
    for one in _read(log, "response_id", response_ids):
        rated.setdefault(one.response_id, []).append(one)
    return {response_id: tuple(every) for response_id, every in rated.items()}


def _read(log: Log, column: str, values: Iterable[str]) -> list[Rating]:
    """The ratings that have one of these values in a column, oldest first."""
    wanted = (json.dumps(list(dict.fromkeys(values))),)
    of_these = f"FROM json_each(?) w CROSS JOIN ratings t ON t.{column} = w.value"
    found = log.rows(f"SELECT t.* {of_these} ORDER BY t.locked_at, t.rowid", wanted)
    scores: dict[str, dict[str, float | None]] = {row["id"]: {} for row in found}
    for row in log.rows(
        f"SELECT s.rating_id, s.item, s.score {of_these} CROSS JOIN scores s"
        " ON s.rating_id = t.id ORDER BY s.rating_id, s.place",
        wanted,
    ):
        scores[row["rating_id"]][row["item"]] = row["score"]
    grounds: dict[str, list[str]] = {}
    for row in log.rows(
        f"SELECT g.rating_id, g.of_rating {of_these} JOIN grounds g ON g.rating_id = t.id"
        " ORDER BY g.rating_id, g.of_rating",
        wanted,
    ):
        grounds.setdefault(row["rating_id"], []).append(row["of_rating"])
    return [_rating(row, scores[row["id"]], grounds.get(row["id"], ())) for row in found]


def standing_in_role(log: Log, role: str, rubric: RubricRef) -> tuple[Rating, ...]:
    """Every rating of a role on this very rubric that no other supersedes, oldest first."""
    found = log.rows(
        "SELECT DISTINCT response_id FROM ratings WHERE role = :role AND pack = :pack"
        " AND rubric = :rubric AND rubric_version = :version",
        {"role": role, "pack": rubric.pack, "rubric": rubric.rubric, "version": rubric.version},
    )
    every = (one for row in found for one in standing(ratings_of(log, row["response_id"])))
    fitting = (one for one in every if one.role == role and one.rubric == rubric)
    return tuple(sorted(fitting, key=lambda one: (one.locked_at, one.id)))


def rater_of(log: Log, rating_id: str) -> str | None:
    """Whose rating it is; None: it is not in this log."""
    row = log.row("SELECT rater_id FROM ratings WHERE id = ?", (rating_id,))
    return None if row is None else str(row["rater_id"])


def rated_by(log: Log, rater_id: str, rubric: RubricRef) -> frozenset[str]:
    """The responses on which this rater locked a rating on this rubric, as a supervisor or while
    being calibrated.
    """
    found = log.rows(
        "SELECT DISTINCT response_id FROM ratings WHERE rater_id = ? AND role IN (?, ?)"
        " AND pack = ? AND rubric = ? AND rubric_version = ?",
        (rater_id, SUPERVISOR, CALIBRATION, rubric.pack, rubric.rubric, rubric.version),
    )
    return frozenset(row["response_id"] for row in found)


def rated_of(log: Log, rater_id: str, response_ids: Iterable[str]) -> frozenset[str]:
    """Those of these responses that a rater has rated as a supervisor, on whichever rubric."""
    found = log.rows(
        "SELECT DISTINCT t.response_id FROM json_each(?) w CROSS JOIN ratings t"
        " ON t.response_id = w.value WHERE t.rater_id = ? AND t.role = ?",
        (json.dumps(list(response_ids)), rater_id, SUPERVISOR),
    )
    return frozenset(row["response_id"] for row in found)


def unrated_in_log(
    log: Log, rater_id: str, rubric: RubricRef, without: Iterable[str] = (), *,
    held_back: bool = False,
) -> int:  # fmt: skip
    """How many responses of other people in this log ``rated_by`` does not have, nor ``without``
    (ids), of those that may be rated; with ``held_back`` of those that may not.
    """
    row = log.row(
        f"SELECT COUNT(*) AS n FROM responses r WHERE {MAY_BE_RATED} != ? AND r.person_id != ?"
        " AND r.id NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS ("
        " SELECT 1 FROM ratings t WHERE t.response_id = r.id AND t.rater_id = ?"
        " AND t.role IN (?, ?) AND t.pack = ? AND t.rubric = ? AND t.rubric_version = ?)",
        (int(held_back), rater_id, json.dumps(list(without)), rater_id, SUPERVISOR, CALIBRATION,
         rubric.pack, rubric.rubric, rubric.version),
    )  # fmt: skip
    return int(row["n"]) if row else 0


def standing(ratings: Iterable[Rating]) -> tuple[Rating, ...]:
    """The ratings that no other of ``ratings`` supersedes, in their order."""
    every = tuple(ratings)
    superseded = {rating.supersedes for rating in every}
    return tuple(rating for rating in every if rating.id not in superseded)


def _same_as_before(log: Log, rating: Rating) -> bool:
    if [rating] == _read(log, "id", [rating.id]):
        return False
    raise KnownError(
        f"A different rating with the id {rating.id} is in this log",
        "Ratings are never replaced; ask the sender for a correction.",
    )


def _check_superseded(log: Log, rating: Rating, old_id: str) -> None:
    old = log.row("SELECT response_id, rater_id FROM ratings WHERE id = ?", (old_id,))
    if old is None:
        raise KnownError(f"The rating to correct, {old_id}, is not in this log", "Import it first.")
    if (old["response_id"], old["rater_id"]) != (rating.response_id, rating.rater_id):
        raise KnownError(
            f"The rating to correct, {old_id}, is of another response or rater",
            "Only a rater's own rating of the same response can be corrected.",
        )


def _insert(log: Log, rating: Rating) -> None:
    log.insert(
        "ratings",
        {
            "id": rating.id,
            "response_id": rating.response_id,
            "rater_id": rating.rater_id,
            "role": rating.role,
            "pack": rating.rubric.pack,
            "rubric": rating.rubric.rubric,
            "rubric_version": rating.rubric.version,
            "before_feedback": int(rating.before_feedback),
            "locked_at": to_text(rating.locked_at),
            "locked_offset": offset_of(rating.locked_at),
            "supersedes": rating.supersedes,
            "round_id": rating.round_id,
            "blind": None if rating.blind is None else int(rating.blind),
            "beyond_s": rating.beyond_s,
            "second_opinion": int(rating.second_opinion),
        },
    )
    for one in rating.of:
        log.insert("grounds", {"rating_id": rating.id, "of_rating": one})
    for place, (item, score) in enumerate(rating.scores.items()):
        log.insert(
            "scores",
            {
                "rating_id": rating.id,
                "item": item,
                "place": place,
                "score": score,
                "response_id": rating.response_id,
                "rater_id": rating.rater_id,
            },
        )


def _rating(row: Row, scores: dict[str, float | None], of: Iterable[str]) -> Rating:
    return Rating(
        row["id"],
        row["response_id"],
        row["rater_id"],
        row["role"],
        RubricRef(row["pack"], row["rubric"], row["rubric_version"]),
        scores,
        bool(row["before_feedback"]),
        from_text(row["locked_at"], row["locked_offset"]),
        row["supersedes"],
        row["round_id"],
        None if row["blind"] is None else bool(row["blind"]),
        row["beyond_s"],
        bool(row["second_opinion"]),
        tuple(of),
    )
