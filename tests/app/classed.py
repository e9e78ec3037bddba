"""A cohort's log written row by row, as importing would have left it. No test is in here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from trainer.domain.assignment import (
    EITHER,
    FIXED,
    MARKED,
    PRACTICE,
    Assignment,
    Enrolled,
    Form,
    as_document,
)  # fmt: skip
from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef
from trainer.store import assignments as rows
from trainer.store.db import Log
from trainer.store.times import to_text

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RUBRIC = RubricRef("core", "alliance-skills", 2)
ITEMS = ("warmth", "repair", "metacommunication")
FORMS = {
    "A": ("marcus-nodding", "eli-bike-racks"),
    "B": ("ruth-corrected-letter", "tom-eleven-across"),
}

Scores = Sequence[float | None]


@dataclass(frozen=True)
class Answer:
    """What one code answered to one client: scores by rater, and the trainee's own."""

    code: str
    client: str
    raters: Mapping[str, Scores]
    own: Scores | None = None
    use: str = "rating"


def assignment(
    number: int, enrolled: Mapping[str, str], forms: Mapping[str, Sequence[str]] | None = None,
    **changed: object,
) -> Assignment:  # fmt: skip
    """The assignment of a program, given out in month ``number``; codes with their forms."""
    made = Assignment(
        id=_id(number), title=f"Course {number}", program="Institute", occasion="", mode=PRACTICE,
        forms=tuple(
            Form(name, tuple(VignetteRef("core", 1, one, 1) for one in clients))
            for name, clients in (forms or FORMS).items()
        ),
        order=FIXED, enrolled=tuple(Enrolled(*one) for one in enrolled.items()), rubric=RUBRIC,
        due_at=None, late=MARKED, window_s=None, attempts=0, recorded=EITHER,
        consent_text="May we?", use="rating", keep_months=12,
        made_at=START + timedelta(days=30 * number), read_by="r", signs_as="s",
    )  # fmt: skip
    return replace(made, **changed)


def _id(number: int) -> str:
    return str(UUID(int=number))


def give_out(log: Log, of: Assignment) -> None:
    rows.add_assignment(
        log, f"{of.id} {of.made_at.isoformat()}", as_document(of), of.made_at, "s", mine=True
    )


def give_back(
    log: Log, of: Assignment, answers: Iterable[Answer], items: Sequence[str] = ITEMS
) -> list[str]:
    """Every code's answers as one submission of theirs, rated; the responses' ids."""
    db, tag = log.db.conn, of.id[-4:]
    sent_at = to_text(of.made_at + timedelta(hours=12))
    ids: list[str] = []
    numbers = count()
    with log.atomic():
        for answer in answers:
            at = to_text(of.made_at + timedelta(seconds=next(numbers)))
            response = f"{tag}-{len(ids):06}"
            ids.append(response)
            person, sent = f"p-{answer.code}", f"{tag}-{answer.code}"
            for table, row in (
                ("people", (person, answer.code, at, 0)),
                ("sessions", (sent, person, "core", "", "", at, 0)),
                ("assigned", (sent, of.id)),
                ("submissions", (sent, of.id, answer.code, person, "a2V5", 0, sent_at, 0, None)),
                ("recordings", (f"f{response}", f"{response}.flac", "0", 1, 9.0, 48000, at, 0, 0,
                                "[]")),
                ("responses", (response, person, sent, "core", 1, answer.client, 1, "t1", 1, 1, at,
                               0, "person", f"f{response}", 2.0, 0.02, "", None)),
                ("submitted", (sent, response)),
                ("consents", (f"c{response}", response, answer.use, None, at, 0)),
            ):  # fmt: skip
                _insert(db, table, row)
            for rater, role, scores in _given(answer, person):
                rating = f"{response}-{rater}"
                _insert(
                    db, "ratings",
                    (rating, response, rater, role, RUBRIC.pack, RUBRIC.rubric, RUBRIC.version, 1,
                     at, 0, None, None, int(role != "self"), None, 0),
                )  # fmt: skip
                for place, (item, score) in enumerate(zip(items, scores, strict=True)):
                    _insert(db, "scores", (rating, item, place, score, response, rater))
    return ids


def _given(answer: Answer, person: str) -> Iterator[tuple[str, str, Scores]]:
    if answer.own is not None:
        yield person, "self", answer.own
    for rater, scores in answer.raters.items():
        yield rater, "supervisor", scores


def _insert(db, table: str, row: Sequence[object]) -> None:
    db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * len(row))})", row)
