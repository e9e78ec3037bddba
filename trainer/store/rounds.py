"""Rounds of rating: what one rater set out to rate, in which order, and how far they have come."""

from datetime import datetime

from trainer.domain.errors import KnownError
from trainer.domain.rounds import Place, Round
from trainer.domain.rubric import RubricRef
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


def add_round(log: Log, made: Round) -> None:
    """Keep a round with its order, which never changes."""
    with log.atomic(durable=True):
        log.insert(
            "rounds",
            {
                "id": made.id,
                "rater_id": made.rater_id,
                "kind": made.kind,
                "title": made.title,
                "pack": made.rubric.pack,
                "rubric": made.rubric.rubric,
                "rubric_version": made.rubric.version,
                "began_at": to_text(made.began_at),
                "began_offset": offset_of(made.began_at),
            },
        )
        for number, place in enumerate(made.places):
            log.insert(
                "places",
                {
                    "round_id": made.id,
                    "place": number,
                    "response_id": place.response_id,
                    "reference": int(place.reference),
                },
            )


def last_at(log: Log, rater_id: str) -> datetime | None:
    """When a rater last began a round, or rated in one; None: never."""
    row = log.row(
        """SELECT MAX(r.began_at) AS began, MAX(t.locked_at) AS rated
        FROM rounds r LEFT JOIN ratings t ON t.round_id = r.id WHERE r.rater_id = ?""",
        (rater_id,),
    )
    found = [row[name] for name in ("began", "rated") if row[name]] if row else []
    return from_text(max(found), 0) if found else None


def round_of(log: Log, round_id: str) -> Round:
    """A round by its id; KnownError when there is none."""
    row = log.row("SELECT * FROM rounds WHERE id = ?", (round_id,))
    if row is None:
        raise KnownError(f"There is no round {round_id} in this log", "Begin a new one.")
    return _round(log, row)


def kind_of(log: Log, round_id: str | None) -> str | None:
    """Of which kind a rating's round is; None for a rating of no round that is here."""
    row = log.row("SELECT kind FROM rounds WHERE id = ?", (round_id,)) if round_id else None
    return None if row is None else str(row["kind"])


def rounds_of(log: Log, rater_id: str) -> tuple[Round, ...]:
    """A rater's rounds, newest first."""
    found = log.rows(
        "SELECT * FROM rounds WHERE rater_id = ? ORDER BY began_at DESC, id DESC", (rater_id,)
    )
    return tuple(_round(log, row) for row in found)


def rated_in(log: Log, round_id: str) -> frozenset[str]:
    """The responses that have a rating made in this round."""
    found = log.rows("SELECT DISTINCT response_id FROM ratings WHERE round_id = ?", (round_id,))
    return frozenset(row["response_id"] for row in found)


def _round(log: Log, row: Row) -> Round:
    places = log.rows("SELECT * FROM places WHERE round_id = ? ORDER BY place", (row["id"],))
    return Round(
        row["id"], row["rater_id"], row["kind"], row["title"],
        RubricRef(row["pack"], row["rubric"], row["rubric_version"]),
        tuple(Place(one["response_id"], bool(one["reference"])) for one in places),
        from_text(row["began_at"], row["began_offset"]),
    )  # fmt: skip
