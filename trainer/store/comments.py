"""What raters said of moments. Nothing here changes one: a correction names the old."""

import json
from collections.abc import Iterable

from trainer.domain.errors import KnownError
from trainer.domain.rounds import Comment
from trainer.store.db import Log, Row
from trainer.store.ratings import is_known
from trainer.store.times import from_text, offset_of, to_text


def add_comment(log: Log, comment: Comment) -> bool:
    """Keep a comment; False when the id is there already.

    KnownError: no such response, or a correction of a comment that is missing, another rater's or
    corrected before.
    """
    sql = "SELECT 1 FROM comments WHERE supersedes = ? AND id <> ?"
    with log.atomic(durable=True):
        if comment.supersedes and log.row(sql, (comment.supersedes, comment.id)):
            raise KnownError(
                f"The comment {comment.supersedes} has been corrected already",
                "Correct the newest one instead.",
            )
        return add_as_said(log, comment)


def add_as_said(log: Log, comment: Comment) -> bool:
    """Add a comment that was made elsewhere, likewise; its rater may have corrected the same one on
    another laptop, and both stand then, as in a log that was merged.
    """
    with log.atomic(durable=True):
        if not is_known(log, comment.response_id):
            raise KnownError(
                f"The response {comment.response_id} is not in this log",
                "Import the response first.",
            )
        if log.row("SELECT 1 FROM comments WHERE id = ?", (comment.id,)):
            return False
        if comment.supersedes is not None:
            _check_superseded(log, comment, comment.supersedes)
        return log.insert_new(
            "comments",
            {
                "id": comment.id,
                "response_id": comment.response_id,
                "rater_id": comment.rater_id,
                "at_s": comment.at_s,
                "text": comment.text,
                "marker": comment.marker,
                "supersedes": comment.supersedes,
                "made_at": to_text(comment.made_at),
                "made_offset": offset_of(comment.made_at),
            },
        )


def comments_of(log: Log, response_id: str, rater_id: str | None = None) -> tuple[Comment, ...]:
    """Every comment on a response, also superseded ones, oldest first; of one rater if named."""
    found = log.rows(
        "SELECT * FROM comments WHERE response_id = :response"
        " AND (:rater IS NULL OR rater_id = :rater) ORDER BY made_at, rowid",
        {"response": response_id, "rater": rater_id},
    )
    return tuple(_comment(row) for row in found)


def comments_of_all(log: Log, response_ids: Iterable[str]) -> dict[str, tuple[Comment, ...]]:
    """The same for several responses at once; those without a comment are not in it."""
    found = log.rows(
        "SELECT c.* FROM json_each(?) w CROSS JOIN comments c ON c.response_id = w.value"
        " ORDER BY c.made_at, c.rowid",
        (json.dumps(list(response_ids)),),
    )
    said: dict[str, list[Comment]] = {}
    for row in found:
        said.setdefault(row["response_id"], []).append(_comment(row))
    return {response_id: tuple(every) for response_id, every in said.items()}


def marked_by(log: Log, rater_id: str, marker: str) -> frozenset[str]:
    """The responses (ids) that a rater has given a marker."""
    found = log.rows(
        "SELECT DISTINCT response_id FROM comments WHERE rater_id = ? AND marker = ?",
        (rater_id, marker),
    )
    return frozenset(row["response_id"] for row in found)


def _check_superseded(log: Log, comment: Comment, old_id: str) -> None:
    old = log.row("SELECT response_id, rater_id FROM comments WHERE id = ?", (old_id,))
    if old is None or old["rater_id"] != comment.rater_id:
        raise KnownError(
            f"The comment to correct, {old_id}, is not one of this rater's",
            "Only one's own comment can be corrected.",
        )
    if old["response_id"] != comment.response_id:
        raise KnownError(
            f"The comment to correct, {old_id}, is of another response", "Write a new one."
        )


def _comment(row: Row) -> Comment:
    return Comment(
        row["id"], row["response_id"], row["rater_id"], row["at_s"], row["text"], row["marker"],
        from_text(row["made_at"], row["made_offset"]), row["supersedes"],
    )  # fmt: skip
