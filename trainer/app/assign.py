"""Assignments: composed and given out by a program, taken in and taken on by a trainee."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from trainer import __version__
from trainer.app import giving, travelling
from trainer.app.keys import own_pair, pair_that_signs
from trainer.app.library import Library
from trainer.app.persons import everybody
from trainer.app.work import Outcome
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment, Form
from trainer.domain.changes import Changes
from trainer.domain.errors import ForOthers, KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.submission import TakenOn
from trainer.domain.vignette import VignetteRef
from trainer.exchange.bundle import Bundle, Manifest, Member
from trainer.store import assignments as rows
from trainer.store import copies, files
from trainer.store import put_away as moves
from trainer.store.db import Log
from trainer.store.enrolled import keep_names
from trainer.store.forget import mark_of, marks
from trainer.store.starts import begun
from trainer.store.times import after

KIND = "assignment"
NONE: Mapping[str, Path] = {}
Put = Callable[[Log, str], Outcome[None]]  # an assignment away, or on the desk again


@dataclass(frozen=True, slots=True)
class Ask:
    """What a program asks for; ``forms`` are vignette ids by the form's letter.

    Of ``after`` (an assignment's id) the trainees are taken, each with the form after theirs, and
    without ``forms`` its forms.
    """

    title: str
    program: str
    forms: Mapping[str, Sequence[str]]
    codes: Sequence[str]
    rubric: str
    consent_text: str
    occasion: str = ""
    mode: str = rules.PRACTICE
    order: str = rules.FIXED
    due_at: datetime | None = None
    late: str = rules.MARKED
    window_s: float | None = None
    attempts: int = 0
    recorded: str = rules.EITHER
    use: str = "rating"
    keep_months: int = 12
    after: str = ""
    id: str = field(default_factory=new_id)


def compose(log: Log, library: Library, ask: Ask) -> Assignment:
    """The assignment that is asked for, trainees drawn to forms; KnownError says what is wrong."""
    earlier = given_out(log, ask.after) if ask.after else None
    forms = tuple(
        Form(name, tuple(_vignette(library, one) for one in several))
        for name, several in ask.forms.items()
    ) or (earlier.forms if earlier else ())
    if not forms:
        raise KnownError("An assignment needs clients", "Name at least one form of them.")
    names = [form.name for form in forms]
    if not (ask.codes or ask.after):
        raise KnownError("An assignment needs trainees", "Name their codes, or an earlier one.")
    _tell_apart(ask.codes)
    enrolled = rules.turned(earlier, names) if earlier else rules.balanced(ask.codes, names, ask.id)
    pair = own_pair(log)
    made = Assignment(
        id=ask.id,
        title=ask.title,
        program=ask.program,
        occasion=ask.occasion,
        mode=ask.mode,
        forms=forms,
        order=ask.order,
        enrolled=enrolled,
        rubric=library.rubric(ask.rubric).ref,
        due_at=ask.due_at,
        late=ask.late,
        window_s=ask.window_s,
        attempts=ask.attempts or (1 if ask.mode == rules.TEST else 0),
        recorded=ask.recorded,
        consent_text=ask.consent_text,
        use=ask.use,
        keep_months=ask.keep_months,
        made_at=local_now(),
        read_by=pair.read_by,
        signs_as=pair.signs_as,
        after=ask.after,
    )
    try:
        return rules.read_document(rules.as_document(made))
    except KnownError as error:  # it is oneself who can change it
        raise KnownError(error.text, "Nothing was written. Change it, and try again.") from error


def _tell_apart(codes: Sequence[str]) -> None:
    """Files are named by codes, and to some disks T1 and t1 are one name."""
    known: dict[str, str] = {}
    for code in codes:
        other = known.setdefault(code.casefold(), code)
        if other != code:
            raise KnownError(
                f"The codes {other} and {code} differ in capital letters alone",
                "Choose others: files are named by them.",
            )


def _vignette(library: Library, name: str) -> VignetteRef:
    return library.find_vignette(name).ref


def given_out(log: Log, assignment_id: str) -> Assignment:
    """An assignment that was given out here; KnownError when there is none."""
    found = rows.assignment(log, assignment_id)
    if found is None or not found[1]:
        raise KnownError(
            f"No assignment {assignment_id} was given out here", "'attune cohort' lists them."
        )
    return rules.read_document(found[0])


def give_out(
    log: Log,
    assignment: Assignment,
    out: Path,
    names: Mapping[str, str] | None = None,
    packs: Mapping[str, Path] = NONE,
) -> Path:
    """Write the file for the cohort, signed, and keep it in the log; given out again, it replaces.

    ``names`` are who is behind codes; they are kept here and are not in the file. ``packs``: what
    lies in it beside the assignment, by name.

    KnownError: a file of that name is there, no room or permission.
    """
    with log.atomic(durable=True):
        target = prepare(log, assignment, out, names, packs)
    giving.show(log)
    return target


def prepare(
    log: Log,
    assignment: Assignment,
    out: Path,
    names: Mapping[str, str] | None = None,
    packs: Mapping[str, Path] = NONE,
) -> Path:
    """The same in a transaction; the file is there with ``giving.show`` after it."""
    target = travelling.target_of(out, assignment)
    one_id = new_id()
    part = giving.hidden(target, one_id)
    try:
        write_file(log, assignment, part, names, packs)()
        giving.expect(log, target, one_id)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return target


def write_file(
    log: Log,
    assignment: Assignment,
    target: Path,
    names: Mapping[str, str] | None = None,
    packs: Mapping[str, Path] = NONE,
) -> Callable[[], None]:
    """Write the signed file; call what is returned to keep it in the log as given out."""
    pair, revision = pair_that_signs(log, assignment.signs_as), new_id()
    # The newest counts, also where the clock was set back meanwhile.
    made = after(rows.last_made(log, assignment.id), local_now())
    document = rules.as_document(assignment)
    members = tuple(Member(name, *files.sha256_of(path)) for name, path in packs.items())
    manifest = Manifest(
        KIND, revision, made.isoformat(), __version__, copies.LOG_VERSION,
        {"assignment": document}, members,
    )  # fmt: skip
    travelling.write(target, manifest, packs, pair)

    def keep() -> None:
        with log.atomic(durable=True):
            keep_names(log, names or {})
            rows.add_assignment(log, revision, document, made, pair.signs_as, mine=True)

    return keep


def accepted(log: Log, found: Bundle) -> Assignment:
    """The assignment in a file, which may be taken in.

    KnownError: not signed by the program it names, or by another one than the first time, or not
    one that this Attune understands; ForOthers: it was given out from here.
    """
    assignment = rules.read_document(found.manifest.facts.get("assignment"))
    known = rows.assignment(log, assignment.id)
    if known is not None and known[1]:
        raise ForOthers(
            f"This assignment was given out from here: {found.path}",
            "It is for the trainees; nothing was changed.",
        )
    first = rows.signed_first_by(log, assignment.id)
    if found.signed_by != assignment.signs_as or first not in (None, found.signed_by):
        raise KnownError(
            f"This assignment was not signed by the program that it names: {found.path}",
            "Nothing was changed. Ask the program whether the file is theirs.",
        )
    return assignment


def take_in(log: Log, found: Bundle) -> Outcome[tuple[Assignment, bool]]:
    """Keep an assignment that came as a file; with whether it was new. KnownError: not accepted."""
    assignment = accepted(log, found)
    made = travelling.made_at(found)
    new = rows.add_assignment(
        log, found.manifest.id, rules.as_document(assignment), made, assignment.signs_as, mine=False
    )
    return Outcome((assignment, new), Changes.ASSIGNMENTS if new else Changes.NOTHING)


def take_on(log: Log, assignment: Assignment, person_id: str, code: str) -> Outcome[TakenOn]:
    """Begin with an assignment under one's code, having agreed to its words; KnownError: no such.

    A code is taken once, and by one: with another one, what was given would be two people's.
    """
    rules.vignettes_for(assignment, code)
    before = rows.taken_on(log, assignment.id, person_id)
    if before is not None:
        if before.code != code:
            raise KnownError(
                f"You have taken this assignment on as {before.code}, not as {code}",
                f"Nothing was changed. If {before.code} was mistyped, put it right on Today, or "
                f"with 'attune code {code}'.",
            )
        return Outcome(before, Changes.NOTHING)
    if rows.holds_code(log, assignment.id, code) - {person_id}:
        raise KnownError(
            f"Somebody else has taken this assignment on as {code} here",
            "A code is one person's. If it is yours, choose the name under which you began.",
        )
    check_not_begun(log, assignment.id, code)
    taken = TakenOn(new_id(), assignment.id, person_id, code, assignment.consent_text, local_now())
    rows.take_on(log, taken)
    return Outcome(taken, Changes.ASSIGNMENTS)


def meant_by(
    log: Log, arrived: Sequence[Assignment], person_id: str, code: str
) -> Assignment | None:
    """Of several that came, the one that is taken on under a code; None: none came.

    KnownError: it can be more than one. A code is given for one course, and the words of each are
    to be read before they are agreed to.
    """
    every = list({one.id: one for one in arrived}.values())
    before = {one.id: rows.taken_on(log, one.id, person_id) for one in every}
    new = [one for one in every if before[one.id] is None]
    same = [one for one in every if (taken := before[one.id]) and taken.code == code]
    able = [one for one in new or every if code in {each.code for each in one.enrolled}]
    if same and not (new and able):
        return same[0]
    able = able or new or every
    if len(able) > 1:
        named = ", ".join(f"{one.title} ({one.occasion or one.program})" for one in able)
        raise KnownError(
            f"{len(able)} assignments came, and none was taken on as {code}: {named}",
            "Each has words of its own to agree to: name the file of one with --code, then that "
            "of the next.",
        )
    return able[0] if able else None


def check_not_begun(log: Log, assignment_id: str, code: str) -> None:
    """KnownError when somebody has begun a test here as ``code`` and deleted themselves since."""
    if mark_of(begun(assignment_id, code)) in marks(log):
        raise KnownError(
            f"This test was begun here as {code}, and what was said was deleted since",
            "A test is not met twice. Tell the program, which may give you another one.",
        )


def put_away(log: Log, assignment_id: str) -> Outcome[None]:
    """Of an assignment that is for others: it is not waited for, nor its clients kept back."""
    moves.add_move(log, assignment_id, local_now(), away=True)
    return Outcome(None, Changes.ASSIGNMENTS)


def check_for_others(log: Log, assignment_id: str) -> None:
    """KnownError when somebody here has taken it on."""
    if rows.is_taken_on(log, assignment_id):
        raise KnownError(
            f"{find_came(log, assignment_id).title} was taken on here",
            "Only an assignment that is for others is put away. Nothing was changed. Where several "
            "share this computer, whom it is not for puts it away under Today.",
        )


def take_up(log: Log, assignment_id: str) -> Outcome[None]:
    """Have one that was put away on the desk again."""
    moves.add_move(log, assignment_id, local_now(), away=False)
    return Outcome(None, Changes.ASSIGNMENTS)


def as_line(log: Log, one: Assignment) -> str:
    """An assignment that came, and whether it was taken on or put away."""
    occasion = f" ({one.occasion})" if one.occasion else ""
    on, away = rows.is_taken_on(log, one.id), _is_away(log, one.id)
    told = ", taken on" if on else ""
    if away:
        told += ", put away for whoever else is here" if on else ", put away"
    return f"{one.id}  {one.title}{occasion}, {one.program}{told}"


def as_json(log: Log, one: Assignment) -> dict[str, object]:
    """The same for a program."""
    return {
        "id": one.id, "title": one.title, "occasion": one.occasion, "program": one.program,
        "away": _is_away(log, one.id), "taken_on": rows.is_taken_on(log, one.id),
    }  # fmt: skip


def _is_away(log: Log, assignment_id: str) -> bool:
    """Whether it was put away, for one at least who has not taken it on: theirs it is all the same,
    who have.
    """
    return moves.is_away(log, assignment_id) and (
        not rows.is_taken_on(log, assignment_id)
        or any(not rows.taken_on(log, assignment_id, one.id) for one in everybody(log))
    )


def came(log: Log) -> tuple[Assignment, ...]:
    """The assignments that came as files, each as it was last made."""
    return tuple(rules.read_document(one) for one in rows.assignments(log, mine=False))


def the_one(log: Log, assignment_id: str) -> str:
    """The id of the one assignment that came, where none is named; KnownError: there are others."""
    known = [one.id for one in came(log)]
    if not assignment_id and not known:
        raise KnownError(
            "No assignment came here yet", "'attune import FILE' takes the program's file in."
        )
    if not assignment_id and len(known) != 1:
        raise KnownError(
            f"There are {len(known)} assignments here", "Name one with --assignment ID."
        )
    return assignment_id or known[0]


def find_came(log: Log, assignment_id: str) -> Assignment:
    """One that came; KnownError when there is none."""
    found = rows.assignment(log, assignment_id)
    if found is None or found[1]:
        raise KnownError(
            f"There is no assignment {assignment_id} here", "'attune import FILE' takes one in."
        )
    return rules.read_document(found[0])
