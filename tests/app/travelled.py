"""A program and its trainees, each with a data folder of their own. No test is in here."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from tests.store import made
from trainer.app import assign, results, rounds, shared
from trainer.app.assign import Ask
from trainer.app.calibration import begin_live
from trainer.app.keys import address
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.rated_back import send
from trainer.app.receive import receive
from trainer.app.received import Received
from trainer.app.results import Ask as AskBack
from trainer.app.results import Done
from trainer.app.rounds import Draft
from trainer.app.share import Ask as AskRaters
from trainer.app.share import Given, Named, give_out
from trainer.app.submit import Submitted, submit
from trainer.domain.assignment import Assignment, vignettes_for
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.rounds import UNGATED, Round
from trainer.domain.share import Attest
from trainer.store import assignments as rows
from trainer.store import measures, people, ratings, recordings, sessions
from trainer.store import shares as store_shares
from trainer.store.db import Log, open_log
from trainer.store.responses import response

CODES = ("T1", "T2", "T3")
OWN = {"warmth": 3.0, "repair": 2.0, "metacommunication": None}
FORMS = {
    "A": ["marcus-nodding", "eli-bike-racks"],
    "B": ["ruth-corrected-letter", "tom-eleven-across"],
}


@cache
def library() -> Library:
    """What comes with the app."""
    return load_library(pack_folders(Home(Path("nowhere"))))


def ask(**changed: object) -> Ask:
    one = Ask(
        title="Autumn course",
        program="Institute Übung",
        forms=FORMS,
        codes=CODES,
        rubric="alliance-skills",
        consent_text="May your supervisors listen to what you say?",
        occasion="before",
    )
    return replace(one, **changed)


@dataclass
class Desk:
    """One party's data folder."""

    home: Home
    person_id: str = ""

    @contextmanager
    def log(self) -> Iterator[Log]:
        with closing(open_log(self.home.folder, self.home.key)) as log:
            yield log

    def receive(self, path: Path) -> Received:
        with self.log() as log:
            return receive(self.home, log, path).value


class Program(Desk):
    def give_out(self, out: Path, **changed: object) -> tuple[Assignment, Path]:
        with self.log() as log:
            made_one = assign.compose(log, library(), ask(**changed))
            return made_one, assign.give_out(log, made_one, out)

    def share(
        self, assignments: Sequence[Assignment], raters: Sequence["Rater"], out: Path,
        per_response: int = 1, overlap: float = 0.0, **more: object,
    ) -> tuple[Given, ...]:  # fmt: skip
        """Give what came in to raters."""
        ids, named = tuple(one.id for one in assignments), tuple(one.named() for one in raters)
        asked = AskRaters(ids, named, per_response, overlap, **more)
        with self.log() as log:
            return give_out(self.home, log, library(), asked, out).value

    def give_back(self, assignments: Sequence[Assignment], out: Path, **more: object) -> Done:
        """Send ratings back to trainees."""
        asked = AskBack(tuple(one.id for one in assignments), **more)
        with self.log() as log:
            return results.give_back(self.home, log, library(), asked, out).value


class Trainee(Desk):
    code = ""

    def begin(self, path: Path, code: str) -> Assignment:
        """Take the file in, and on."""
        found = self.receive(path).assignment
        with self.log() as log:
            if not self.person_id:
                one = made.person(f"Name of {code}")
                people.add_person(log, one)
                self.person_id = one.id
            assign.take_on(log, found, self.person_id, code)
        self.code = code
        return found

    def answer(
        self, to: Assignment, count: int | None = None, use: str = "rating",
        scores: Mapping[str, float | None] = OWN,
    ) -> list[str]:  # fmt: skip
        """A session with recorded and rated answers to the clients of one's form; their ids."""
        with self.log() as log:
            sitting = made.session(self.person_id)
            sessions.add_session(log, sitting)
            rows.assign_session(log, sitting.id, to.id)
            given = []
            for at, ref in enumerate(vignettes_for(to, self.code)[:count], 1):
                plan = replace(
                    made.plan(sitting, at=made.later(at), position=at), vignette=ref,
                    change_tried="my own business", consent=Consent(use, 0),
                )  # fmt: skip
                seed = at + sum(map(ord, self.person_id))
                wav = made.write_wav(recordings.begin_take(log.folder, plan), seed=seed)
                made.take_in(log, plan, wav)
                given.append(plan.response_id)
                one = made.rating(plan.response_id, self.person_id, scores=scores)
                ratings.add_rating(log, replace(one, rubric=to.rubric))
                measures.save_measures(log, plan.response_id, made.measures())
            return given

    def submit(self, to: Assignment, out: Path, *, again: bool = False) -> Submitted:
        with self.log() as log:
            return submit(self.home, log, to.id, self.person_id, out, again=again).value


def copied(one: Trainee, folder: Path) -> Trainee:
    """The same person in a copy of their data folder: with another key where they had none yet."""
    shutil.copytree(one.home.folder, folder)
    other = Trainee(Home(folder), one.person_id)
    other.code = one.code
    return other


@dataclass
class Rater(Desk):
    """Somebody who rates what a program shares, in a data folder of their own."""

    name: str = "Rae"

    def named(self) -> Named:
        with self.log() as log:
            return Named(self.name, address(log))

    def begin(self, path: Path) -> Round:
        """Take a share in, and begin with it although the gate is not passed."""
        return self.begin_it(self.take(path))

    def begin_it(self, share_id: str) -> Round:
        """Begin with one that came."""
        with self.log() as log:
            one = shared.find(log, library(), self.person_id, share_id)
            found = shared.candidates(log, self.home, library(), share_id)
            rubric = shared.rubric_of(library(), one)
            return begin_live(
                log, self.home, library(), rubric, self.person_id, one.program, found, UNGATED
            ).value

    def take(self, path: Path) -> str:
        """Take a share in; its id."""
        self.receive(path)
        with self.log() as log:
            if not self.person_id:
                one = made.person(f"Name of {self.name}")
                people.add_person(log, one)
                self.person_id = one.id
            return store_shares.shares(log, mine=False)[-1].id

    def codes(self, share_id: str) -> list[str]:
        with self.log() as log:
            return sorted(store_shares.codes_of(log, share_id))

    def rate(
        self, of: Round, codes: Sequence[str], warmth: float = 3.0, repair: float = 2.0
    ) -> list[str]:
        """Rate these, and comment on each; the ratings' ids."""
        scores = {"warmth": warmth, "repair": repair, "metacommunication": None}
        rubric = library().rubric("alliance-skills")
        with self.log() as log:
            for code in codes:
                rounds.comment(log, of, code, 1.5, f"here, {warmth}", "explains")
            return [
                rounds.lock(log, of, rubric, code, Draft(scores, beyond_s=4.0)).value.id
                for code in codes
            ]

    def send(self, share_id: str, out: Path, gate: Attest | None = None) -> Path:
        with self.log() as log:
            return send(self.home, log, share_id, self.person_id, gate, out).value.path


def answered(
    program: Program, post: Path, folder: Path, codes: Sequence[str] = ("T1", "T2")
) -> tuple[Assignment, dict[str, Trainee], dict[str, str]]:
    """An assignment that these trainees have answered; with them, and whose each response is."""
    asked, out = program.give_out(post)
    trainees = {code: Trainee(Home(folder / code)) for code in codes}
    whose = {}
    for code, one in trainees.items():
        one.begin(out, code)
        whose |= dict.fromkeys(one.answer(asked), code)
        program.receive(one.submit(asked, post).path)
    return asked, trainees, whose


def shared_now(program: Program) -> dict[str, set[str]]:
    """By rater's name, the responses that they were given."""
    with program.log() as log:
        names = {row["id"]: row["name"] for row in log.rows("SELECT id, name FROM people")}
        return {names[rater]: set(ids) for rater, ids in store_shares.given_to(log).items()}


def sounds_of(desk: Desk, ids: Sequence[str]) -> list[bytes]:
    """The recordings of these responses, as they lie."""
    with desk.log() as log:
        return [
            (desk.home.recordings / response(log, one).recording.file).read_bytes() for one in ids
        ]


def refused(desk: Desk, path: Path, said: str) -> None:
    """Nothing of it is kept, and a sentence says why."""

    def all_of_it() -> list[tuple[str, bytes]]:
        with desk.log() as log:
            log.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return [
            (one.as_posix(), one.read_bytes())
            for one in sorted(desk.home.folder.rglob("*"))
            if one.is_file() and one.suffix not in (".lock", ".db-shm", ".db-wal")
        ]

    before = all_of_it()
    with pytest.raises(KnownError, match=said):
        desk.receive(path)
    assert all_of_it() == before
