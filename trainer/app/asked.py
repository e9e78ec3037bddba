"""What came back against what was asked: told with a submission, never a reason to refuse it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from trainer.domain import interruption
from trainer.domain.assignment import FILM, SOUND, TEST, Assignment
from trainer.domain.interruption import BEFORE
from trainer.store import assignments as rows
from trainer.store import senders, shares, starts
from trainer.store.db import Log

_OVER_S = 1.0  # the last sound may arrive so long after the time is over


def against_the_rules(
    log: Log, other: Log, assignment: Assignment, person_id: str, code: str, signed_by: str
) -> tuple[str, ...]:
    """Sentences about the responses and interruptions in ``other``, whose rows ``log`` has by now.

    ``log`` also has what came before, so that a client who was answered in two files is found, also
    by two people under one code.
    """
    everybody = sorted(rows.senders(log, assignment.id, code) | {person_id})
    aside = senders.set_aside(log)
    came = other.rows(
        """SELECT r.id, r.started_at, r.pack, r.vignette, r.attempt, r.stimulus_end_s, f.duration_s,
          EXISTS (SELECT 1 FROM videos v WHERE v.recording_id = f.id) AS filmed
        FROM responses r JOIN recordings f ON f.id = r.recording_id ORDER BY r.started_at, r.id"""
    )
    aside -= {row["id"] for row in came}  # by the file it comes in it is somebody's
    by_person = {one: rows.answers_for(log, assignment.id, one) for one in everybody}
    left_out = sum(one in aside for every in by_person.values() for one, _, _ in every)
    counts = {
        one: Counter((pack, name) for response, pack, name in every if response not in aside)
        for one, every in by_person.items()
    }
    given = sum(counts.values(), Counter[tuple[str, str]]())
    notes: list[str] = []
    # Who it is was decided of the others.
    if (many := sum(not senders.is_decided(log, one) for one in everybody)) > 1:
        notes.append(f"under {code} {many} people have answered")
    rated = shares.rated_by_key(log, signed_by, person_id) if assignment.is_test else {}
    for row in came:
        first = rated.get((row["pack"], row["vignette"]))
        if first is not None and first < row["started_at"]:
            notes.append(f"{row['vignette']} was heard before this test, in answers to be rated")
        notes += _of_one(assignment, row, given[row["pack"], row["vignette"]])
    notes += _interruptions(log, assignment, person_id, everybody)
    if assignment.is_test:
        several = any(max(one.values(), default=0) > 1 for one in counts.values())
        if several or any(_played_twice(log, assignment, one) for one in everybody):
            notes.append(sat_twice(several=several, aside=left_out))
    return tuple(dict.fromkeys(notes))


def sat_twice(*, several: bool, aside: int) -> str:
    """That a test was sat more than once, and what of it counts.

    ``several``: there is more than one answer to a client; ``aside`` answers are nobody's.
    """
    said = ["the test was sat more than once, such as in a copy of the data folder"]
    if aside:
        said.append("1 answer was set aside" if aside == 1 else f"{aside} answers were set aside")
    if several:
        said.append("of several answers to a client the mean counts")
    return "; ".join(said)


def _of_one(asked: Assignment, row: dict[str, object], given: int) -> Iterator[str]:
    name, attempt, end_s = row["vignette"], row["attempt"], row["stimulus_end_s"]
    length_s = row["duration_s"]
    assert isinstance(attempt, int)
    assert isinstance(length_s, float)
    if asked.mode == TEST and given == 1 and attempt > 1:
        yield f"{name} was met before this test: it is attempt {attempt}"
    if asked.attempts and given > asked.attempts:
        yield too_often(str(name), given, asked.attempts)
    if asked.window_s is not None and isinstance(end_s, float):
        over_s = length_s - end_s - asked.window_s
        if over_s > _OVER_S:
            yield f"the answer to {name} is {over_s:.0f} s longer than asked"
    if asked.recorded == FILM and not row["filmed"]:
        yield f"{name} has no film, asked was one"
    if asked.recorded == SOUND and row["filmed"]:
        yield f"{name} has a film, asked was sound alone"


def too_often(name: str, given: int, attempts: int) -> str:
    """That a client (vignette) was answered more often than was asked for."""
    asked = "once" if attempts == 1 else f"at most {attempts} times"
    return f"{name} was answered {given} times, asked was {asked}"


def _played_twice(log: Log, asked: Assignment, person_id: str) -> bool:
    """Whether one person heard a client more often than Attune lets them."""
    unheard = {
        one.start.id
        for one in starts.interruptions_of(log, asked.id, person_id)
        if one.phase == BEFORE
    }
    played = Counter(
        one.vignette for one in starts.starts_of(log, asked.id, person_id) if one.id not in unheard
    )
    return max(played.values(), default=0) > 1


def _interruptions(
    log: Log, asked: Assignment, person_id: str, everybody: Sequence[str]
) -> Iterator[str]:
    found = starts.interruptions_of(log, asked.id, person_id)
    answered = starts.answered(log, asked.id, person_id)
    if found:
        many = "1 interruption" if len(found) == 1 else f"{len(found)} interruptions"
        said = (interruption.in_words(one, answered=one.start.id in answered) for one in found)
        yield f"{many}: {'; '.join(said)}"
    unheard = {
        one.start.id
        for who in everybody
        for one in starts.interruptions_of(log, asked.id, who)
        if one.phase == BEFORE
    }
    begun = Counter(
        one.vignette.vignette
        for who in everybody
        for one in starts.starts_of(log, asked.id, who)
        if one.id not in unheard
    )
    for name, count in begun.items():
        if count > 1:
            yield f"{name} was played {count} times"
