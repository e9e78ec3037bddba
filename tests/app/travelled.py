"""A program and its trainees, each with a data folder of their own. No test is in here."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from tests.store import made
from trainer.app import assign
from trainer.app.assign import Ask
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.receive import Received, receive
from trainer.app.submit import Submitted, submit
from trainer.domain.assignment import Assignment, vignettes_for
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.store import assignments as rows
from trainer.store import measures, people, ratings, recordings, sessions
from trainer.store.db import Log, open_log
from trainer.store.responses import response

CODES = ("T1", "T2", "T3")
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

    def answer(self, to: Assignment, count: int | None = None, use: str = "rating") -> list[str]:
        """A session with recorded and rated answers to the clients of one's form; their ids."""
        with self.log() as log:
            sitting = made.session(self.person_id)
            sessions.add_session(log, sitting)
            rows.assign_session(log, sitting.id, to.id)
            given = []
            for at, ref in enumerate(vignettes_for(to, self.code)[:count], 1):
                plan = replace(
                    made.plan(sitting, at=made.later(at), position=at), vignette=ref,
                    change_tried="my own business", consent=Consent(use, 12),
                )  # fmt: skip
                seed = at + sum(map(ord, self.person_id))
                wav = made.write_wav(recordings.begin_take(log.folder, plan), seed=seed)
                made.take_in(log, plan, wav)
                given.append(plan.response_id)
                scores = {"warmth": 3.0, "repair": 2.0, "metacommunication": None}
                one = made.rating(plan.response_id, self.person_id, scores=scores)
                ratings.add_rating(log, replace(one, rubric=to.rubric))
                measures.save_measures(log, plan.response_id, made.measures())
            return given

    def submit(self, to: Assignment, out: Path, *, again: bool = False) -> Submitted:
        with self.log() as log:
            return submit(self.home, log, to.id, self.person_id, out, again=again).value


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
