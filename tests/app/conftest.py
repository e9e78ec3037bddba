"""A data folder with a log, a person and a small library, for every use case."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app import travelled
from tests.app.examined import TEST, Room
from tests.app.fakes import QuickRunner
from tests.app.office import Office
from tests.app.rater import Rater, class_of
from tests.app.researched import Cohort, cohort, exported
from tests.app.stage import Stage
from tests.app.trainee_written import GIVEN
from tests.app.travelled import Program, Trainee
from tests.gui.raters import Raters, settled
from tests.journeys.short_pack import make_pack
from tests.store import light_lock
from trainer.app import queue, rounds, today
from trainer.app.bus import Bus
from trainer.app.library import Library, load_library
from trainer.app.paths import Home, bundled
from trainer.app.research import Exported
from trainer.domain.assignment import Assignment
from trainer.domain.response import Person
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Vignette
from trainer.store import people
from trainer.store.db import Log, open_log


@pytest.fixture(scope="package", autouse=True)
def light_locks() -> Iterator[None]:
    """A passphrase costs no seconds here; tests/store/test_key proves that it does elsewhere."""
    with light_lock.instead_of_pyrage():
        yield


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The rubrics of the core pack and the two clients of a short one."""
    own = make_pack(tmp_path_factory.mktemp("packs"), 0.8)
    found = load_library((bundled("scenarios") / "core", own))
    assert [v.id for v in found.vignettes if v.ref.pack == "short"] == ["anna-late", "ben-rain"]
    return found


@pytest.fixture(scope="session")
def rubric(library: Library) -> Rubric:
    return library.rubric("alliance-skills")


@pytest.fixture(scope="session")
def clients(library: Library) -> tuple[Vignette, ...]:
    return tuple(v for v in library.vignettes if v.ref.pack == "short")


@pytest.fixture
def at_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "my data, ä")


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """Another data folder, into which a backup of the first is restored."""
    return Home(tmp_path / "other")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where a backup is written."""
    return tmp_path / "kept.attune"


@pytest.fixture
def log(at_home: Home) -> Iterator[Log]:
    opened = open_log(at_home.folder)
    yield opened
    opened.close()


@pytest.fixture
def person(log: Log) -> Person:
    return today.add_person(log, "M. K.").value


@pytest.fixture
def stage(
    at_home: Home, log: Log, person: Person, library: Library, rubric: Rubric,
    clients: tuple[Vignette, ...],
) -> Stage:  # fmt: skip
    assert people.person(log, person.id) == person
    return Stage(at_home, log, person, library, rubric, clients, QuickRunner(log, Bus()))


@pytest.fixture
def rater(stage: Stage) -> Rater:
    """Somebody who set out to rate what three trainees answered."""
    class_of(stage)
    found = queue.own(stage.log, stage.home, stage.library, "me")
    return Rater(stage, rounds.begin(stage.log, "me", "Spring", stage.rubric, found).value)


@pytest.fixture
def raters(tmp_path: Path) -> Iterator[Raters]:
    """M. K. and Ada, who rate the five answers of each of two trainees."""
    made = settled(
        Home(tmp_path / "data"),
        names=("Tim", "Una <U> & Co"),
        clients=5,
        seconds=1.0,
        own=(4, 3, 3),
    )
    yield made
    made.log.close()


@pytest.fixture
def rated(raters: Raters) -> Raters:
    """All answers of the first trainee are rated by both."""
    for response, (mine, hers) in zip(raters.given[raters.trainees[0].id], GIVEN, strict=True):
        raters.both(response, mine, hers)
    return raters


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Work beside the test's own thread, closed afterwards."""
    opened = Office(tmp_path)
    yield opened
    opened.work.close()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


@pytest.fixture
def trainee(tmp_path: Path) -> Trainee:
    return Trainee(Home(tmp_path / "trainee Таня"))


@pytest.fixture
def panel(tmp_path: Path) -> list[travelled.Rater]:
    """Rae, Søren and Ute, who rate what a program shares, each in a data folder of their own."""
    return [
        travelled.Rater(Home(tmp_path / f"rater {name}"), name=name)
        for name in ("Rae", "Søren", "Ute")
    ]


@pytest.fixture
def post(tmp_path: Path) -> Path:
    place = tmp_path / "post"
    place.mkdir()
    return place


@pytest.fixture(scope="session")
def taken_on(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Assignment]:
    """The folders of a program and of a trainee who has taken a test of two clients on."""
    place = tmp_path_factory.mktemp("taken on")
    program, trainee = Program(Home(place / "program")), Trainee(Home(place / "trainee"))
    asked, out = program.give_out(place / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    return place, trainee.person_id, asked


@pytest.fixture
def room(
    taken_on: tuple[Path, str, Assignment], program: Program, trainee: Trainee
) -> Iterator[Room]:
    """A trainee before that test."""
    place, trainee.person_id, asked = taken_on
    trainee.code = "T1"
    for name, desk in (("program", program), ("trainee", trainee)):
        shutil.copytree(place / name, desk.home.folder)
    with trainee.log() as log:
        yield Room(log, asked, trainee.person_id)


@pytest.fixture(scope="session")
def researched(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """A program's log to export for research; whoever changes it puts it back, or copies it."""
    return cohort(tmp_path_factory.mktemp("research"))


@pytest.fixture(scope="session")
def coded(researched: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """That log exported, with codes for people."""
    return exported(researched, tmp_path_factory.mktemp("coded") / "out")


@pytest.fixture(scope="session")
def named(researched: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """That log exported, with names and dates."""
    return exported(researched, tmp_path_factory.mktemp("named") / "out ü", names=True, dates=True)
