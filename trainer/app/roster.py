"""Who has given what of an assignment that was given out: by code, and in all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainer.app import whose
from trainer.app.asked import sat_twice, too_often
from trainer.app.assign import given_out
from trainer.app.whose import Sender, senders
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment, Enrolled
from trainer.domain.counted import by_count, counted
from trainer.domain.interruption import in_words
from trainer.domain.vignette import VignetteRef
from trainer.store import clocks, cohort, starts
from trainer.store.db import Log
from trainer.store.enrolled import names
from trainer.store.returns import Returned, answered_twice, returned, set_aside_beside
from trainer.store.senders import NOBODY

Who = tuple[str, str]  # a sender: person and key
# Over: what is missing was interrupted in a test and does not come again.
COMPLETE, PARTLY, NOTHING, OVER = "complete", "partly", "nothing", "interrupted"


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One trainee; ``name`` is empty where it is not known here.

    ``asked`` are the clients of their form in the order in which they come.
    ``given`` counts the responses to each of them. ``late``: something came first in a file made
    after the due date; ``unsure``: that is not known, as its clock was not right. ``problems`` are
    sentences, ``decided`` others about what counts here by decision; ``files`` counts the files
    that were read, ``last`` is when the newest was made. ``cut``: when a client was interrupted who
    was not answered and does not come again.
    """

    code: str
    name: str
    form: str
    asked: tuple[VignetteRef, ...]
    given: tuple[int, ...]
    late: bool
    problems: tuple[str, ...]
    files: int
    last: datetime | None
    decided: tuple[str, ...]
    unsure: bool
    cut: tuple[datetime | None, ...]

    @property
    def answered(self) -> int:
        """To how many clients there is at least one response."""
        return sum(count > 0 for count in self.given)

    @property
    def state(self) -> str:
        """Whether all is there, a part of it, or nothing yet; or nothing more comes."""
        if self.answered == len(self.asked):
            return COMPLETE
        if not self.missing:
            return OVER
        return PARTLY if self.answered else NOTHING

    @property
    def missing(self) -> tuple[str, ...]:
        """The clients (ids) without a response who can still be answered."""
        return tuple(
            one.vignette
            for one, count, cut in zip(self.asked, self.given, self.cut, strict=True)
            if not (count or cut)
        )

    @property
    def interrupted(self) -> dict[str, datetime]:
        """The clients (ids) who were interrupted and do not come again, and when."""
        return {one.vignette: cut for one, cut in zip(self.asked, self.cut, strict=True) if cut}


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody of an assignment, in the order in which they were named.

    ``senders`` are those of whom files were read here for it.
    """

    assignment: Assignment
    lines: tuple[RosterLine, ...]
    senders: tuple[Sender, ...] = ()

    def of(self, code: str) -> tuple[Sender, ...]:
        """Who sent what is a code's."""
        return tuple(one for one in self.senders if one.code == code)

    @property
    def aside(self) -> tuple[Sender, ...]:
        """Whose files are nobody's, as was decided."""
        return self.of(NOBODY)

    def count(self, state: str) -> int:
        """How many trainees are in that state."""
        return sum(line.state == state for line in self.lines)

    @property
    def late(self) -> int:
        """Of how many something came late."""
        return sum(line.late for line in self.lines)

    @property
    def unsure(self) -> int:
        """Of how many it is not sure whether something came late."""
        return sum(line.unsure for line in self.lines)

    @property
    def troubled(self) -> int:
        """Of how many there is something to be said."""
        return sum(bool(line.problems) for line in self.lines)

    @property
    def responses(self) -> int:
        """How many responses to what was asked are here."""
        return sum(sum(line.given) for line in self.lines)


def roster(log: Log, assignment_id: str) -> Roster:
    """Who has given what; KnownError when no such assignment was given out here."""
    assignment = given_out(log, assignment_id)
    known = names(log)
    broken = _broken(log, assignment)
    every = senders(log, assignment_id=assignment_id)
    of_code: dict[str, list[Sender]] = defaultdict(list)
    codes: dict[Who, set[str]] = defaultdict(set)
    for sender in every:
        of_code[sender.code].append(sender)
        codes[sender.person_id, sender.signed_by].add(sender.code)
    withheld: dict[str, Counter[str]] = defaultdict(Counter)
    for held in cohort.held(log, assignment_id):
        withheld[held.code][held.why] += 1
    by_code: dict[str, list[Returned]] = defaultdict(list)
    for one in returned(log, assignment_id):
        by_code[one.code].append(one)
    doubted, cut = clocks.unsure(log, assignment_id), starts.cut_off(log, assignment_id)
    return Roster(
        assignment,
        tuple(
            _line(
                assignment,
                one,
                known.get(one.code, ""),
                by_code.get(one.code, ()),
                broken.get(one.code, ()),
                cut.get(one.code, {}),
                (
                    *_undecided(of_code.get(one.code, ()), codes),
                    *_withheld(withheld.get(one.code, {})),
                ),
                _decided(of_code.get(one.code, ())),
                doubted,
            )
            for one in assignment.enrolled
        ),
        every,
    )


def _line(
    assignment: Assignment, one: Enrolled, name: str, came: Sequence[Returned],
    broken: Sequence[str], cut: Mapping[tuple[str, str], datetime], told: Sequence[str],
    decided: Sequence[str], doubted: Mapping[str, datetime | None],
) -> RosterLine:  # fmt: skip
    asked = rules.order_of(assignment, one)
    first = {each.response_id: each for each in reversed(came)}  # of each the file it came in first
    here = [each.vignette for each in first.values() if each.vignette is not None]
    counts = Counter(ref[:2] for ref in here)
    late, unsure = _in_time(assignment, came, doubted)
    return RosterLine(
        one.code, name, one.form, asked,
        tuple(counts[ref.pack, ref.vignette] for ref in asked),
        late,
        (
            *told,
            *(("clock not sure: whether it came in time cannot be told",) if unsure else ()),
            *_problems(assignment, asked, here, len(first) - len(here)),
            *broken,
        ),
        len({each.submission_id for each in came}),
        came[-1].made_at if came else None,
        (*whose.notes((each.sent_as for each in first.values()), one.code), *decided),
        unsure,
        tuple(
            None if counts[key] else cut.get(key)
            for key in ((ref.pack, ref.vignette) for ref in asked)
        ),
    )  # fmt: skip


def _in_time(
    assignment: Assignment, came: Sequence[Returned], doubted: Mapping[str, datetime | None]
) -> tuple[bool, bool]:
    """Whether something came first after the due date, and whether of something that is not sure.

    ``doubted`` files (ids) were made by a clock that was not right; each with when it came.
    """
    by_doubt = {one.response_id for one in came if one.submission_id in doubted}
    in_time = {
        one.response_id
        for one in came
        if (at := doubted.get(one.submission_id, one.made_at)) and not rules.is_late(assignment, at)
    }
    open_ = {one.response_id for one in came} - in_time if assignment.due_at else set()
    return bool(open_ - by_doubt), bool(open_ & by_doubt)


def _broken(log: Log, asked: Assignment) -> dict[str, list[str]]:
    """By code, what broke into a test, and that it was sat more than once."""
    told: dict[str, list[str]] = defaultdict(list)
    if not asked.is_test:
        return told
    answered = starts.answered(log, asked.id)
    for code, broke in starts.interruptions_by_code(log, asked.id):
        told[code].append(in_words(broke, answered=broke.start.id in answered))
    played = starts.played(log, asked.id)
    for code, clients in played.items():
        told[code] += [f"{name} was played {times} times" for name, times in clients.items()]
    several = answered_twice(log, asked.id)
    aside = set_aside_beside(log, asked.id)
    for code in played.keys() | several:
        told[code].append(sat_twice(several=code in several, aside=aside.get(code, 0)))
    return told


def _undecided(of: Sequence[Sender], codes: Mapping[Who, set[str]]) -> tuple[str, ...]:
    """That a code has several keys, or a key several codes: two laptops took one in each.

    ``of`` are the senders of one code, ``codes`` those of each sender.
    """
    open_ = [one for one in of if one.decided_at is None]
    for one in open_:
        if others := codes[one.person_id, one.signed_by] - {one.code, NOBODY}:
            other = min(others)
            return (f"the same sender sent as {other} too, and nobody decided whose it is",)
    if len({one.signed_by for one in open_}) < 2:
        return ()
    keys = list(dict.fromkeys(one.fingerprint for one in open_))
    return (
        f"files of {len(keys)} keys are {open_[0].code}'s ({' and '.join(keys)}), and nobody "
        "decided whether they are one person's",
    )


def _withheld(counts: Mapping[str, int]) -> Iterable[str]:
    """What of theirs raters may not hear, and why."""
    why = {
        cohort.TAKEN_BACK: "consent was taken back",
        cohort.PRACTICE_ONLY: "given for practice only",
        cohort.OVER: "their last day is over",
    }
    for reason, count in counts.items():
        yield f"{counted(count, 'response')} may not be rated: {why[reason]}"


def _decided(of: Sequence[Sender]) -> tuple[str, ...]:
    """That several senders count as one, as was decided."""
    if len(of) < 2 or all(one.decided_at is None for one in of):
        return ()
    keys = dict.fromkeys(one.fingerprint for one in of)
    said = f"keys {' and '.join(keys)}" if len(keys) > 1 else f"key {of[0].fingerprint}"
    return (f"{len(of)} senders count as {of[0].code}, as you decided: {said}",)


def _problems(
    assignment: Assignment,
    asked: Sequence[VignetteRef],
    here: Iterable[tuple[str, str, int]],
    lost: int,
) -> Iterable[str]:
    version = {(one.pack, one.vignette): one.vignette_version for one in asked}
    counts = Counter(here)
    for pack, vignette, given in sorted(counts):
        wanted = version.get((pack, vignette))
        if wanted is None:
            yield f"{vignette} is not in this trainee's form"
        elif wanted != given:
            yield f"{vignette} is version {given}, asked was {wanted}"
    if assignment.attempts:
        times = Counter(ref[:2] for ref in counts.elements())
        for (_, vignette), count in sorted(times.items()):
            if count > assignment.attempts:
                yield too_often(vignette, count, assignment.attempts)
    if lost:
        were = by_count(lost, "was", "were")
        yield f"{counted(lost, 'recording')} {were} missing or altered, and {were} left out"


def as_json(found: Roster) -> dict[str, Any]:
    """The whole of it for a program."""
    return {
        "id": found.assignment.id,
        "title": found.assignment.title,
        "trainees": len(found.lines),
        "complete": found.count(COMPLETE),
        "partly": found.count(PARTLY),
        "nothing": found.count(NOTHING),
        "interrupted": found.count(OVER),
        "late": found.late,
        "clock_unsure": found.unsure,
        "responses": found.responses,
        "set_aside": sum(one.responses for one in found.aside),
        "lines": [
            {
                "code": line.code,
                "form": line.form,
                "state": line.state,
                "given": {
                    one.vignette: count for one, count in zip(line.asked, line.given, strict=True)
                },
                "interrupted": {name: at.isoformat() for name, at in line.interrupted.items()},
                "late": line.late,
                "clock_unsure": line.unsure,
                "problems": list(line.problems),
                "decided": list(line.decided),
                "files": line.files,
                "last": line.last.isoformat() if line.last else None,
            }
            for line in found.lines
        ],
    }
