"""What a trainee gave for an assignment, as one file that only the program can open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer import __version__
from trainer.app import travelling
from trainer.app.assign import find_came
from trainer.app.keys import pair_that_signs
from trainer.app.paths import Home
from trainer.app.stated import as_facts
from trainer.app.work import Outcome
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.consent import USES, Statement
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.submission import Submission, TakenOn
from trainer.exchange.bundle import Manifest, Member
from trainer.store import assignments as rows
from trainer.store import consents, copies, files, sealed, starts, videos
from trainer.store.db import FILE as LOG
from trainer.store.db import Log
from trainer.store.extract import extract
from trainer.store.responses import response
from trainer.store.takes import RECORDINGS
from trainer.store.told import keep_told, would_tell

KIND = "submission"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission that was written: the file, its responses (ids), and those ``withheld``.

    Withheld are those whose speaker does not agree to what the program asks. ``said`` counts those
    sent before of which it tells, without sound, that others may use them, or no longer;
    ``interruptions`` are those of a test, all that there were.
    """

    path: Path
    responses: tuple[str, ...]
    withheld: int
    said: int = 0
    interruptions: int = 0


def submit(
    home: Home, log: Log, assignment_id: str, person_id: str, out: Path, *, again: bool = False
) -> Outcome[Submitted]:
    """Write what was not sent yet (``again``: all of it) to the file or into the folder ``out``.

    With every interruption of a test there was, and what was said since of the use of answers that
    were sent; these alone when they are all that is new. In a folder the files of an assignment are
    numbered from the second one on. Encrypted to the program's key and signed with this
    installation's. KnownError: not taken on, nothing to send, a recording that is gone, no room.
    """
    every = rows.submissions(log, assignment_id, mine=True)
    before = sum(one.person_id == person_id for one in every)

    def named(asked: Assignment, code: str, _what: Sequence[str]) -> Path:
        number = str(before + 1) if before else ""
        return travelling.target_of(out, asked, code, number)

    one, done = write(home, log, assignment_id, person_id, named, again=again)
    return keep(log, one, done)


def keep(log: Log, one: Submission, done: Submitted) -> Outcome[Submitted]:
    """What was written is on its way: its responses count as sent."""
    with log.atomic(durable=True):
        rows.add_submission(log, one)
        keep_told(log, one.assignment_id, one.person_id, one.told)
    return Outcome(done, Changes.ASSIGNMENTS)


def write(
    home: Home,
    log: Log,
    assignment_id: str,
    person_id: str,
    named: Callable[[Assignment, str, Sequence[str]], Path],
    *,
    again: bool = False,
) -> tuple[Submission, Submitted]:
    """Write the file, and only that; ``named`` says where, of assignment, code, content."""
    assignment = find_came(log, assignment_id)
    taken = rows.taken_on(log, assignment_id, person_id)
    if taken is None:
        raise KnownError(
            f"You have not begun with this assignment: {assignment.title}",
            "Open it in Today, or take it on with 'attune import FILE --code CODE'.",
        )
    given = [one for one, _, _ in rows.answers_for(log, assignment_id, person_id)]
    again = again or is_to_be_written_anew(log, taken)
    sent = rows.sent_of(log, assignment_id, person_id, taken.code)
    wanted = [one for one in given if again or one not in sent]
    agreed = [one for one in wanted if _is_agreed(log, one, assignment.use)]
    said = consents.to_tell(log, assignment_id, person_id, again=again)
    if not (agreed or said or starts.to_tell(log, assignment_id, person_id, again=again)):
        raise KnownError(_nothing(assignment, len(given), len(wanted)), "Nothing was written.")
    target = named(assignment, taken.code, [*agreed, *(each.id for each in said)])
    one = _write(home, log, assignment, taken, agreed, said, target)
    anew = {each.response_id for each in said}.difference(agreed)
    withheld = set(wanted).difference(agreed, anew)
    broke = len(starts.interruptions_of(log, assignment_id, person_id))
    return one, Submitted(target, one.responses, len(withheld), len(anew), broke)


def is_to_be_written_anew(log: Log, taken: TakenOn) -> bool:
    """Whether everything was sent under other codes alone, which were mistyped."""
    sent = rows.sent_as(log, taken.assignment_id, taken.person_id)
    return bool(sent) and taken.code not in sent


def _write(
    home: Home,
    log: Log,
    assignment: Assignment,
    taken: TakenOn,
    ids: Sequence[str],
    said: Sequence[Statement],
    target: Path,
) -> Submission:
    pair, made = pair_that_signs(log, rows.signed_as(log, taken.person_id)), local_now()
    before = rows.sent_as(log, assignment.id, taken.person_id)
    one = Submission(
        new_id(), assignment.id, taken.code, taken.person_id, pair.signs_as, True, made, tuple(ids),
        pair.read_by, would_tell(log, assignment.id, taken.person_id, ids),
    )  # fmt: skip
    # In the data folder: what is plain for a moment lies where the recordings lie.
    with travelling.scratch(home.folder) as place:
        sources = {LOG: extract(log, ids, taken.code, place, assignment.id, taken.person_id)}
        members = [Member(LOG, *files.sha256_of(sources[LOG]))]
        for response_id in ids:
            for name, member in _sounds(home, log, response_id, place):
                sources[name] = member[1]
                members.append(member[0])
        facts = {
            "assignment": assignment.id,
            "code": taken.code,
            "was": [one for one in before if one != taken.code],
            "to": assignment.read_by,
            "read_by": pair.read_by,
            "agreed_to": taken.agreed_to,
            "responses": list(ids),
            "said": as_facts(said),
        }
        manifest = Manifest(
            KIND, one.id, made.isoformat(), __version__, copies.LOG_VERSION, facts, tuple(members)
        )
        travelling.write(target, manifest, sources, pair, [assignment.read_by], place)
    return one


def _sounds(
    home: Home, log: Log, response_id: str, place: Path
) -> list[tuple[str, tuple[Member, Path]]]:
    """The sound of a response, and its film, decrypted where they are encrypted."""
    recording = response(log, response_id).recording
    film = videos.video_of(log, recording.id)
    found = []
    for row in (recording, film):
        if row is None:
            continue
        path = sealed.stored(home.recordings / row.file)
        if sealed.is_sealed(path):
            assert home.key is not None  # it is locked, so the log was opened with it
            plain = place / row.file.replace("/", "+")
            sealed.copy(path, plain, home.key)
            path = plain
        name = f"{RECORDINGS}/{row.file}"
        found.append((name, (Member(name, row.sha256, row.size_bytes), path)))
    return found


def _is_agreed(log: Log, response_id: str, use: str) -> bool:
    said = consents.consent_of(log, response_id)
    return said is not None and USES.index(said.use) >= USES.index(use)


def _nothing(assignment: Assignment, given: int, wanted: int) -> str:
    if not given:
        return f"There is no response to this assignment yet: {assignment.title}"
    if not wanted:
        return f"Everything for this assignment was sent already: {assignment.title}"
    return (
        f"{by_count(wanted, 'The response may not', f'None of the {wanted} responses may')} "
        f"be used as this assignment asks ({assignment.use}): "
        f"{assignment.title}"
    )
