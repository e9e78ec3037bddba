"""The research export: a folder of tables, annotations and a codebook, under codes.

Only what its speaker agreed to for this use leaves, and nothing past the day until which it was to
be kept. The folder is there whole or not at all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from trainer.app import research_annotations, research_words, travelling
from trainer.app.backup import unseen
from trainer.app.consensus import keep_seen
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home, named_path
from trainer.app.persons import called
from trainer.app.report import check_outside, numbered, occasion_name
from trainer.app.research_case import Case, cases
from trainer.app.research_codes import Codes
from trainer.app.research_tables import MOST_COLUMNS, Ask, Known, Parts, Tables
from trainer.app.settings import Settings
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.consent import USES
from trainer.domain.counted import by_count, counted
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.others import JUDGING
from trainer.domain.rating import SUPERVISOR
from trainer.domain.vignette import VignetteRef
from trainer.exchange import codebook
from trainer.store import assignments as assignment_rows
from trainer.store import enrolled as enrolled_rows
from trainer.store import exported, files, judged, senders
from trainer.store.db import Log
from trainer.store.exported import Candidate
from trainer.store.others import self_rated
from trainer.store.trouble import file_errors

PRACTICE, RATING, RESEARCH = USES
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """A folder that was written, and what is in it (counts).

    ``without_consent`` were not agreed to be used so, ``expired`` are past their last day,
    ``set_aside`` are nobody's by the program's decision; all were left out. Of ``withheld`` ones
    neither ratings nor comments are in it, since whoever uses this computer has still to rate
    them. ``notes`` say what else is to be known.
    """

    path: Path
    responses: int
    trainees: int
    raters: int
    ratings: int
    without_consent: int
    expired: int
    withheld: int
    notes: tuple[str, ...]
    set_aside: int = 0


def export(
    home: Home,
    log: Log,
    out: Path,
    *,
    assignments: Sequence[str] = (),
    names: bool = False,
    comments: bool = False,
    dates: bool = False,
    annotations: bool = True,
    sounds: bool = False,
    use: str = RESEARCH,
    library: Library | None = None,
    progress: Progress = unseen,
) -> Exported:
    """Write the folder ``out``: tables (CSV, Parquet, SPSS), annotations, a codebook.

    Of these ``assignments`` (ids; none: of the whole log), what may be used for ``use``, one of
    USES. ``names`` and ``dates`` add them to the codes and relative days; ``comments`` adds raters'
    words, which names do as well; ``sounds`` copies the recordings. ``progress`` (done, whole) may
    raise to stop. What whoever uses this computer rates later of it is kept as not blind.

    KnownError: ``out`` is there already or lies in a locked data folder, no such
    assignment, nothing to export, no room. The log must be one that can be written to when it has
    no keys yet.
    """
    out = _target(home, out)
    viewer = Settings(home.settings_file).text("person")
    library = library or load_library(pack_folders(home))
    codes = Codes(log)
    with exported.steady(log), travelling.scratch(out.parent) as place:
        chosen = _choose(log, assignments, use, viewer)
        work = _Work(log, library, codes, chosen, viewer, dates=dates)
        ask = Ask(_names(log) if names else None, comments or names, dates)
        made = place / "export"
        with file_errors(out):
            made.mkdir()
            parts = Parts(annotations=annotations or sounds, sounds=sounds)
            found = work.write(made, out, ask, parts, progress)
            made.replace(out)
            files.sync_folder(out.parent)
    keep_seen(log, viewer, work.shown)
    return found


def _names(log: Log) -> dict[str, str]:
    """What people are called, by id: as the program enrolled them, else as they are known here."""
    enrolled = enrolled_rows.names(log)
    by_code = {
        person: enrolled[code] for person, _, code in exported.codes(log) if code in enrolled
    }
    known = called(log) | by_code
    return known | {each: known[one] for each, one in senders.first_of(log).items()}


def as_json(done: Exported) -> dict[str, Any]:
    """What the command tells."""
    return {**asdict(done), "path": str(done.path), "notes": list(done.notes)}


def as_lines(done: Exported) -> list[str]:
    """The same for people."""
    lines = [
        f"{done.path}: {counted(done.responses, 'response')} of "
        f"{counted(done.trainees, 'trainee')}, {counted(done.ratings, 'rating')} by "
        f"{counted(done.raters, 'rater')}"
    ]
    if done.without_consent:
        lines.append(
            f"{counted(done.without_consent, 'response')} left out: not agreed to be used so"
        )
    if done.expired:
        lines.append(f"{counted(done.expired, 'response')} left out: past the last day for it")
    if done.set_aside:
        lines.append(f"{counted(done.set_aside, 'response')} left out: set aside, as you decided")
    if done.withheld:
        them = by_count(done.withheld, "it", "them")
        lines.append(
            f"{counted(done.withheld, 'response')} without ratings: you have still to rate {them}"
        )
    return [*lines, *done.notes]


def free_folder(inside: Path, asked: Assignment, day: date) -> Path:
    """Where the export of an assignment lies, named as its reports are; never over another one."""
    stem = f"attune-research-{occasion_name(asked.title, asked.occasion)}-{day}"
    return next(inside / one for one in numbered(stem) if not (inside / one).exists())


def _target(home: Home, out: Path) -> Path:
    out = named_path(out)
    check_outside(home, out)
    if out.exists():
        raise KnownError(f"There is something of this name already: {out}",
                         "Nothing was overwritten. Choose another name.")  # fmt: skip
    if not out.parent.is_dir():
        raise KnownError(f"There is no folder {out.parent}", "Make it, or choose another place.")
    return out


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The responses that are exported, for which use, and how many were left out and why."""

    responses: tuple[Candidate, ...]
    use: str
    left_out: Counter[str]


def _choose(log: Log, assignments: Sequence[str], use: str, viewer: str) -> _Chosen:
    for one in assignments:
        if assignment_rows.assignment(log, one) is None:
            raise KnownError(f"There is no assignment {one} here", "Check the id.")
    asked = [
        one for one in exported.candidates(log)
        if not assignments or one.assignment_id in assignments
    ]  # fmt: skip
    today = local_now().date()
    nobodys = senders.set_aside(log)
    why = {
        one.id: "set_aside" if one.id in nobodys else _left_out(one, use, viewer, today)
        for one in asked
    }  # fmt: skip
    kept = tuple(one for one in asked if not why[one.id])
    left_out = Counter(reason for reason in why.values() if reason)
    if not kept:
        raise KnownError(_nothing(len(asked), use, left_out), _hint(use, left_out))
    return _Chosen(kept, use, left_out)


def _left_out(one: Candidate, use: str, viewer: str, today: date) -> str:
    """Why a response must not be exported; empty when it may."""
    if one.keep_until is not None and one.keep_until < today:
        return "expired"
    # What somebody keeps to themselves, they may take out themselves, and nobody else.
    least = RATING if use == PRACTICE and one.person_id != viewer else use
    agreed = USES.index(one.use or PRACTICE) >= USES.index(least)
    return "" if agreed else "without_consent"


def _refused(count: int) -> str:
    return f"{count} {by_count(count, 'is', 'are')}"


def _nothing(asked: int, use: str, left_out: Counter[str]) -> str:
    if not asked:
        return "There is no response to export"
    return (
        f"{by_count(asked, 'The one response may not', f'None of the {asked} responses may')} be "
        f"exported ({_refused(left_out['without_consent'])} not agreed to be used for {use}, "
        f"{_refused(left_out['expired'])} past the last day)"
    )


def _hint(use: str, left_out: Counter[str]) -> str:
    if use == RESEARCH and left_out["without_consent"]:
        return (
            "For your program's own evaluation choose what may be rated (--use rating), for your "
            "own log what was kept for practice (--use practice). Trainees agree to research where "
            "their assignment asks for it ('attune assign --use research')."
        )
    return "Nothing was written."


class _Work:
    """One export in the making."""

    def __init__(
        self, log: Log, library: Library, codes: Codes, chosen: _Chosen, viewer: str, *,
        dates: bool,
    ) -> None:  # fmt: skip
        self._log = log
        self._library = library
        self._codes = codes
        self._chosen = chosen
        self._ids = [one.id for one in chosen.responses]
        self._assignments = _read_assignments(log, chosen.responses)
        if not dates:  # an id tells when it was made
            self._assignments = {
                known: replace(one, id=codes.assignment(known))
                for known, one in self._assignments.items()
            }
        self._viewer = viewer
        self.shown: list[str] = []
        self._withheld = _withheld(log, chosen.responses, viewer)
        rubrics = {rubric.ref: rubric for rubric in library.rubrics}
        seen = [one for one in self._ids if one not in self._withheld]
        self._known = Known(rubrics, exported.kinds_of_rounds(log), exported.scales(log, seen))
        self._raters: set[str] = set()
        self._ratings = 0
        self._silent = 0
        self._met: dict[VignetteRef, None] = {}

    def write(
        self, folder: Path, out: Path, ask: Ask, parts: Parts, progress: Progress
    ) -> Exported:
        """Write everything into ``folder``, which will be ``out``."""
        tables = Tables(self._codes, ask, self._known)
        made_at = local_now()
        place = folder / research_annotations.FOLDER
        if parts.annotations:
            place.mkdir()
        done, whole = 0, 2 * len(self._ids)
        for page in self._pages():
            progress(done, whole)
            tables.add(page)
            self._count(page)
            if parts.annotations:
                stamp = made_at.isoformat(timespec="seconds")
                research_annotations.write(page, self._codes, place, stamp, comments=ask.comments)
            for number, case in enumerate(page if parts.sounds else ()):
                progress(done + number, whole)
                self._silent += not research_annotations.copy_sound(self._log, case, place)
            done += len(page)
        for number, table in enumerate(tables.every):
            progress(done + done * number // len(tables.every), whole)
            table.write(folder)
        found = self._told(out, tables)
        facts = research_words.Facts(
            made_at, ask, self._known, self._library, tuple(self._assignments.values()),
            tuple(self._met), self._chosen.use, parts,
        )  # fmt: skip
        codebook.write(research_words.document(facts, _counts(found), tables), folder)
        progress(whole, whole)
        return found

    def _pages(self) -> Iterator[list[Case]]:
        return cases(
            self._log, self._library, self._codes, self._chosen.responses, self._assignments,
            self._withheld,
        )  # fmt: skip

    def _count(self, page: Sequence[Case]) -> None:
        for case in page:
            self._met.setdefault(case.response.vignette)
            self._ratings += len(case.ratings)
            if _tells_of_others(case, self._viewer):
                self.shown.append(case.response.id)
            self._raters |= {one.rater_id for one in case.ratings if one.role == SUPERVISOR}

    def _told(self, out: Path, tables: Tables) -> Exported:
        left_out = self._chosen.left_out
        notes = []
        if tables.wide not in tables.every:
            notes.append(
                f"There is no wide table: it would have more than {MOST_COLUMNS} columns of scores."
            )
        if self._silent:
            notes.append(f"Recordings that are missing: {self._silent}; see 'attune doctor'.")
        return Exported(
            out, len(self._ids), len({one.person_id for one in self._chosen.responses}),
            len(self._raters), self._ratings, left_out["without_consent"], left_out["expired"],
            len(self._withheld), tuple(notes), left_out["set_aside"],
        )  # fmt: skip


def _tells_of_others(case: Case, viewer: str) -> bool:
    every = (*case.ratings, *(one for one, _ in case.past))
    return case.response.person_id != viewer and any(
        one.role in JUDGING and one.rater_id != viewer for one in every
    )


def _counts(found: Exported) -> dict[str, int]:
    """What is in it and what was left out, in words."""
    return {
        "responses": found.responses,
        "trainees": found.trainees,
        "raters": found.raters,
        "ratings that count": found.ratings,
        "responses left out, not agreed to be used so": found.without_consent,
        "responses left out, past the day until which they are kept": found.expired,
        "responses left out, set aside by decision": found.set_aside,
        "responses without ratings, since who exported has still to rate them": found.withheld,
    }


def _read_assignments(log: Log, chosen: Iterable[Candidate]) -> dict[str, Assignment]:
    found = {}
    for one in dict.fromkeys(one.assignment_id for one in chosen):
        known = assignment_rows.assignment(log, one) if one else None
        if known is not None:
            found[one] = rules.read_document(known[0])
    return found


def _withheld(log: Log, chosen: Sequence[Candidate], viewer: str) -> frozenset[str]:
    """Those of which whoever uses this computer must not see a rating before they gave theirs."""
    if not viewer:
        return frozenset()
    ids = [one.id for one in chosen]
    waiting = judged.still_to_rate(log, ids)
    own = [one.id for one in chosen if one.person_id == viewer]
    return frozenset(
        [one for one, raters in waiting.items() if viewer in raters]
        + [one for one in own if not self_rated(log, one)]
    )
