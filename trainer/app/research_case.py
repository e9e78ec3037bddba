"""One response as a research export has it: what is known of it, under codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trainer.app.library import Library
from trainer.app.research_codes import Codes
from trainer.domain import rounds
from trainer.domain.assignment import Assignment, is_late
from trainer.domain.consensus import in_force
from trainer.domain.rating import Rating
from trainer.domain.response import Response
from trainer.domain.rounds import Comment
from trainer.domain.speech import SpeechMeasures
from trainer.domain.vignette import Vignette, VignetteRef
from trainer.store import exported
from trainer.store.clocks import Sent, first_sent
from trainer.store.comments import comments_of_all
from trainer.store.db import Log
from trainer.store.exported import Candidate
from trainer.store.measures import measures_of_all
from trainer.store.ratings import ratings_of_all, standing
from trainer.store.responses import responses_of_all
from trainer.store.senders import first_of

CORRECTED, ANEW, OUTDATED = "corrected", "rated anew", "outdated"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A response with all that is exported of it.

    ``first`` is when its trainee's first exported response began, ``sitting`` counts the sessions
    with exported responses from 1. ``ratings`` are those that count, ``past`` the others with the
    reason. ``late`` is None where nothing was due, or the clock leaves it open.
    """

    code: str
    trainee: str
    response: Response
    first: datetime
    sitting: int
    assignment: Assignment | None
    form: str
    late: bool | None
    use: str
    keep_until: date | None
    film: bool
    vignette: Vignette | None
    measured: tuple[int, SpeechMeasures] | None
    ratings: tuple[Rating, ...]
    past: tuple[tuple[Rating, str], ...]
    comments: tuple[Comment, ...]

    def day(self, at: datetime) -> float:
        """Days since the trainee's first exported response began, to a tenth of a second."""
        return round((at - self.first).total_seconds() / 86400, 6)


def cases(
    log: Log,
    library: Library,
    codes: Codes,
    chosen: Sequence[Candidate],
    assignments: Mapping[str, Assignment],
    withheld: frozenset[str],
) -> Iterator[list[Case]]:
    """The chosen responses by the page, those of one person together and in the order of time.

    Of ``withheld`` ones neither ratings nor comments.
    """
    reader = _Reader(log, library, codes, assignments, withheld)
    for start in range(0, len(chosen), _PAGE):
        yield reader.page(chosen[start : start + _PAGE])


def counted(ratings: Iterable[Rating]) -> tuple[tuple[Rating, ...], tuple[tuple[Rating, str], ...]]:
    """The ratings that count, and the others with the reason: one counts for each rater, role and
    version of a rubric, the newest of those that stand; a consensus as long as it is not outdated.
    """
    every = tuple(ratings)
    stand = standing(every)
    force = in_force(stand)
    newest = {(one.rater_id, one.role, one.rubric): one for one in force}
    counting = tuple(newest.values())
    ids = {one.id for one in counting}
    reasons = {one.id: CORRECTED for one in every}
    reasons |= {one.id: OUTDATED for one in stand} | {one.id: ANEW for one in force}
    return counting, tuple((one, reasons[one.id]) for one in every if one.id not in ids)


Words = tuple[str, str, int]


def words_of(ref: VignetteRef) -> Words:
    """What tells the words of a vignette from others, whichever version of its pack has them."""
    return ref.pack, ref.vignette, ref.vignette_version


class _Reader:
    """Reads pages; what reaches from one page into the next is kept here."""

    def __init__(
        self,
        log: Log,
        library: Library,
        codes: Codes,
        assignments: Mapping[str, Assignment],
        withheld: frozenset[str],
    ) -> None:
        self._log = log
        self._codes = codes
        self._assignments = assignments
        self._withheld = withheld
        self._sent = first_sent(log)
        self._forms = {
            known: {enrolled.code: enrolled.form for enrolled in one.enrolled}
            for known, one in assignments.items()
        }
        same = first_of(log)
        self._taken = {
            (same.get(who, who), asked): code for who, asked, code in exported.codes(log)
        }
        self._vignettes = {words_of(one.ref): one for one in library.vignettes}
        self._person = ""
        self._first: datetime | None = None
        self._sittings: dict[str, int] = {}

    def page(self, chosen: Sequence[Candidate]) -> list[Case]:
        ids = [one.id for one in chosen]
        answers = responses_of_all(self._log, ids)
        measured = measures_of_all(self._log, ids)
        seen = [one for one in ids if one not in self._withheld]
        rated = ratings_of_all(self._log, seen)
        said = comments_of_all(self._log, seen)
        films = exported.filmed(self._log, ids)
        found = []
        for one in chosen:
            response = answers[one.id]
            self._turn_to(one.person_id, response)
            assert self._first is not None  # it has just been turned to
            now, past = counted(rated.get(one.id, ()))
            found.append(
                Case(
                    self._codes.response(one.id),
                    self._codes.person(one.person_id),
                    response,
                    self._first,
                    self._sittings.setdefault(response.session_id, len(self._sittings) + 1),
                    *self._assigned(one, response),
                    one.use,
                    one.keep_until,
                    one.id in films,
                    self._vignettes.get(words_of(response.vignette)),
                    measured.get(one.id),
                    now,
                    past,
                    rounds.standing(said.get(one.id, ())),
                )
            )
        return found

    def _turn_to(self, person_id: str, response: Response) -> None:
        if person_id != self._person:
            self._person, self._first = person_id, response.started_at
            self._sittings = {}

    def _assigned(
        self, one: Candidate, response: Response
    ) -> tuple[Assignment | None, str, bool | None]:
        """For which assignment it was given, on which form, and whether it came late."""
        asked = self._assignments.get(one.assignment_id)
        if asked is None:
            return None, "", None
        code = self._taken.get((one.person_id, one.assignment_id), "")
        form = self._forms[one.assignment_id].get(code, "")
        if asked.due_at is None:
            return asked, form, None
        return asked, form, self._is_late(asked, response)

    def _is_late(self, asked: Assignment, response: Response) -> bool | None:
        """As the table of who has given what says it; None: that is not sure."""
        sent = self._sent.get(response.id, Sent(response.started_at, doubtful=False))
        if sent.at is not None and not is_late(asked, sent.at):
            return False
        return None if sent.doubtful else True
