"""A program's log with all that a research export has to get right. No test is in here."""

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.app.travelled import Program, Trainee, library
from tests.store import made
from trainer.app import persons
from trainer.app.paths import Home
from trainer.app.research import Exported, export
from trainer.domain.assignment import Assignment
from trainer.domain.consent import Consent, Statement
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.response import Person
from trainer.domain.rounds import Comment, Place, Round
from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef
from trainer.store import (
    comments,
    consents,
    measures,
    notes,
    people,
    ratings,
    recordings,
    rounds,
    sessions,
)
from trainer.store.db import Log, open_log
from trainer.store.enrolled import keep_names

SKILLS = RubricRef("core", "alliance-skills", 2)
OLDER = RubricRef("core", "alliance-skills", 1)
GONE = RubricRef("elsewhere", "other-scale", 3)
RESEARCH = Consent("research", 0)
TRAINEES = ("Таня Прокопенко", "Seán Ó Briain")
ALONE, OLA, RENEE = "Anna Zöllner", "Ola Nordmann-Åsen", "Renée L’Hôte"
LONG = f"{ALONE} said \"wait\",\nthen; {OLA} <b>&\t'x' " + "и дальше …" * 90
NAMES = (*TRAINEES, ALONE, OLA, RENEE)
PARTS = tuple(part for name in NAMES for part in name.split() if len(part) > 2)


@dataclass
class Cohort:
    """Who is in the log, and the responses (ids) by what they are there for."""

    home: Home
    assignment: Assignment
    given: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    responses: dict[str, str] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)


def cohort(folder: Path) -> Cohort:
    """Two trainees who sent in their answers, one of this installation, three raters."""
    program = Program(Home(folder / "Program of Nordmann-Åsen"))
    asked, path = program.give_out(
        folder, use="research", codes=("T1", "T-2"), due_at=local_now() - timedelta(days=1)
    )
    here = Cohort(program.home, asked)
    for code, name in zip(("T1", "T-2"), TRAINEES, strict=True):
        one = Trainee(Home(folder / code))
        one.begin(path, code)
        here.given[code] = one.answer(asked, use="research")
        program.receive(one.submit(asked, folder).path)
        here.people[name] = one.person_id
    with program.log() as log:
        keep_names(log, {"T1": TRAINEES[0]})
        persons.rename(log, here.people[TRAINEES[1]], TRAINEES[1])
        for name in (ALONE, OLA, RENEE):
            new = made.person(name)
            people.add_person(log, new)
            here.people[name] = new.id
        _alone(log, here)
        _rated(log, here)
        _said(log, here)
    return here


def exported(here: Cohort, out: Path, **asked: Any) -> Exported:
    """The program's log, exported for research."""
    with closing(open_log(here.home.folder, here.home.key)) as log:
        return export(here.home, log, out, library=library(), **asked)


def _alone(log: Log, here: Cohort) -> None:
    """Who answers at the program's own computer: two packs with one id, and all that is missing."""
    who = Person(here.people[ALONE], ALONE, made.EVENING)
    for number, (name, pack, use) in enumerate(
        (
            ("first", "core", RESEARCH),
            ("twin", "own", RESEARCH),
            ("silent", "core", RESEARCH),
            ("unmeasured", "core", RESEARCH),
            ("practice", "core", Consent("practice", 0)),
            ("rating", "core", Consent("rating", 0)),
            ("nothing", "core", None),
            ("expired", "core", RESEARCH),
        )
    ):
        at = made.later(number * 60)
        sitting = made.session(who.id, at)
        if number % 2 == 0:
            sessions.add_session(log, sitting)
            last = sitting
        plan = made.plan(last, at=at, vignette="marcus-nodding", pack=pack, attempt=2, consent=use)
        plan = replace(
            plan, change_tried=f"as {OLA} does", vignette=VignetteRef(pack, 1, "marcus-nodding", 2)
        )
        wav = made.write_wav(recordings.begin_take(log.folder, plan), seed=number + 1)
        response = made.take_in(log, plan, wav)
        here.responses[name] = response.id
        if name == "unmeasured":
            recordings.path_of(log, response.recording).unlink()
        else:
            onset = None if name == "silent" else 2.6
            measures.save_measures(log, response.id, made.measures(onset))
        notes.add_note(log, made.note(response.id, f"ask {RENEE}"))
    over = Statement(new_id(), here.responses["expired"], "research", date(2026, 4, 2), local_now())
    consents.add_statement(log, over)


def _rated(log: Log, here: Cohort) -> None:
    """Ratings in every role, with N/A, half points, corrections and scales that share an item."""
    first, twin = here.responses["first"], here.responses["twin"]
    own, ola, renee = (here.people[name] for name in (ALONE, OLA, RENEE))
    of = Round(new_id(), ola, "live", f"Round of {OLA}", SKILLS, (Place(first),), made.EVENING)
    rounds.add_round(log, of)

    def add(name: str, response: str, rater: str, role: str, *scores: float | None,
            **more: object) -> None:  # fmt: skip
        items = ("warmth", "repair", "metacommunication")
        given = dict(zip(items, scores, strict=False))
        minutes = 100 + len(here.ratings)
        one = Rating(
            new_id(), response, rater, role, SKILLS, given, True, made.later(minutes), blind=True
        )
        here.ratings[name] = replace(one, **more)
        ratings.add_rating(log, here.ratings[name])

    add("own", first, own, "self", 4.0, None, 2.5, blind=None)
    add("ola", first, ola, SUPERVISOR, 3.5, None, 2.0, beyond_s=7.25, round_id=of.id)
    add("mistaken", first, renee, SUPERVISOR, 1.0, 1.0, 1.0)
    add("renee", first, renee, SUPERVISOR, 3.0, None, 1.5, supersedes=here.ratings["mistaken"].id)
    add("older scale", first, ola, SUPERVISOR, 5.0, rubric=OLDER)
    agreed = (here.ratings["ola"].id, here.ratings["renee"].id)
    add("agreed", first, "consensus:core:alliance-skills:2", CONSENSUS, 3.0, None, 2.0, blind=None,
        of=tuple(sorted(agreed)))  # fmt: skip
    add("before", twin, ola, SUPERVISOR, 1.0, 2.0, 3.0)
    add("too soon", twin, "consensus:core:alliance-skills:2", CONSENSUS, 1.0, 1.0, 1.0, blind=None,
        of=(here.ratings["before"].id,))  # fmt: skip
    add("again", twin, ola, SUPERVISOR, 2.0, 2.0, 3.0, second_opinion=True)
    add("elsewhere", twin, new_id(), SUPERVISOR, 2.0, rubric=GONE)
    add("learning", twin, renee, "calibration", 5.0, 5.0, 5.0)
    add("T1", here.given["T1"][0], ola, SUPERVISOR, 2.0, 3.0, None, blind=False)
    for name in ("practice", "expired"):
        add(name, here.responses[name], ola, SUPERVISOR, 1.0, 1.0, 1.0)


def _said(log: Log, here: Cohort) -> None:
    """Moments: marks, long words with names, two at once, one that was taken back."""
    first = here.responses["first"]
    ola, renee = here.people[OLA], here.people[RENEE]
    for rater, at_s, text, marker in (
        (ola, 4.5, LONG, ""),
        (ola, 4.5004, "", "owns-part"),
        (ola, 4.5, "and this", "validates"),
        (ola, 5.2507, "later", ""),
        (renee, 12.5, f"at the end, {ALONE}", "explains"),
    ):
        said = Comment(new_id(), first, rater, at_s, text, marker, made.later(200))
        comments.add_comment(log, said)
    gone = made.comment(first, "mistaken", rater_id=renee, at_s=1.0)
    comments.add_comment(log, gone)
    comments.add_comment(
        log, made.comment(first, "", marker="", rater_id=renee, at_s=1.0, supersedes=gone.id)
    )
