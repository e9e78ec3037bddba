"""A data folder with two people's secrets in every corner, and a search for them. No test here."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.store import made
from trainer.app.backup import automatic, backup
from trainer.app.paths import Home
from trainer.domain.consent import Consent
from trainer.domain.response import Person, Response, Session, SessionEnd
from trainer.store import (
    comments,
    consents,
    drafts,
    heard,
    measures,
    notes,
    people,
    ratings,
    recordings,
    rounds,
    sessions,
    upgrade,
)
from trainer.store.db import open_log

BLOCK = 64


class Someone:
    """A person with two responses, and everything by which their traces are found."""

    def __init__(self, home: Home, name: str, minutes: int) -> None:
        self.home, self.name, self.minutes = home, name, minutes
        log = open_log(home.folder)
        at = made.later(minutes)
        self.person: Person = made.person(name, at)
        people.add_person(log, self.person)
        self.sitting: Session = made.session(self.person.id, at, f"aim of {name}")
        sessions.add_session(log, self.sitting)
        log.close()
        self.responses = [self.answer(number) for number in (1, 2)]
        log = open_log(home.folder)
        sessions.end_session(log, SessionEnd(self.sitting.id, "right", f"line by {name}", at))
        # One of theirs that was heard in another folder, and a round in which all were rated.
        self.heard = made.heard(person_id=self.person.id)
        heard.add_heard(log, self.heard)
        ids = [self.heard.response_id, *(one.id for one in self.responses)]
        rounds.add_round(log, made.round_of(*ids, rater_id=self.person.id))
        drafts.save_draft(log, f"round:x:{ids[0]}", {"typing": f"typed of what {name} said"})
        ratings.add_rating(log, made.rating(self.heard.response_id, "else", role="supervisor"))
        log.close()

    def answer(self, number: int) -> Response:
        log = open_log(self.home.folder)
        plan = made.plan(self.sitting, at=made.later(self.minutes + number), attempt=number)
        wav = recordings.begin_take(log.folder, plan)
        made.write_wav(wav, frames=4800, seed=self.minutes + number)
        wav.write_bytes(wav.read_bytes() + self.sound(number) * 200)
        film = made.film(log.folder, plan.response_id)
        film.write_bytes(self.film(number) * 100)
        one = made.take_in(log, plan, wav)
        made.filmed(log, one)
        rating = made.rating(one.id, self.person.id)
        ratings.add_rating(log, rating)
        ratings.add_rating(log, made.rating(one.id, self.person.id, supersedes=rating.id))
        notes.add_note(log, made.note(one.id, self.note(number)))
        measures.save_measures(log, one.id, made.measures())
        consents.state(log, [one.id], Consent("practice", 12), made.later(self.minutes))
        drafts.save_draft(log, f"self-rating:{one.id}", {"typed": f"draft {number} of {self.name}"})
        comments.add_comment(log, made.comment(one.id, self.said(number), rater_id=self.person.id))
        log.close()
        return one

    @property
    def feedback(self) -> str:
        return f"feedback for {self.name}"

    def note(self, number: int) -> str:
        return f"note {number} of {self.name}"

    def said(self, number: int) -> str:
        return f"said of answer {number} by {self.name}"

    def sound(self, number: int) -> bytes:
        """A run of bytes that this recording has and nothing else."""
        return f"<{self.name}'s voice {number}>".encode().ljust(BLOCK, b"~")

    def film(self, number: int) -> bytes:
        """The same of the film."""
        return f"<{self.name}'s face {number}>".encode().ljust(BLOCK, b"~")

    def traces_of(self, number: int) -> list[bytes]:
        one = self.responses[number - 1]
        texts = (one.id, one.recording.id, one.recording.file, self.note(number),
                 self.said(number), f"draft {number} of {self.name}")  # fmt: skip
        return [self.sound(number), self.film(number), *(text.encode() for text in texts)]

    def traces(self) -> list[bytes]:
        texts = (self.name, self.person.id, self.sitting.id, self.heard.response_id,
                 f"typed of what {self.name} said", self.feedback)  # fmt: skip
        own = [text.encode() for text in texts]
        return [*own, *self.traces_of(1), *self.traces_of(2)]


def two_people(home: Home) -> tuple[Someone, Someone]:
    """Ada and Bob, with automatic backups between, a copy before a migration, and more."""
    home.folder.mkdir(parents=True, exist_ok=True)
    ada = Someone(home, "Ada Quillfeather", 0)
    home.settings_file.write_text(f'{{"captions": true, "person": "{ada.person.id}"}}')
    assert automatic(home, now=made.later(0))
    shrink(home, ada.responses[0])
    bob = Someone(home, "Bob Underbough", 60)
    log = open_log(home.folder)
    ratings.add_rating(log, made.rating(bob.responses[0].id, ada.person.id, role="supervisor"))
    upgrade.copy_before(log.db, log.path, 3)
    log.close()
    assert automatic(home, now=made.later(60 * 24))
    backup(home, home.folder / "my own.attune")
    scatter(home, ada)
    for one in (ada, bob):
        told(home, one)
    return ada, bob


def shrink(home: Home, one: Response) -> None:
    """Store a recording as its FLAC twin, so that older backups hold other bytes of it."""
    log = open_log(home.folder)
    old = recordings.path_of(log, one.recording)
    twin = home.folder / "twin.flac"
    twin.write_bytes(b"fLaC" + old.read_bytes())
    recordings.replace_file(log, one.recording.id, twin, sample_rate=16_000)
    log.close()


def scatter(home: Home, someone: Someone) -> None:
    """Traces where only a crash, a report or a bug leaves them."""
    first, second = someone.responses
    home.reports.mkdir()
    stem = home.reports / "attune-eli-2026-03-31-attempt1"
    stem.with_suffix(".html").write_text(f"<p>{someone.name}: {someone.note(1)}, {first.id}")
    stem.with_suffix(".pdf").write_bytes(b"%PDF " + someone.note(1).encode())
    stem.with_suffix(".mp3").write_bytes(someone.sound(1))
    day = second.started_at.date().isoformat()
    alone = home.reports / f"attune-eli-{day}-attempt2-3.pdf"
    alone.write_bytes(b"%PDF " + someone.note(2).encode())
    (home.reports / "attune-eli-2020-01-01-attempt1.pdf").write_bytes(b"%PDF of another day")
    home.log_file.write_text(f"WARNING response {first.id}\nWARNING response {second.id}\n")
    sound = home.recordings / second.recording.file
    sound.with_name(f".{second.id}.flac.part").write_bytes(someone.sound(2))
    damaged = home.folder / "log.db.damaged-20260101T000000"
    data = (home.folder / "log.db").read_bytes()
    damaged.write_bytes(b"nothing" + data[7:])
    staging = home.folder / ".restoring"
    staging.mkdir()
    (staging / "log.db").write_bytes(data)


def told(home: Home, someone: Someone) -> None:
    """Feedback on what was heard of them elsewhere, and some of which only the paper is left."""
    stem = f"attune-feedback-{someone.name.lower().replace(' ', '-')}"
    page = home.reports / f"{stem}-2026-04-01.html"
    page.write_text(f"<p>{someone.feedback}: {someone.heard.response_id}")
    for name in (
        page.with_suffix(".pdf").name,
        f"{stem}-2026-04-02-2.pdf",
        f"{stem}-2020-01-01.pdf",
    ):
        (home.reports / name).write_bytes(b"%PDF " + someone.feedback.encode())


def found(home: Home, traces: list[bytes]) -> list[str]:
    """Where any of these stands: in names, in bytes, and inside zips; as 'file: trace'."""
    return [
        f"{name}: {trace!r}"
        for name, data in files(home.folder)
        for trace in traces
        if trace in data or trace in name.encode()
    ]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data, name = path.read_bytes(), path.relative_to(folder).as_posix()
            yield name, data
            if zipfile.is_zipfile(io.BytesIO(data)):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    for info in archive.infolist():
                        yield f"{name}!{info.filename}", archive.read(info)
