"""Logs with sound that are backed up, restored and compared. No test is in here."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.store import made
from trainer.app.paths import Home
from trainer.domain.response import Response, SessionEnd
from trainer.store import (
    comments,
    heard,
    measures,
    notes,
    ratings,
    recordings,
    rounds,
    sessions,
)
from trainer.store.copies import TABLES
from trainer.store.db import Log, integrity, open_log


def fill(home: Home, answers: int = 3, *, minutes: int = 0) -> list[Response]:
    """Add a person who answered, rated, noted and was measured; the responses."""
    log = open_log(home.folder)
    at = made.later(minutes)
    sitting = made.begun(log, at)
    done = []
    for number in range(1, answers + 1):
        plan = made.plan(sitting, at=made.later(minutes + number), attempt=number)
        wav = made.write_wav(recordings.begin_take(log.folder, plan), seed=minutes + number)
        done.append(made.take_in(log, plan, wav))
        first = made.rating(plan.response_id)
        ratings.add_rating(log, first)
        ratings.add_rating(log, made.rating(plan.response_id, supersedes=first.id))
        notes.add_note(log, made.note(plan.response_id, "breathe, ü"))
        measures.save_measures(log, plan.response_id, made.measures())
    sessions.end_session(log, SessionEnd(sitting.id, "right", "it went well", at))
    rate_others(log, done[0], minutes)
    log.close()
    home.settings_file.write_text('{"captions": true}')
    return done


def rate_others(log: Log, one: Response, minutes: int) -> None:
    """Two raters, one response that lies elsewhere, a comment taken back, and a consensus."""
    at = made.later(minutes)
    elsewhere = made.heard()
    heard.add_heard(log, elsewhere)
    sitting = made.round_of(elsewhere.response_id, one.id, reference=one.id)
    rounds.add_round(log, sitting)
    given = [
        replace(made.rating(elsewhere.response_id, rater, role="supervisor", at=at),
                round_id=sitting.id, blind=True, beyond_s=4.5, second_opinion=rater == "me")
        for rater in ("me", "you")
    ]  # fmt: skip
    agreed = made.rating(elsewhere.response_id, "me", role="consensus", at=at)
    for rating in (*given, replace(agreed, of=tuple(sorted(one.id for one in given)))):
        ratings.add_rating(log, rating)
    first = made.comment(elsewhere.response_id, at=at)
    comments.add_comment(log, first)
    gone = made.comment(elsewhere.response_id, "", marker="", supersedes=first.id, at=at)
    comments.add_comment(log, gone)


def interrupt(home: Home) -> str:
    """Leave a take behind as a crash does; its response's id."""
    log = open_log(home.folder)
    plan = made.plan(made.begun(log, made.later(90)))
    log.close()
    made.write_wav(recordings.begin_take(home.folder, plan), frames=9600)
    return plan.response_id


def contents(home: Home) -> dict[str, list[str]]:
    """Every row of every table (without numbers that only this file knows), and every recording."""
    log = open_log(home.folder, read_only=True)
    try:
        found = {
            table: sorted(
                json.dumps({k: v for k, v in row.items() if (table, k) != ("session_ends", "id")})
                for row in log.rows(f"SELECT * FROM {table}")
            )
            for table in TABLES
        }
        assert integrity(log) == ()
    finally:
        log.close()
    sounds = made.everything(home.folder)
    return {**found, "sounds": [f"{name} {hash(data)}" for name, data in sorted(sounds.items())]}


def sound_of(home: Home, response: Response) -> Path:
    return home.recordings / response.recording.file


def change(home: Home, *statements: str) -> None:
    """Write into a log past its rules, as only a stranger's program does."""
    log = open_log(home.folder)
    for statement in statements:
        log.db.conn.execute(statement)
    log.db.conn.commit()
    log.close()


def rewritten(
    path: Path, out: Path, alter: Callable[[dict[str, bytes], dict[str, Any]], None]
) -> Path:
    """The bundle at ``path`` again, with members and manifest as ``alter`` left them."""
    with zipfile.ZipFile(path) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    manifest = json.loads(members.pop("manifest.json"))
    alter(members, manifest)
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("manifest.json", json.dumps(manifest))
        for name, data in members.items():
            target.writestr(name, data)
    return out


def rehashed(kept, out, alter):
    """A bundle that was altered by someone who knows how to write its manifest."""

    def both(members, manifest):
        alter(members, manifest)
        manifest["members"] = [
            {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in members.items()
        ]

    return rewritten(kept, out, both)
