"""A cohort: what came back, what was rated of it, and every figure that tells of it.

``overview`` is a few sums, for a screen that opens; ``read_cohort`` takes all scores out of the
log, and ``figures`` works on them without it, for a process beside the window.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from trainer.app.apart import Told, tell, unheard
from trainer.app.assign import given_out
from trainer.app.cohort_flow import Flow, flow
from trainer.app.cohort_material import Material, Scores, read
from trainer.app.desk import Desk
from trainer.app.library import Library
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.store import assignments as rows
from trainer.store import clocks, cohort
from trainer.store.cohort import ItemGiven
from trainer.store.db import Log

if TYPE_CHECKING:  # it brings what would hold up a window that only shows an overview
    from trainer.scoring.cohort import ItemFigures


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a cohort is: where its trainees are (``flow``), and what came and was ``rated``.

    ``late`` counts trainees of whom something new came after the due date, ``unsure`` those of whom
    that is not sure, as their clock was not right; ``responses`` those that may be rated; the
    others are in ``held_back``. ``items`` are plain means of what raters gave; fair ones take
    ``figures``.
    """

    assignment: Assignment
    flow: Flow
    late: int
    unsure: int
    responses: int
    rated: int
    ratings: int
    raters: int
    items: tuple[ItemGiven, ...]

    @property
    def enrolled(self) -> int:
        """How many trainees were asked."""
        return len(self.assignment.enrolled)

    @property
    def complete(self) -> int:
        """Of how many an answer to each client of their form came that may be rated."""
        return len(self.flow.complete)

    @property
    def begun(self) -> int:
        """How many are complete, or sent a part."""
        return len(self.flow.complete | self.flow.partly)

    @property
    def held_back(self) -> int:
        """How many responses came that may not, or no longer, be rated."""
        return sum(self.flow.why_held.values())


def all_given_out(log: Log) -> tuple[str, ...]:
    """The ids of all assignments that were given out here, the newest first."""
    return tuple(one.id for one in rows.heads(log, mine=True))


def overview(log: Log, assignment_id: str) -> Overview:
    """How far the cohort of an assignment is; KnownError when it was not given out here."""
    asked = given_out(log, assignment_id)
    came: dict[str, set[str]] = {}
    responses = 0
    for one in cohort.back(log, asked.id):
        came.setdefault(one.code, set()).add(one.client)
        responses += one.responses
    rated, raters = cohort.rated(log, asked.id, asked.rubric)
    return Overview(
        asked,
        flow(log, asked, came, rated),
        *(clocks.late_and_unsure(log, asked.id, asked.due_at) if asked.due_at else (0, 0)),
        responses,
        len(rated),
        sum(one.ratings for one in rated),
        raters,
        cohort.item_means(log, asked.id, asked.rubric),
    )


def opened(log: Log, assignment_id: str) -> tuple[Overview, Assignment | None]:
    """How far a cohort is, and which occasion came before it, if one did."""
    found = overview(log, assignment_id)
    return found, earlier(log, found.assignment)


def earlier(log: Log, later: Assignment) -> Assignment | None:
    """The occasion before an assignment's, where the two were rated by the same rubric.

    Of assignments of older versions, which do not say what they came after: the newest one whose
    trainees it has, each with the form after theirs.
    """
    if later.after is not None:
        known = {head.id for head in rows.heads(log, mine=True)}
        before = given_out(log, later.after) if later.after in known else None
        return before if before and before.rubric == later.rubric else None
    names = [form.name for form in later.forms]
    for head in rows.heads(log, mine=True):
        if (head.made_at, head.id) < (later.made_at, later.id) and head.program == later.program:
            one = given_out(log, head.id)
            if one.rubric == later.rubric and rules.turned(one, names) == later.enrolled:
                return one
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the log says of a cohort, at one occasion or two."""

    material: Material
    now: Overview
    before: Overview | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Every figure of a cohort, by item, and what it rests on."""

    material: Material
    now: Overview
    before: Overview | None
    items: "tuple[ItemFigures, ...]"

    def title(self, item: str) -> str:
        """What the rubric calls an item; its id where the library lacks the rubric."""
        every = self.material.rubric.items if self.material.rubric else ()
        return next((one.title for one in every if one.id == item), item)


def read_cohort(
    log: Log,
    library: Library,
    assignment_id: str,
    before_id: str | None = None,
    viewer: str = "",
    *,
    names: bool = False,
) -> Reading:
    """Read it; on the log's thread, some seconds for 2,000 trainees.

    ``before_id`` None: the assignment that ``earlier`` finds; empty: none. ``viewer`` (id) is shown
    nothing that they have still to rate, and what they rate later of what they are shown is kept
    as not blind: with a viewer the log is written to. With ``names`` people are called by name,
    where one is known, and else by code. KnownError: not given out here, or the two cannot be
    compared.
    """
    now = overview(log, assignment_id)
    if before_id is None:
        first = earlier(log, now.assignment)
        before_id = first.id if first else ""
    before = overview(log, before_id) if before_id else None
    asked = before.assignment if before else None
    material = read(log, library, now.assignment, asked, viewer, names=names)
    return Reading(material, now, before)


def figures(of: Reading, told: Told = unheard) -> Cohort:
    """Work every figure out, without the log: for a process of its own; some seconds for 2,000.

    ``told`` hears how many items are done, of how many.
    """
    from trainer.app.cohort_items import rated_items
    from trainer.scoring.cohort import item_figures

    two, many = of.before is not None, len(of.material.items)
    found: list[ItemFigures] = []
    told(0, many)
    for one in rated_items(of.material):
        found.append(item_figures(one, two=two))
        told(len(found), many)
    # What was worked on stays there: on the way back it would hold up the window.
    return Cohort(replace(of.material, scores=Scores()), of.now, of.before, tuple(found))


def read_later(
    desk: Desk,
    assignment_id: str,
    before_id: str | None,
    done: Callable[[Cohort], None],
    failed: Callable[[Exception], None],
    alive: Callable[[], bool],
    *,
    names: bool = False,
    told: Told = unheard,
) -> Callable[[], None]:
    """Read on the log's thread, work out apart, give ``done`` the figures.

    ``told`` hears how many items are worked out, of how many, once the log is read. Call what is
    returned to end it at once; then nothing of it is heard.
    """
    viewer, ended, ends = desk.settings.text("person"), Event(), list[Callable[[], None]]()

    def wanted() -> bool:
        return alive() and not ended.is_set()

    def work_out(found: Reading) -> None:
        job = partial(figures, found, tell)
        ends.append(desk.runner.apart(job, done, failed, wanted, told))

    def end() -> None:
        ended.set()
        for one in ends:
            one()

    desk.runner.database(
        lambda log: read_cohort(log, desk.library, assignment_id, before_id, viewer, names=names),
        work_out, failed, wanted,
    )  # fmt: skip
    return end
