"""A submission that came: a trainee's responses into the program's log, each adopted once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from trainer.app import stated, travelling, whose
from trainer.app.asked import against_the_rules
from trainer.app.doubt import counted_as, whose_it_is
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.app.received import Received
from trainer.app.submit import KIND as SUBMISSION
from trainer.app.work import OnLog, Outcome
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.consent import Statement
from trainer.domain.counted import by_count, counted
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.response import Recording, Video
from trainer.domain.submission import Submission
from trainer.domain.vignette import VignetteRef
from trainer.exchange.bundle import Bundle, Member, refusal
from trainer.exchange.envelope import is_reader
from trainer.store import assignments as rows
from trainer.store import clocks, copies, files, merge, recordings, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import Log
from trainer.store.forget_scope import Scope
from trainer.store.people import people
from trainer.store.responses import find_response, is_anothers
from trainer.store.takes import RECORDINGS

_CLOCKS_APART = timedelta(minutes=10)  # those of two computers are never quite alike
# A file that was taken out, and its SHA-256 (hex), which was checked.
_Taken = tuple[Path, str]
# What a trainee may send rows of; of any other table there must be none.
_TABLES = frozenset({"people", "sessions", "assigned", "recordings", "responses", "ratings",
                     "scores", "measures", "consents", "videos", "starts",
                     "interruptions"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """For which assignment of ours a submission is, under which code, and whether it is late."""

    assignment: Assignment
    code: str
    made: datetime
    late: bool


def take_in(
    home: Home, log: OnLog, found: Bundle, place: Path, step: Callable[[int], None]
) -> Outcome[Received]:
    """Keep what a trainee of ours sent, from any thread; ``place`` is for what is plain meanwhile.

    KnownError: not ours, altered, too late, or whose it is has to be said first (InDoubt). Nothing
    was changed then, but that consent which was taken back is heeded.
    """
    looked = log(lambda log: _looked_at(log, found))
    if isinstance(looked, Received):
        return Outcome(looked, Changes.NOTHING)
    anew, taken = stated.read(found), _take_out(home, found, place, step)
    return log(lambda log: _keep(log, found, place, anew, taken))


def _looked_at(log: Log, found: Bundle) -> _Asked | Received:
    """What it is for; or what became of it before. KnownError when it is not ours, or too late."""
    assignment, code = _addressed(log, found)
    made = travelling.made_at(found)
    late = rules.is_late(assignment, min(made, local_now()))  # what is here is made already
    if (before := rows.find_submission(log, found.manifest.id)) is not None:
        said, count = ("it was taken in before; nothing was changed",), len(before.responses)
        whose_now = counted_as(log, before, assignment)
        return Received(
            found.path, SUBMISSION, assignment, False, whose_now, count, 0,
            is_late(log, assignment, before.id), said, id=before.id,
        )  # fmt: skip
    return _Asked(assignment, code, made, late)


def _keep(
    log: Log, found: Bundle, place: Path, anew: Sequence[Statement], taken: Mapping[str, _Taken]
) -> Outcome[Received]:
    looked = _looked_at(log, found)  # once more: others had their turn since
    if isinstance(looked, Received):
        return Outcome(looked, Changes.NOTHING)
    assignment, code = looked.assignment, looked.code
    with _opened(found, place) as other:
        person_id, away = _checked(other, found), merge.forgotten_here(log, other)
        if person_id in away.people:  # nor is it asked whose it is
            raise KnownError(
                f"Who sent this as {code} was forgotten here, and stays away: {found.path}",
                whose.UNCHANGED,
            )
        _check_theirs(log, other, found, person_id)
        _check_in_time(log, other, found, person_id, looked, anew)
        written, code = code, _whose(log, other, found, person_id, looked, anew)
        with log.atomic(durable=True):
            asked_of = rules.vignettes_for(assignment, code)  # there is such a trainee
            merged, silent = _adopt(log, other, taken, away)
            every = other.rows("SELECT id FROM responses ORDER BY rowid")
            ids = tuple(row["id"] for row in every if row["id"] not in away.responses)
            notes = _notes(log, other, asked_of, merged.differed, silent)
            notes += whose.notes([written] * len(ids), code)
            signed_by = str(found.signed_by)
            notes += against_the_rules(log, other, assignment, person_id, code, signed_by)
            notes += stated.take_in(log, anew, person_id)
            rows.add_submission(log, Submission(
                found.manifest.id, assignment.id, written, person_id, signed_by, False, looked.made,
                ids,
                found.manifest.facts.get("read_by"),
            ))  # fmt: skip
            if _is_ahead(looked) or clocks.is_unsure(log, found.manifest.id):
                clocks.keep_came(log, found.manifest.id, local_now())
                notes += (f"its clock was not right: it says {looked.made:%Y-%m-%d %H:%M}",)
            late = is_late(log, assignment, found.manifest.id)
    done = Received(
        found.path, SUBMISSION, assignment, True, code, len(ids), merged.added["responses"], late,
        notes, id=found.manifest.id,
    )  # fmt: skip
    changed = Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.PEOPLE | Changes.RATINGS
    return Outcome(done, changed)


def is_late(log: Log, assignment: Assignment, submission_id: str) -> bool:
    """Whether a response came first in this submission, and late; by all that is here now."""
    due = assignment.due_at
    return due is not None and clocks.is_late_file(log, submission_id, due)


def _is_ahead(one: _Asked) -> bool:
    """Whether it says it was made after now: by far, or when it would be late only by its clock."""
    over = rules.is_late(one.assignment, one.made) and not one.late
    return over or one.made - local_now() > _CLOCKS_APART


def _check_in_time(
    log: Log, other: Log, found: Bundle, person_id: str, asked: _Asked, anew: Sequence[Statement]
) -> None:
    """KnownError: too late. What its trainee takes back of earlier answers is heeded all the same.

    What is said of the use of earlier answers alone, without sound, is never too late.
    """
    if not asked.late or asked.assignment.late != rules.REFUSED or len(found.manifest.members) < 2:
        return
    count = stated.narrower(log, other, anew, person_id, str(found.signed_by))
    kept = f" What it takes back of {count} of the answers here was kept." if count else ""
    raise KnownError(
        f"This submission came after the due date: {found.path} ({asked.code}, "
        f"{asked.made:%Y-%m-%d})",
        "It was not taken, as the assignment says. Give it out again with a later date." + kept,
    )


def _whose(
    log: Log, other: Log, found: Bundle, person_id: str, asked: _Asked, anew: Sequence[Statement]
) -> str:
    """By code. InDoubt: what its trainee takes back of earlier answers is heeded all the same."""
    try:
        return whose_it_is(log, other, found, person_id, asked.code, asked.assignment)
    except whose.InDoubt as doubt:
        if count := stated.narrower(log, other, anew, person_id, str(found.signed_by)):
            kept = f"What it takes back of {count} of the answers here was kept, nothing else."
            doubt.hint = doubt.hint.replace(whose.UNCHANGED, kept)
        raise


def _addressed(log: Log, found: Bundle) -> tuple[Assignment, str]:
    """For which assignment of ours it is, and under which code; KnownError when it is not ours."""
    facts = found.manifest.facts
    known = rows.as_written(log, str(facts.get("assignment")))
    if known is None or not known[1]:
        raise KnownError(
            f"This submission is for an assignment that was not given out here: {found.path}",
            "Nothing was changed. Open it where the assignment was made.",
        )
    assignment, code = rules.read_text(known[0]), str(facts.get("code"))
    if facts.get("to") not in (own_pair(log).read_by, assignment.read_by):
        raise KnownError(
            f"This submission was written for somebody else and sent on: {found.path}",
            "Nothing was changed. Ask the trainee whom they sent it to.",
        )
    rules.vignettes_for(assignment, code)  # there is such a trainee
    if not (facts.get("read_by") is None or is_reader(facts["read_by"])):
        raise refusal(found.path, "it does not say by which key its trainee reads")
    return assignment, code


def _take_out(
    home: Home, found: Bundle, place: Path, step: Callable[[int], None]
) -> dict[str, _Taken]:
    """Every member as a file in ``place``, on the disk, and encrypted where that is to be kept so.

    KnownError when one is not what the manifest says.
    """
    taken: dict[str, _Taken] = {}
    for number, member in enumerate(found.manifest.members):
        target = place / (LOG if member.name == LOG else f"{number}.taken")
        if not found.take_out(member, target, step, sync=False):
            raise refusal(found.path, f"{member.name} is damaged")
        if home.key is not None and member.name != LOG and not _lies(home, member):
            target = sealed.seal(target, home.key)
        taken[member.name] = target, member.sha256
    if LOG not in taken:
        raise refusal(found.path, f"there is no {LOG} in it")
    files.sync_all(path for name, (path, _) in taken.items() if name != LOG)
    return taken


def _lies(home: Home, member: Member) -> bool:
    """Whether a file of its name is among the recordings."""
    return sealed.stored(home.recordings.parent / member.name).exists()


@contextmanager
def _opened(found: Bundle, place: Path) -> Iterator[Log]:
    try:
        other = copies.open_copy(place)
    except KnownError as error:
        raise refusal(found.path, f"its log: {error.text}") from error
    with closing(other):
        yield other


def _checked(other: Log, found: Bundle) -> str:
    """The one person it is by (id); KnownError when it holds what no trainee sends."""
    strange = [
        table
        for table in copies.TABLES
        if table not in _TABLES and other.row(f"SELECT 1 FROM {table}")
    ]
    everybody = [one.id for one in people(other)]
    if strange or len(everybody) != 1:
        raise refusal(found.path, "it holds more than one trainee's responses")
    person_id, assignment_id = everybody[0], found.manifest.facts["assignment"]
    foreign = other.row(
        """SELECT 1 FROM ratings WHERE role <> 'self' OR rater_id <> :person
        UNION ALL SELECT 1 FROM sessions WHERE id NOT IN
            (SELECT session_id FROM assigned WHERE assignment_id = :assignment)
        UNION ALL SELECT 1 FROM starts WHERE assignment_id <> :assignment
        UNION ALL SELECT 1 FROM interruptions i JOIN starts s ON s.id = i.start_id
            WHERE i.assignment_id <> :assignment OR i.person_id <> s.person_id""",
        {"person": person_id, "assignment": assignment_id},
    )
    if foreign:
        raise refusal(found.path, "it holds ratings by others, or parts of other assignments")
    return person_id


def _check_theirs(log: Log, other: Log, found: Bundle, person_id: str) -> None:
    """KnownError when it is on an answer that is somebody else's here, whatever it says of it."""
    every = other.rows("SELECT id FROM responses UNION SELECT response_id FROM ratings")
    if is_anothers(log, (row["id"] for row in every), person_id):
        raise refusal(found.path, "it holds an answer that somebody else gave")


def _adopt(
    log: Log, other: Log, taken: Mapping[str, _Taken], away: Scope
) -> tuple[merge.Merged, list[str]]:
    """Sounds and films to their places, then the rows; what has no sound is told."""
    silent: list[str] = []
    moves: dict[Path, Path] = {}  # where to, and what
    sounds = list(merge.recordings_to_add(log, other, away))
    lying = frozenset(one.id for one in sounds if not _place(log, one, taken, moves, silent))
    for mine, film in merge.videos_in_other(log, other, away):
        if mine is None and film.recording_id not in lying:
            _place(log, film, taken, moves, silent)
    files.move_all(moves)
    found = merge.merge(log, other, without=lying, away=away, stranger=True)
    return found, silent


def _place(
    log: Log,
    one: Recording | Video,
    taken: Mapping[str, _Taken],
    moves: dict[Path, Path],
    silent: list[str],
) -> bool:
    """How a file comes where its row says; False when another lies there, or it is not its own."""
    target = recordings.path_of(log, one)
    stored = sealed.stored(target)
    if stored.exists():
        return sealed.sha256_of(stored, log.key)[0] == one.sha256
    source, sha256 = taken.get(f"{RECORDINGS}/{one.file}", (None, ""))
    if source is None or sha256 != one.sha256:
        silent.append(one.file)
        return False
    if log.key is not None:
        target = sealed.sealed_name(target)
        source = source if sealed.is_sealed(source) else sealed.seal(source, log.key)
    moves[target] = source
    return True


def _notes(
    log: Log,
    other: Log,
    form: Sequence[VignetteRef],
    differed: Sequence[tuple[str, str]],
    silent: Sequence[str],
) -> tuple[str, ...]:
    asked = {(one.pack, one.vignette): one.vignette_version for one in form}
    notes = []
    for row in other.rows("SELECT pack, vignette, vignette_version FROM responses ORDER BY rowid"):
        version = asked.get((row["pack"], row["vignette"]))
        if version is None:
            notes.append(f"{row['vignette']} is not in this trainee's form")
        elif version != row["vignette_version"]:
            notes.append(
                f"{row['vignette']} is version {row['vignette_version']}, asked was {version}"
            )
    if silent:
        notes.append(
            by_count(
                len(silent),
                "1 recording is missing or altered, and was left out",
                f"{len(silent)} recordings are missing or altered, and were left out",
            )
        )
    unlike = {
        row_id for table, row_id in differed if table == "responses" and find_response(log, row_id)
    }
    notes += [
        f"another answer to {row['vignette']} than came before has the same id, and was left out"
        for row in other.rows("SELECT id, vignette FROM responses ORDER BY rowid")
        if row["id"] in unlike
    ]
    if rest := len(differed) - len(unlike):
        notes.append(
            f"{counted(rest, 'row')} {by_count(rest, 'differs', 'differ')} from what is here, "
            "which was left as it is"
        )
    return tuple(dict.fromkeys(notes))
