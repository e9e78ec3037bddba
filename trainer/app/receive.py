"""Files that come from others: looked at, then taken in once, whole or not at all.

Everything in one may be a stranger's work. What it is, by whom and for whom is checked before any
of it is kept; what was taken in before changes nothing. The log is asked in short pieces, so that a
window's is free for others while a large file is decrypted, hashed and written.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from trainer.app import (
    assign,
    packs_inside,
    ratings_in,
    results_in,
    shared,
    stated,
    travelling,
    whose,
)
from trainer.app.asked import against_the_rules, of_other_form
from trainer.app.doubt import counted_as, whose_it_is
from trainer.app.keys import identities, own_pair
from trainer.app.paths import Home, named_path
from trainer.app.rated_back import KIND as RATINGS
from trainer.app.results import KIND as RESULTS
from trainer.app.share import KIND as SHARE
from trainer.app.submit import KIND as SUBMISSION
from trainer.app.work import OnLog, Outcome, at_hand
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.consent import Statement
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.response import Recording, Video
from trainer.domain.submission import Submission
from trainer.exchange.bundle import Bundle, Member, open_bundle, refusal
from trainer.exchange.envelope import is_reader
from trainer.store import assignments as rows
from trainer.store import clocks, copies, files, forget, merge, recordings, sealed
from trainer.store.db import FILE as LOG
from trainer.store.db import Log
from trainer.store.people import people
from trainer.store.takes import RECORDINGS

KINDS = (assign.KIND, SUBMISSION, SHARE, RATINGS, RESULTS)
_CLOCKS_APART = timedelta(minutes=10)  # those of two computers are never quite alike
# A file that was taken out, and its SHA-256 (hex), which was checked.
_Taken = tuple[Path, str]
# What a trainee may send rows of; of any other table there must be none.
_TABLES = frozenset({"people", "sessions", "assigned", "recordings", "responses", "ratings",
                     "scores", "measures", "consents", "videos", "starts",
                     "interruptions"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file. ``new`` is False where all of it was here before.

    Of a submission: whose (code), how many responses came with it, how many of them are ``added``,
    whether it is ``late``, and what is to be said of it (``notes``). A share, ratings on one and
    results are of no ``assignment``: ``said`` tells what they are. Of an assignment: the ``packs``
    (ids) that it put into the library.
    """

    path: Path
    kind: str
    assignment: Assignment | None
    new: bool
    code: str = ""
    responses: int = 0
    added: int = 0
    late: bool = False
    notes: tuple[str, ...] = ()
    said: str = ""
    packs: tuple[str, ...] = ()


def receive(
    home: Home, log: Log, path: Path, step: Callable[[int], None] = travelling.unheard
) -> Outcome[Received]:
    """Take in whatever file it is. ``step`` is told of bytes and may raise to stop.

    KnownError: damaged, altered, unsafe, newer, or not what it says it is; ForOthers: for somebody
    else. Nothing was changed then.
    """
    return receive_beside(home, at_hand(log), path, step)


def receive_beside(
    home: Home, log: OnLog, path: Path, step: Callable[[int], None]
) -> Outcome[Received]:
    """The same from any thread."""
    path = named_path(path)
    with (
        travelling.scratch(home.folder) as place,
        open_bundle(path, KINDS, log(identities), place, step) as found,
    ):
        if found.signed_by is None:
            raise refusal(path, "nobody signed it")
        if found.manifest.kind == SUBMISSION:
            return _submission(home, log, found, place, step)
        if found.manifest.kind == SHARE:
            return _share(home, log, found, place, step)
        if found.manifest.kind == RATINGS:
            return _ratings(log, found)
        if found.manifest.kind == RESULTS:
            return _results(home, log, found)
        done = packs_inside.take_in(home, log, found, place, step)
        kept = done.value
        received = Received(
            path, assign.KIND, kept.assignment, kept.new, notes=kept.notes, packs=kept.installed
        )
        return Outcome(received, done.changes)


def _share(
    home: Home, log: OnLog, found: Bundle, place: Path, step: Callable[[int], None]
) -> Outcome[Received]:
    done = shared.take_in(home, log, found, place, step)
    one = done.value
    told = "" if one.new else ", was here before"
    said = f"{one.responses} responses to rate, from {one.program}{told}"
    row = Received(
        found.path, SHARE, None, one.new, responses=one.responses, notes=one.notes, said=said
    )
    return Outcome(row, done.changes)


def _ratings(log: OnLog, found: Bundle) -> Outcome[Received]:
    done = log(lambda log: ratings_in.take_in(log, found))
    one = done.value
    told = f"{one.ratings} ratings and {one.comments} comments new"
    told = told if one.new else "was here before"
    said = f"ratings by {one.rater} on {one.responses} of {one.of} responses, {told}"
    row = Received(
        found.path, RATINGS, None, one.new, responses=one.responses, added=one.ratings,
        notes=one.notes, said=said,
    )  # fmt: skip
    return Outcome(row, done.changes)


def _results(home: Home, log: OnLog, found: Bundle) -> Outcome[Received]:
    done = results_in.take_in(home, log, found)
    one = done.value
    count = "one response" if one.responses == 1 else f"{one.responses} responses"
    said = f"Ratings of {count} came back from {one.program}"
    row = Received(
        found.path, RESULTS, None, one.new, responses=one.responses, added=one.ratings,
        notes=one.notes, said=said if one.new else f"{said}, and were here before",
    )  # fmt: skip
    return Outcome(row, done.changes)


@dataclass(frozen=True, slots=True)
class _Asked:
    """For which assignment of ours a submission is, under which code, and whether it is late."""

    assignment: Assignment
    code: str
    made: datetime
    late: bool


def _submission(
    home: Home, log: OnLog, found: Bundle, place: Path, step: Callable[[int], None]
) -> Outcome[Received]:
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
        late = late and before.id not in clocks.unsure(log, assignment.id)
        return Received(found.path, SUBMISSION, assignment, False, whose_now, count, 0, late, said)
    return _Asked(assignment, code, made, late)


def _keep(
    log: Log, found: Bundle, place: Path, anew: Sequence[Statement], taken: Mapping[str, _Taken]
) -> Outcome[Received]:
    looked = _looked_at(log, found)  # once more: others had their turn since
    if isinstance(looked, Received):
        return Outcome(looked, Changes.NOTHING)
    assignment, code = looked.assignment, looked.code
    with _opened(found, place) as other:
        person_id = _checked(other, found)
        _check_in_time(log, other, found, person_id, looked, anew)
        written, code = code, _whose(log, other, found, person_id, looked, anew)
        with log.atomic(durable=True):
            asked_of = rules.vignettes_for(assignment, code)  # there is such a trainee
            away = merge.forgotten_here(log, other)
            if person_id in away.people:
                raise KnownError(
                    f"{code} was forgotten here, and stays away: {found.path}", whose.UNCHANGED
                )
            merged, silent = _adopt(log, other, taken, away)
            every = other.rows("SELECT id FROM responses ORDER BY rowid")
            ids = tuple(row["id"] for row in every if row["id"] not in away.responses)
            notes = of_other_form(other, asked_of, len(merged.differed), silent)
            notes += whose.notes([written] * len(ids), code)
            signed_by = str(found.signed_by)
            notes += against_the_rules(log, other, assignment, person_id, code, signed_by)
            notes += stated.take_in(log, anew, person_id)
            rows.add_submission(log, Submission(
                found.manifest.id, assignment.id, written, person_id, signed_by, False, looked.made,
                ids,
                found.manifest.facts.get("read_by"),
            ))  # fmt: skip
            unsure = looked.made - local_now() > _CLOCKS_APART
            if unsure := unsure or found.manifest.id in clocks.unsure(log, assignment.id):
                clocks.keep_came(log, found.manifest.id, local_now())
            notes += (f"its clock was not right: it says {looked.made:%Y-%m-%d %H:%M}",) * unsure
    added = merged.added["responses"]
    return Outcome(
        Received(
            found.path,
            SUBMISSION,
            assignment,
            True,
            code,
            len(ids),
            added,
            looked.late and not unsure,
            notes,
        ),
        Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.PEOPLE | Changes.RATINGS,
    )


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


def _adopt(
    log: Log, other: Log, taken: Mapping[str, _Taken], away: forget.Scope
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
