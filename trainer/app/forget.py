"""Forgetting for good: a response, a person, everything before a day, what is past its date.

First it is shown what would go; then the rows go, every copy in the data folder, and last every
byte that the log's own file still has of it. Killed anywhere, the next start goes on with it.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.persons import called
from trainer.app.unkeep import Erased, erase, remains
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.store import consents, forget, responses, shares
from trainer.store.assignments import codes_of
from trainer.store.db import FILE as LOG
from trainer.store.db import Log, open_log
from trainer.store.enrolled import name_row, names, people_of
from trainer.store.forget import Scope
from trainer.store.heard import find_heard
from trainer.store.lock import hold
from trainer.store.senders import first_of

EVERYTHING = (
    Changes.PEOPLE | Changes.RESPONSES | Changes.RATINGS | Changes.MEASURES | Changes.SESSIONS
    | Changes.NOTES | Changes.TAKES
)  # fmt: skip
BEYOND = (
    "Backups and reports that you saved elsewhere are not reached, nor are copies that the system "
    "or a cloud service keeps; a drive may hold deleted bytes in spare blocks until it reuses them."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asks to be forgotten: exactly one of these. ``person`` is a name or an id.

    ``response`` may be a code that came with a share, or a share's id: all of it.
    """

    response: str | None = None
    person: str | None = None
    before: date | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Toll:
    """What would go. ``first`` and ``last`` are when its responses began; ``people`` are names.

    ``heard`` are the ids of those that were given elsewhere, which ``responses`` does not count.
    ``given`` are raters' names with the codes under which they have one of them.
    """

    scope: Scope
    responses: int
    minutes: float
    interrupted: int
    people: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    heard: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()

    @property
    def answers(self) -> int:
        """How many go, wherever they were given."""
        return self.responses + len(self.heard)

    def __bool__(self) -> bool:
        return bool(self.scope)


@dataclass(slots=True)
class Forgotten:
    """What became of it. ``left`` are files that still hold an id; none, when all went well."""

    toll: Toll
    done: bool = False
    erased: Erased = field(default_factory=Erased)
    left: tuple[Path, ...] = ()


def forget_for_good(home: Home, choice: Choice, sure: Callable[[Toll], bool]) -> Forgotten:
    """Show what would go to ``sure``, and when it says yes, erase it; under the window's lock.

    What an earlier call left undone is done first; what is forgotten already is done. KnownError:
    no log, the window is open, no such response or person.
    """
    if not (home.folder / "log.db").exists():
        raise KnownError(f"There is no log yet ({home.folder})", "There is nothing to forget.")
    with hold(home.folder):
        log = open_log(home.folder, home.key)
        try:
            earlier = finish(log, home)
            toll = look(log, _scope(log, choice))
            result = Forgotten(toll, not toll, earlier or Erased())
            if toll and sure(toll):
                forget.begin(log, with_reports(log, toll.scope), local_now())
                result.erased = finish(log, home) or Erased()
                result.done = True
                result.left = left_of(log, home, toll.scope)
            return result
        finally:
            log.close()


def left_of(log: Log, home: Home, scope: Scope) -> tuple[Path, ...]:
    """Files that still hold an id of ``scope``; the rows of a log whose bytes are encrypted."""
    left = remains(home, scope)
    if home.key is not None and forget.named(log.db.conn, scope.ids):
        left = (log.path, *left)
    return left


def look(log: Log, scope: Scope) -> Toll:
    """What would go with ``scope``; on the log's thread."""
    found = [one for i in scope.responses if (one := responses.find_response(log, i))]
    began = sorted(one.started_at for one in found)
    gone = [name for one, name in called(log).items() if one in scope.people]
    gone += [f"{n} ({c})" for c, n in names(log).items() if name_row(log, c) in scope.names]
    elsewhere = scope.responses - {one.id for one in found}
    return Toll(
        scope, len(found), sum(one.recording.duration_s for one in found) / 60, len(scope.takes),
        tuple(gone), began[0] if began else None, began[-1] if began else None,
        tuple(o for o in sorted(elsewhere) if find_heard(log, o) or shares.facts_of_code(log, o)),
        shares.raters_given(log, scope.responses),
    )  # fmt: skip


def with_reports(log: Log, scope: Scope) -> Scope:
    """``scope`` with what the names of its reports end with (see ``app.report.file_stem``), and
    the earliest names of feedback that may tell of it (see ``app.trainee_report.file_stem``).
    """
    from trainer.app.trainee_report import file_stem

    found = [one for i in scope.responses if (one := responses.find_response(log, i))]
    heard = [far for i in scope.responses if (far := find_heard(log, i))]
    known, day_before = called(log), timedelta(days=1)  # of a day that may be another here
    since = {(one.person_id, (one.started_at - day_before).date()) for one in found}
    since |= {(one.person_id or "", (one.added_at - day_before).date()) for one in heard}
    since |= {(one, date.min) for one in scope.people}
    return replace(
        scope,
        reports=frozenset(
            f"-{one.started_at.date().isoformat()}-attempt{one.attempt}" for one in found
        ),
        papers=frozenset(
            file_stem(name, day)
            for one, day in since
            for name in {*([known[one]] if one in known else []), *codes_of(log, one)}
        ),
    )


def finish(log: Log, home: Home) -> Erased | None:
    """Go on with what was begun and not done; None when there is nothing. On the log's thread."""
    scope = forget.pending(log)
    if scope is None:
        late = forget.unwanted(log)
        return erase(home, late) if late else None
    done = erase(home, scope)
    forget.end(log)
    return done


def finish_at_the_end(home: Home) -> None:
    """The same when the window has closed, and only if there is something. KnownError as usual."""
    if not (home.folder / "log.db").exists():
        return
    log = open_log(home.folder, home.key)
    try:
        finish(log, home)
    finally:
        log.close()


def finish_left_over(log: Log, home: Home) -> Outcome[None]:
    """The same at the window's start."""
    done = finish(log, home)
    return Outcome(None, Changes.NOTHING if done is None else EVERYTHING)


def one_response(response_id: str) -> Callable[[Log], Toll]:
    """The job that finds what goes with one response."""
    return lambda log: look(log, forget.of_responses(log, (response_id,)))


def everything_before(day: date, person_id: str) -> Callable[[Log], Toll]:
    """The job that finds what one person has from before a day."""
    return lambda log: look(log, forget.before(log, _midnight(day), person_id))


def everything_of(person_id: str) -> Callable[[Log], Toll]:
    """The job that finds what goes with a person."""
    return lambda log: look(log, forget.of_person(log, person_id))


def past_its_date(person_id: str) -> Callable[[Log], Toll]:
    """The job that finds what one person wanted to keep until a day that is over."""

    def find(log: Log) -> Toll:
        late = consents.expired(log, local_now().date(), person_id)
        return look(log, forget.of_responses(log, late))

    return find


def forget_later(
    desk: Desk,
    scope: Scope,
    gone: Callable[[], None],
    erased: Callable[[], None],
    failed: Callable[[Exception], None],
) -> None:
    """Take the rows out on the log's thread (``gone``), erase the copies beside it, then all bytes,
    and look whether any is left (``erased``: none is). What fails in between is gone on with at the
    next start.
    """

    def begin(log: Log) -> Outcome[Scope]:
        forget.begin(log, with_reports(log, scope), local_now())
        return Outcome(forget.pending(log) or Scope(), EVERYTHING)

    def end(log: Log, found: Scope) -> bool:
        forget.end(log)
        return log.key is not None and forget.named(log.db.conn, found.ids)

    def look_again(found: Scope, named: bool) -> None:
        desk.runner.background(
            lambda _cancel: remains(desk.home, found), lambda left: tell(left, named), failed
        )

    def tell(left: tuple[Path, ...], named: bool) -> None:
        if left or named:
            where = ", ".join(map(str, left)) or desk.home.folder / LOG
            failed(KnownError(f"Something of it is still there: {where}", "Delete it by hand."))
        else:
            erased()

    def erase_copies(found: Scope) -> None:
        if found.people and desk.settings.text("person") in found.people:
            desk.settings.set("person", "")
        gone()
        desk.runner.background(
            lambda _cancel: erase(desk.home, found),
            lambda _erased: desk.runner.database(
                lambda log: end(log, found), lambda named: look_again(found, named), failed
            ),
            failed,
        )

    desk.runner.change(begin, erase_copies, failed)


def as_json(result: Forgotten) -> dict[str, Any]:
    """The document of ``attune forget --json``; ``done`` is false when it was only shown."""
    toll = result.toll
    return {
        "done": result.done,
        "responses": sorted(toll.scope.responses.difference(toll.heard)),
        "heard": list(toll.heard),
        "interrupted_takes": sorted(toll.scope.takes),
        "people": sorted(toll.scope.people),
        "given": [{"rater": rater, "code": code} for rater, code in toll.given],
        "minutes": round(toll.minutes, 2),
        "first": toll.first.isoformat() if toll.first else None,
        "last": toll.last.isoformat() if toll.last else None,
        "erased": asdict(result.erased),
        "left": [str(path) for path in result.left],
        "beyond": BEYOND,
    }


def toll_lines(toll: Toll) -> list[str]:
    """What would go, for people."""
    lines = [f"{_count(toll.responses, 'response')}, {toll.minutes:.1f} minutes of recording"]
    if toll.first and toll.last:
        lines[0] += f", from {toll.first:%Y-%m-%d %H:%M} to {toll.last:%Y-%m-%d %H:%M}"
    if toll.heard:
        count = _count(len(toll.heard), "answer")
        lines.append(
            f"what is kept here of {count} heard elsewhere; a sound outside this folder stays there"
        )
    lines.append("with their ratings, notes, measures and reports, also in the backups here")
    if toll.interrupted:
        lines.append(f"{_count(toll.interrupted, 'interrupted recording')} not in the log yet")
    lines += [f"and the person {name}" for name in toll.people]
    return [*lines, *_given_lines(toll)]


def _given_lines(toll: Toll) -> list[str]:
    codes: dict[str, list[str]] = {}
    for rater, code in toll.given:
        codes.setdefault(rater, []).append(code)
    return [
        f"{rater} was given {len(some)} of it to rate and has them until they forget them: "
        f"attune forget {some[0]}" + (f" (and so on: {', '.join(some[1:])})" if some[1:] else "")
        for rater, some in codes.items()
    ]


def as_lines(result: Forgotten) -> list[str]:
    """What became of it, for people."""
    if not result.done:
        return ["Nothing was forgotten."]
    if not result.toll and result.erased == Erased():
        return ["Nothing in this log is like that, so there was nothing to delete."]
    erased = result.erased
    lines = [
        f"Forgotten: {_count(result.toll.answers, 'response')}, "
        f"{_count(erased.files, 'file')} of sound, {_count(erased.reports, 'report')}; "
        f"{_count(erased.copies, 'backup or copy', 'backups and copies')} cleaned."
    ]
    lines += [f"damaged, so removed whole: {path}" for path in erased.removed]
    lines += [f"still holds an id, delete it by hand: {path}" for path in result.left]
    return [*lines, *_given_lines(result.toll), BEYOND]


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _scope(log: Log, choice: Choice) -> Scope:
    if choice.response is not None:
        return _one(log, choice.response)
    if choice.person is not None:
        if _is_forgotten(log, choice.person):
            return Scope()
        return _somebody(log, choice.person)
    if choice.before is not None:
        return forget.before(log, _midnight(choice.before))
    today = local_now().date()
    late = (*consents.expired(log, today), *shares.codes_past(log, today))
    return forget.of_responses(log, late)


def _one(log: Log, response_id: str) -> Scope:
    if _is_forgotten(log, response_id):
        return Scope()
    share = shares.find_share(log, response_id)
    if share is not None and not share.mine:
        return forget.of_responses(log, shares.codes_of(log, share.id))
    if find_heard(log, response_id) is None and shares.facts_of_code(log, response_id) is None:
        response_id = responses.response(log, response_id).id
    return forget.of_responses(log, (response_id,))


def _is_forgotten(log: Log, row_id: str) -> bool:
    return forget.mark_of(row_id) in forget.marks(log)


def _somebody(log: Log, named: str) -> Scope:
    """A person, or who is enrolled by that code or name, of whom there may be nothing else yet."""
    codes = {code: name for code, name in names(log).items() if named in (code, name)}
    every = people_of(log, next(iter(codes), named)) if len(codes) < 2 else ()
    same = first_of(log) if len(every) > 1 else {}
    if same and len({same.get(one, one) for one in every}) == 1:  # the program decided so
        return forget.of_people(log, every)
    found = {one for one, name in called(log).items() if named in (one, name)}
    found |= {one for code in codes for one in people_of(log, code)}
    alone = {code: row for code in codes if not people_of(log, code)
             and (row := name_row(log, code))}  # fmt: skip
    if len(found) + len(alone) > 1 and codes:
        known = ", ".join((*(f"{codes[code]} ({code})" for code in codes), *sorted(found)))
        raise KnownError(f"Several people are called {named!r}", f"Name a code or an id: {known}.")
    if alone:
        return Scope(names=frozenset(alone.values()))
    return forget.of_person(log, next(iter(found)) if len(found) == 1 else _person(log, named))


def _person(log: Log, named: str) -> str:
    """The id of the one person with this id or this very name."""
    every = called(log)
    fits = {one: name for one, name in every.items() if named in (one, name)}
    if len(fits) == 1:
        return next(iter(fits))
    known = ", ".join(f"{name} ({one})" for one, name in (fits or every).items())
    what = "Several people are" if fits else "Nobody in this log is"
    raise KnownError(f"{what} called {named!r}", f"Name one by id: {known or 'there is nobody'}.")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()
