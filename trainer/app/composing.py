"""An assignment that is being composed: as it is typed, what is wrong with it, and what is asked.

What is typed is kept at every change and is here again after a crash; names that were typed stay
in the log of this program.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

from trainer.app import assign, giving, packs_inside, travelling
from trainer.app.assign import Ask, compose
from trainer.app.enrolled import Trainees, names, read_trainees
from trainer.app.forms import LETTERS
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.work import Outcome
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.consent import UNTIL_DELETED
from trainer.domain.ids import local_now, new_id
from trainer.store import drafts
from trainer.store.db import Log

# What has to be right before a file can be written, in the order of the page.
FIELDS = ("title", "program", "occasion", "clients", "window", "due", "consent", "trainees")
SHORTEST_WINDOW_S = 5.0
_LONGEST = {"title": 120, "program": 120, "occasion": 40, "consent": 5000}
_WHAT = {"title": "a title", "program": "who gives it out", "clients": "clients",
         "trainees": "trainees"}  # fmt: skip
_FAULTY = {"title": "the title", "program": "who gives it out", "occasion": "the occasion",
           "clients": "the clients", "window": "the longest answer", "due": "the due date",
           "consent": "what trainees agree to", "trainees": "the trainees"}  # fmt: skip
_MOST_PROBLEMS = 3
_DAYS = ("%Y-%m-%d", "%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything as it is typed or chosen. ``forms`` are ids of clients, the first is form A's.

    ``after`` is an earlier assignment whose trainees are taken. ``consent`` is empty as long as
    the words are the usual ones. ``with_packs``: those that not every library has go out with it.
    """

    title: str = ""
    program: str = ""
    occasion: str = ""
    after: str = ""
    forms: tuple[tuple[str, ...], ...] = ((),)
    mode: str = rules.PRACTICE
    order: str = rules.FIXED
    rubric: str = ""
    due: str = ""
    late: str = rules.MARKED
    window: str = ""
    attempts: int = 0
    recorded: str = rules.EITHER
    consent: str = ""
    use: str = "rating"
    keep_months: int = 12
    trainees: str = ""
    by_name: bool = False
    with_packs: bool = True


def kept(log: Log) -> Draft | None:
    """What was being composed; None when nothing was, or by a version that had other fields."""
    data = drafts.draft(log, drafts.ENROLLING)
    known = {field.name for field in fields(Draft)}
    if data is None or not known >= set(data):
        return None
    forms = data.pop("forms", ((),))
    assert isinstance(forms, list | tuple)
    return replace(Draft(**data), forms=tuple(tuple(one) for one in forms))  # type: ignore[arg-type]  # as it was kept


def keep(log: Log, draft: Draft) -> Outcome[None]:
    """Keep it as it is; as it is at the beginning, it is dropped."""
    if draft == Draft():
        drafts.drop_draft(log, drafts.ENROLLING)
    else:
        drafts.save_draft(log, drafts.ENROLLING, asdict(draft))
    return Outcome(None, Changes.NOTHING)


def following(draft: Draft, earlier: Assignment) -> Draft:
    """With the trainees of an earlier assignment, and asked like it where nothing is typed yet."""
    occasion = "after" if earlier.occasion == "before" else ""
    filled = replace(
        draft,
        after=earlier.id,
        title=draft.title or earlier.title,
        program=draft.program or earlier.program,
        occasion=draft.occasion or occasion,
    )
    if any(draft.forms):
        return filled
    window = "" if earlier.window_s is None else f"{earlier.window_s:g}"
    asked_like = replace(
        filled,
        forms=tuple(tuple(one.vignette for one in form.vignettes) for form in earlier.forms),
        mode=earlier.mode,
        order=earlier.order,
        rubric=earlier.rubric.rubric,
        window=window,
        attempts=0 if earlier.mode == rules.TEST else earlier.attempts,
        recorded=earlier.recorded,
        use=earlier.use,
        keep_months=earlier.keep_months,
    )
    if draft.consent.strip() or asked_like.program.strip() != earlier.program:
        return asked_like
    usual = consent_words(asked_like) == earlier.consent_text
    return replace(asked_like, consent="" if usual else earlier.consent_text)


def consent_words(draft: Draft) -> str:
    """What trainees agree to: the program's own words, or the usual ones with what is chosen."""
    if draft.consent.strip():
        return draft.consent
    whom = draft.program.strip() or "the program"
    uses = {
        "rating": f"raters whom {whom} names listen to them and rate them",
        "research": f"raters whom {whom} names listen to them and rate them, and research may use "
        "them under your code",
    }
    until = (
        "They are kept until you ask for their deletion"
        if draft.keep_months == UNTIL_DELETED
        else f"They are kept for {draft.keep_months} months and deleted then"
    )
    seen = "sound, and film if your camera is on"
    what = {rules.SOUND: "sound", rules.FILM: "sound and film", rules.EITHER: seen}
    return (
        f"You answer clients who are played by synthetic voices. Your answers "
        f"({what[draft.recorded]}) go to {whom} in a file that only they can open, under your code "
        f"and without your name. There, {uses[draft.use]}. {until}. Taking part is up to you: you "
        "can stop at any time, and ask for the deletion of what you sent."
    )


def trainees(draft: Draft, known: Mapping[str, str]) -> Trainees:
    """Whom the lines name (``known`` are names by code)."""
    return read_trainees(draft.trainees.splitlines(), known, by_name=draft.by_name)


def due_at(typed: str) -> datetime | None:
    """Until when, in this computer's time; a day without a time is over at its end.

    ValueError when it is neither empty nor a day.
    """
    text = " ".join(typed.split()).replace("T", " ")
    if not text:
        return None
    day = datetime.strptime(text, _DAYS[":" in text])  # noqa: DTZ007 - this computer's, below
    if ":" not in text:
        day += timedelta(hours=23, minutes=59, seconds=59)
    return day.astimezone()


def faults(
    draft: Draft, library: Library, known: Mapping[str, str], now: datetime | None = None
) -> dict[str, str]:
    """What is wrong, a sentence for each of FIELDS that has something; empty: it can be written."""
    found = {
        "title": _text("title", draft.title),
        "program": _text("program", draft.program),
        "occasion": _text("occasion", draft.occasion),
        "clients": _clients(draft, library),
        "window": _window(draft.window),
        "due": due_fault(draft.due, now or local_now()),
        "consent": _text("consent", consent_words(draft)),
        "trainees": _trainees(draft, known),
    }
    return {name: said for name, said in found.items() if said}


def needed(found: Mapping[str, str]) -> tuple[str, ...]:
    """What is still to be given, by name."""
    return tuple(what for name, what in _WHAT.items() if found.get(name) == _missing(name))


def faulty(found: Mapping[str, str]) -> tuple[str, ...]:
    """What is given and has to be put right, by name, in the order of the page."""
    wrong = (name for name in FIELDS if name in found and found[name] != _missing_or_none(name))
    return tuple(_FAULTY[name] for name in wrong)


@dataclass(frozen=True, slots=True)
class Written:
    """The file of an assignment, and the shared place (as it may be told) where that is one."""

    assignment_id: str
    path: Path
    place: str = ""


def other_packs(draft: Draft, library: Library) -> tuple[str, ...]:
    """The packs (ids) that it rests on and that not every library has."""
    first: dict[str, str] = {}
    for one in library.vignettes:
        first.setdefault(one.id, one.ref.pack)
    packs = {first[one] for form in draft.forms for one in form if one in first}
    packs.update([one.ref.pack for one in library.rubrics if one.called(draft.rubric)][:1])
    return tuple(sorted(packs - packs_inside.bundled_packs()))


def write_file(
    home: Home, log: Log, library: Library, draft: Draft, folder: Path
) -> Outcome[Written]:
    """Make the assignment's file in ``folder``, and keep the draft no longer.

    KnownError: as ``compose``, ``pack_up`` and ``give_out`` say.
    """
    with travelling.scratch(home.folder) as work, log.atomic(durable=True):
        made, who, packs = _made(home, log, library, draft, work)
        drafts.drop_draft(log, drafts.ENROLLING)
        path = assign.prepare(log, made, folder, who.names, packs)
    giving.show(log)
    return Outcome(Written(made.id, path), Changes.ASSIGNMENTS)


def written(
    home: Home, log: Log, library: Library, draft: Draft, folder: Path, place: str
) -> tuple[Path, Callable[[], Outcome[Written]]]:
    """The same for a shared place, written into ``folder``, where nobody sees it.

    That it is given out, and is no draft any more, is kept by calling the second.
    """
    with travelling.scratch(home.folder) as work, log.atomic(durable=True):
        made, who, packs = _made(home, log, library, draft, work)
        path = travelling.target_of(folder, made)
        keep_given = assign.write_file(log, made, path, who.names, packs)

    def keep() -> Outcome[Written]:
        with log.atomic(durable=True):
            drafts.drop_draft(log, drafts.ENROLLING)
            keep_given()
        return Outcome(Written(made.id, path, place), Changes.ASSIGNMENTS)

    return path, keep


def _made(
    home: Home, log: Log, library: Library, draft: Draft, work: Path
) -> tuple[Assignment, Trainees, dict[str, Path]]:
    ask, who = ask_of(draft, names(log), new_id())
    made = compose(log, library, ask)
    return made, who, packs_inside.pack_up(home, made, work) if draft.with_packs else {}


def ask_of(draft: Draft, known: Mapping[str, str], assignment_id: str) -> tuple[Ask, Trainees]:
    """What is asked for, and who is behind which code; for a draft without faults."""
    who = trainees(draft, known)
    ask = Ask(
        title=draft.title.strip(),
        program=draft.program.strip(),
        occasion=draft.occasion.strip(),
        forms=dict(zip(LETTERS, draft.forms, strict=False)),
        codes=() if draft.after else who.codes,
        rubric=draft.rubric,
        consent_text=consent_words(draft).strip(),
        mode=draft.mode,
        order=draft.order,
        due_at=due_at(draft.due),
        late=draft.late,
        window_s=float(draft.window) if draft.window.strip() else None,
        attempts=draft.attempts,
        recorded=draft.recorded,
        use=draft.use,
        keep_months=draft.keep_months,
        after=draft.after,
        id=assignment_id,
    )
    return ask, who


def _missing(name: str) -> str:
    return f"{_WHAT[name][0].upper()}{_WHAT[name][1:]}: still to be given."


def _missing_or_none(name: str) -> str:
    return _missing(name) if name in _WHAT else ""


def _text(name: str, text: str) -> str:
    most = _LONGEST[name]
    if len(text.strip()) > most:
        return f"This has {len(text.strip())} letters; {most} are the most."
    return "" if text.strip() or name not in _WHAT else _missing(name)


def _clients(draft: Draft, library: Library) -> str:
    here = {one.id for one in library.vignettes}
    if gone := [one for form in draft.forms for one in form if one not in here]:
        return f"Not in your library any more: {', '.join(gone)}. Take them out."
    empty = [name for name, form in zip(LETTERS, draft.forms, strict=False) if not form]
    if len(empty) == len(draft.forms):
        return _missing("clients")
    if empty:
        return f"Form {empty[0]} has no clients yet."
    return ""


def _window(text: str) -> str:
    if not text.strip():
        return ""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if SHORTEST_WINDOW_S <= seconds <= rules.MOST_WINDOW_S:
        return ""
    return f"Write seconds from {SHORTEST_WINDOW_S:.0f} to {rules.MOST_WINDOW_S:.0f}, or nothing."


def due_fault(typed: str, now: datetime) -> str:
    """What is wrong with a due date as it is typed; nothing, where it is right or empty."""
    try:
        at = due_at(typed)
    except (ValueError, OverflowError):
        return "Write a day such as 2026-12-24, with a time if you like: 2026-12-24 18:00."
    return "This is over already." if at is not None and at <= now else ""


def _trainees(draft: Draft, known: Mapping[str, str]) -> str:
    if draft.after:
        return ""
    who = trainees(draft, known)
    if who.problems:
        more = len(who.problems) - _MOST_PROBLEMS
        said = " ".join(f"{one}." for one in who.problems[:_MOST_PROBLEMS])
        return f"{said} And {more} more." if more > 0 else said
    if len(who.codes) > rules.MOST_TRAINEES:
        return f"{rules.MOST_TRAINEES} trainees are the most."
    return "" if who.codes else _missing("trainees")
