"""Results that came: what a program's raters gave to one's own responses, into one's own log."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count

from trainer.app import travelling
from trainer.app.keys import public_halves
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.work import OnLog, Outcome
from trainer.domain import results as rules
from trainer.domain.changes import Changes
from trainer.domain.consensus import consensus_rater
from trainer.domain.counted import by_count
from trainer.domain.errors import KnownError
from trainer.domain.rating import CONSENSUS, Rating
from trainer.domain.response import Person
from trainer.domain.results import GivenBack, RatedAnswer, Results
from trainer.domain.rounds import Comment
from trainer.domain.rubric import RubricRef
from trainer.domain.share import admitted
from trainer.exchange.bundle import Bundle, refusal
from trainer.store import assignments, comments, drafts, people, ratings
from trainer.store import results as rows
from trainer.store.db import Log
from trainer.store.responses import responses_of_all
from trainer.store.results import ResultsRow

_TOLD = "results told "  # and a person (id): which files Today has told of


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a file of results: on how many responses, and how many ratings were new."""

    program: str
    responses: int
    ratings: int
    new: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Results that came and were not told yet: of how many responses, from which program."""

    program: str
    responses: int


def take_in(home: Home, log: OnLog, found: Bundle) -> Outcome[Came]:
    """Keep what raters gave to the responses of somebody here; what is here stays as it is.

    KnownError: for somebody else, not by the program whose assignment was taken on, on responses
    that are not theirs, with scores that the rubric does not admit. Nothing is kept then.
    """
    given = rules.read_results(found.manifest.facts.get("results"))
    log(lambda log: _addressed(log, found, given))
    _check_scores(home, found, given)
    return log(lambda log: _take_in(log, found, given))


def _take_in(log: Log, found: Bundle, given: Results) -> Outcome[Came]:
    person_id, here = _addressed(log, found, given)  # again: others had their turn since
    made = travelling.made_at(found)
    newest = rows.newest_read(log, here)
    gone = rows.not_standing(log, here)
    newcomers, told, whole = _newcomers(log, given), dict[str, dict[str, object]](), Counter[str]()
    with log.atomic(durable=True):
        for one in given.answers:
            if one.response in here:
                late = newest.get(one.response, made) > made
                out = gone.get(one.response, frozenset())
                counted = _adopt(log, found, newcomers, one, out, late=late)
                if counted.total() or not late:
                    told[one.response] = {"was": list(one.was)}
                whole += counted
        row = ResultsRow(
            found.manifest.id, False, person_id,
            {"program": given.program, "raters": [one.id for one in given.raters]},
            str(found.signed_by), made,
        )  # fmt: skip
        # A file that was here before may have what could not be taken then.
        new = rows.add_results(log, row, told)
        new = new or bool(whole.total())
    notes = []
    if left := len(given.answers) - len(here):
        notes.append(
            f"{left} of its responses {by_count(left, 'is', 'are')} not in this log, and "
            f"{by_count(left, 'was', 'were')} left out"
        )
    if old := len(here) - len(told):
        notes.append(f"of {old} a newer file was here before")
    done = Came(given.program, len(here), whole["ratings"], new, tuple(notes))
    changes = Changes.RATINGS | Changes.PEOPLE | Changes.ASSIGNMENTS
    return Outcome(done, changes if new else Changes.NOTHING)


def news(log: Log, person_id: str) -> tuple[News, ...]:
    """What came for somebody since they were last told."""
    told = set(_told(log, person_id))
    found = [one for one in rows.results(log, person_id, mine=False) if one.id not in told]
    programs: dict[str, set[str]] = {}
    for one in found:
        programs.setdefault(one.document["program"], set()).update(rows.told_of(log, one.id))
    return tuple(News(program, len(ids)) for program, ids in programs.items() if ids)


def told(log: Log, person_id: str) -> Outcome[tuple[News, ...]]:
    """The same, and keep that it is told now."""
    found = news(log, person_id)
    if found:
        every = [one.id for one in rows.results(log, person_id, mine=False)]
        drafts.save_draft(log, _TOLD + person_id, {"files": every})
    return Outcome(found, Changes.NOTHING)


# Inside


def _told(log: Log, person_id: str) -> list[str]:
    kept = drafts.draft(log, _TOLD + person_id) or {}
    files = kept.get("files", [])
    assert isinstance(files, list)  # as it was kept
    return files


def _addressed(log: Log, found: Bundle, given: Results) -> tuple[str, frozenset[str]]:
    """Whose it is (id), and those of its responses (ids) that are here."""
    if given.to not in public_halves(log):
        raise KnownError(
            f"These results were written for somebody else and sent on: {found.path}",
            "Nothing was changed. Ask the program for a file of your own.",
        )
    known = responses_of_all(log, [one.response for one in given.answers])
    theirs: dict[str, set[str]] = {}
    here = _taken_on(log, found, {one.assignment for one in given.answers})
    # For each assignment a code is typed anew: who they are is known by any of them.
    of_program = [one for one in _ids_of(log) if _is_by(log, found, one)]
    everybody = {one for each in of_program for one in assignments.taken_by(log, each, given.code)}
    if not everybody and len(owners := {one.person_id for one in known.values()}) == 1:
        everybody = owners  # of another laptop of theirs the code is not known here
    for assignment_id in here:
        for person_id in everybody:
            answered = assignments.answers_for(log, assignment_id, person_id)
            theirs.setdefault(assignment_id, set()).update(one for one, _, _ in answered)
    for one in given.answers:
        if one.response in known and one.response not in theirs.get(one.assignment, ()):
            raise refusal(found.path, f"it is on responses that {given.code} did not give for it")
    if not known:
        raise KnownError(
            f"None of the responses that were rated is in this log: {found.path}",
            "Nothing was changed. Open it where you answered, or restore that backup first.",
        )
    return next(iter(known.values())).person_id, frozenset(known)


def _taken_on(log: Log, found: Bundle, assignment_ids: Collection[str]) -> list[str]:
    """Those of the assignments that were taken on here; the others were on another laptop."""
    documents = {one: assignments.assignment(log, one) for one in assignment_ids}
    here = [one for one, document in documents.items() if document and not document[1]]
    if not here:
        raise KnownError(
            f"These results are of an assignment that was not taken on here: {found.path}",
            "Nothing was changed. Open them where you answered.",
        )
    if not all(_is_by(log, found, one) for one in here):
        raise KnownError(
            f"These results were not signed by the program that gave the assignment: {found.path}",
            "Nothing was changed. Ask the program whether the file is theirs.",
        )
    return here


def _is_by(log: Log, found: Bundle, assignment_id: str) -> bool:
    """Whether a file was signed by the program that gave an assignment."""
    return found.signed_by == assignments.signed_first_by(log, assignment_id)


def _ids_of(log: Log) -> set[str]:
    """Every assignment that came here (ids)."""
    return {str(one["id"]) for one in assignments.assignments(log, mine=False)}


def _check_scores(home: Home, found: Bundle, given: Results) -> None:
    library = load_library(pack_folders(home))
    try:
        rules.check_scores(given, {one.ref: admitted(one) for one in library.rubrics})
    except KnownError as error:
        raise refusal(found.path, f"a rating is not as its rubric asks: {error.text}") from error


def _adopt(
    log: Log, found: Bundle, newcomers: dict[str, Person], answer: RatedAnswer,
    gone: frozenset[str], *, late: bool,
) -> Counter[str]:  # fmt: skip
    """Rows in the order in which they were made; how many of each kind were new.

    A program may work on two laptops, neither of which knows all raters. So what this file tells
    stands beside what others told, but for ratings (ids) that are ``gone`` or older than what
    their rater gave since. Of moments a ``late`` file, after which a newer one was read, tells what
    raters said of whom nothing was here, and corrections: what else it has was not said again.
    """
    done: Counter[str] = Counter()
    here = ratings.ratings_of(log, answer.response)
    known = {one.id for one in here}
    last = {(o.rater_id, o.role, o.rubric): o for o in ratings.standing(here)}
    raters, fresh = {one.rater_id for one in here}, set[str]()
    try:
        for one in sorted(answer.ratings, key=lambda one: one.role == CONSENSUS):
            rating = _rating(answer.response, one, last)
            if rating is not None and one.id not in known | gone and set(one.of) <= known:
                if one.rater in newcomers:
                    people.add_person(log, newcomers.pop(one.rater))
                done["ratings"] += ratings.add_rating(log, rating)
                known.add(one.id)
                fresh |= {one.rater} - raters
        speak = fresh if late else fresh | raters  # nobody of whom no rating is here
        done["comments"] += _say(log, answer, speak)
    except KnownError as error:
        raise refusal(found.path, f"its ratings do not fit each other: {error.text}") from error
    return done


def _say(log: Log, answer: RatedAnswer, speak: Collection[str]) -> int:
    """Keep what these raters said of moments, and corrections of what is here, which are by whoever
    said that; how many were new.
    """
    here, new = {one.id: one for one in comments.comments_of(log, answer.response)}, 0
    for said in answer.comments:
        old = here.get(said.supersedes or "")
        if said.id not in here and (old is not None or said.rater in speak):
            comment = Comment(
                said.id, answer.response, old.rater_id if old else said.rater, said.at_s, said.text,
                said.marker, said.made_at, said.supersedes,
            )  # fmt: skip
            new += comments.add_as_said(log, comment)
            here[said.id] = comment
    return new


def _rating(
    response_id: str, one: GivenBack, last: Mapping[tuple[str, str, RubricRef], Rating]
) -> Rating | None:
    """A rating as it is kept here, for its rater's ``last``; None: that is newer."""
    rater = consensus_rater(one.rubric) if one.role == CONSENSUS else one.rater
    before = last.get((rater, one.role, one.rubric))
    if before is not None and (before.locked_at, before.id) >= (one.locked_at, one.id):
        return None
    return Rating(
        one.id, response_id, rater, one.role, one.rubric, one.scores, one.before_feedback,
        one.locked_at, before.id if before else None, blind=one.blind, of=one.of,
    )  # fmt: skip


def _newcomers(log: Log, given: Results) -> dict[str, Person]:
    """The raters (by id) of a file whom nobody knows here yet, each under a name of their own: on
    each laptop of a program somebody else may be R1.
    """
    everybody = people.people(log)
    known, taken = {one.id for one in everybody}, {one.name for one in everybody}
    found = {}
    for rater in given.raters:
        if rater.id not in known:
            names = (f"R{n} ({given.program})" for n in count(int(rater.code[1:])))
            name = next(one for one in names if one not in taken)
            found[rater.id] = Person(rater.id, name, rater.since)
            taken.add(name)
    return found
