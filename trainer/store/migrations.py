"""The shape of the log, as the steps that lead to it. A step that shipped is never edited.

Each step is a list of statements: ``executescript`` would end the transaction it runs in.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from trainer.store.m006 import STATEMENTS as _RATING_OTHERS
from trainer.store.m007 import STATEMENTS as _TRAVELLING
from trainer.store.m008 import STATEMENTS as _TESTED_AND_SHARED
from trainer.store.m009 import STATEMENTS as _DECIDED

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

SET = "attune-log"

_TABLES = (
    """CREATE TABLE people (
        id TEXT PRIMARY KEY, name TEXT NOT NULL,
        created_at TEXT NOT NULL, created_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id),
        pack TEXT NOT NULL, set_id TEXT NOT NULL, objective TEXT NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE session_ends (
        id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),
        felt TEXT NOT NULL, reflection TEXT NOT NULL,
        ended_at TEXT NOT NULL, ended_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE recordings (
        id TEXT PRIMARY KEY, file TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
        size_bytes INTEGER NOT NULL, duration_s REAL NOT NULL, sample_rate INTEGER NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE responses (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id),
        session_id TEXT NOT NULL REFERENCES sessions(id),
        pack TEXT NOT NULL, pack_version INTEGER NOT NULL,
        vignette TEXT NOT NULL, vignette_version INTEGER NOT NULL, turn TEXT NOT NULL,
        attempt INTEGER NOT NULL, position INTEGER NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL, ended_by TEXT NOT NULL,
        recording_id TEXT NOT NULL UNIQUE REFERENCES recordings(id),
        stimulus_end_s REAL, stimulus_end_error_s REAL, change_tried TEXT NOT NULL) STRICT""",
    # A rater may work elsewhere and be known here by an id only: no reference to people.
    """CREATE TABLE ratings (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL REFERENCES responses(id),
        rater_id TEXT NOT NULL, role TEXT NOT NULL,
        pack TEXT NOT NULL, rubric TEXT NOT NULL, rubric_version INTEGER NOT NULL,
        before_feedback INTEGER NOT NULL, locked_at TEXT NOT NULL, locked_offset INTEGER NOT NULL,
        supersedes TEXT REFERENCES ratings(id)) STRICT""",
    # response_id and rater_id repeat the rating's, so that one index answers without its table.
    """CREATE TABLE scores (
        rating_id TEXT NOT NULL REFERENCES ratings(id), item TEXT NOT NULL,
        place INTEGER NOT NULL, score REAL,
        response_id TEXT NOT NULL, rater_id TEXT NOT NULL,
        PRIMARY KEY (rating_id, item)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE notes (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL REFERENCES responses(id),
        change_next TEXT NOT NULL, hooked INTEGER, criteria_met TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE measures (
        response_id TEXT PRIMARY KEY REFERENCES responses(id), version INTEGER NOT NULL,
        duration_s REAL NOT NULL, onset_s REAL, onset_error_s REAL, speech_s REAL NOT NULL,
        pauses TEXT NOT NULL, longest_pause_s REAL NOT NULL, loudness_lufs REAL, peak_dbfs REAL,
        clipped INTEGER NOT NULL, f0_median_hz REAL, f0_sd_semitones REAL, syllables_per_s REAL,
        snr_db REAL, problems TEXT NOT NULL) STRICT""",
    """CREATE TABLE drafts (
        key TEXT PRIMARY KEY, data TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT""",
)

_INDEXES = (
    "CREATE INDEX sessions_of_person ON sessions (person_id, started_at, id)",
    "CREATE INDEX ends_of_session ON session_ends (session_id, ended_at)",
    "CREATE INDEX responses_of_person ON responses (person_id, started_at, id)",
    """CREATE INDEX responses_of_vignette
        ON responses (person_id, vignette, pack, turn, started_at, id, attempt)""",
    "CREATE INDEX responses_of_session ON responses (session_id, position)",
    "CREATE INDEX ratings_of_response ON ratings (response_id, role, locked_at)",
    "CREATE INDEX ratings_superseded ON ratings (supersedes) WHERE supersedes IS NOT NULL",
    "CREATE INDEX scores_of_response ON scores (response_id, item, rater_id, score)",
    "CREATE INDEX notes_of_response ON notes (response_id, made_at)",
)

_APPEND_ONLY = ("responses", "ratings", "scores", "sessions", "session_ends", "notes")


def _triggers() -> list[str]:
    made = [
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in _APPEND_ONLY
        for verb in ("update", "delete")
    ]
    # A recording's file may become its FLAC twin; what was recorded, when, and how long may not.
    made.append(
        """CREATE TRIGGER recordings_no_update
        BEFORE UPDATE OF id, duration_s, made_at, made_offset ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END"""
    )
    made.append(
        """CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END"""
    )
    return made


def m001(db: "Database") -> None:
    """The first shape: people, sessions, responses, ratings, notes, measures, drafts."""
    for statement in (*_TABLES, *_INDEXES, *_triggers()):
        db.execute(statement)


def m002(db: "Database") -> None:
    """Where the person stopped the client to answer, and how often sound did not arrive."""
    for statement in (
        "ALTER TABLE responses ADD COLUMN stopped_at_s REAL",
        "ALTER TABLE recordings ADD COLUMN gaps INTEGER",
        "DROP TRIGGER recordings_no_update",
        """CREATE TRIGGER recordings_no_update
        BEFORE UPDATE OF id, duration_s, made_at, made_offset, gaps ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END""",
    ):
        db.execute(statement)


def m003(db: "Database") -> None:
    """Where sound is missing in a recording, why and how much of it: JSON, see ``Hole``."""
    for statement in (
        "ALTER TABLE recordings ADD COLUMN holes TEXT",
        "DROP TRIGGER recordings_no_update",
        """CREATE TRIGGER recordings_no_update
        BEFORE UPDATE OF id, duration_s, made_at, made_offset, gaps, holes ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END""",
    ):
        db.execute(statement)


def m004(db: "Database") -> None:
    """What was agreed to for each recording; what was forgotten, and what is being forgotten."""
    for statement in (
        """CREATE TABLE consents (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL REFERENCES responses(id),
        use TEXT NOT NULL, keep_until TEXT,
        stated_at TEXT NOT NULL, stated_offset INTEGER NOT NULL) STRICT""",
        "CREATE INDEX consents_of_response ON consents (response_id, stated_at)",
        "CREATE INDEX consents_until ON consents (keep_until) WHERE keep_until IS NOT NULL",
        # Marks, not ids: they recognise what comes back, and tell nobody what it was.
        """CREATE TABLE forgotten (
        mark TEXT PRIMARY KEY,
        forgotten_at TEXT NOT NULL, forgotten_offset INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
        """CREATE TABLE forgetting (
        kind TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID""",
        *(
            f"""CREATE TRIGGER consents_no_{verb} BEFORE {verb} ON consents
        BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END"""
            for verb in ("update", "delete")
        ),
    ):
        db.execute(statement)


def m005(db: "Database") -> None:
    """The film beside a recording, and where in the recording it begins."""
    db.execute(
        """CREATE TABLE videos (
        recording_id TEXT PRIMARY KEY REFERENCES recordings(id), file TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, duration_s REAL NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        starts_s REAL, starts_error_s REAL) STRICT"""
    )
    for verb in ("update", "delete"):
        db.execute(
            f"""CREATE TRIGGER videos_no_{verb} BEFORE {verb} ON videos
            BEGIN SELECT RAISE(ABORT, 'videos is append-only'); END"""
        )


def m006(db: "Database") -> None:
    """Rating others: rounds, responses that lie elsewhere, comments, a consensus and its grounds.

    What is rated need not be in this log any more, so ratings name a response without referring to
    a row of it; the table is made anew, since SQLite cannot drop a reference.
    """
    for statement in _RATING_OTHERS:
        db.execute(statement)


def m007(db: "Database") -> None:
    """Work that travels: keys of this installation, assignments, and what was sent for them."""
    for statement in _TRAVELLING:
        db.execute(statement)


def m008(db: "Database") -> None:
    """Tests as they went; shares, ratings back, also to trainees; who is behind a code."""
    for statement in _TESTED_AND_SHARED:
        db.execute(statement)


def m009(db: "Database") -> None:
    """Whose a sender's files are, where a program decided it; every reading goes by it."""
    for statement in _DECIDED:
        db.execute(statement)


Step = Callable[["Database"], None]
STEPS: tuple[tuple[str, Step], ...] = (
    ("m001", m001),
    ("m002", m002),
    ("m003", m003),
    ("m004", m004),
    ("m005", m005),
    ("m006", m006),
    ("m007", m007),
    ("m008", m008),
    ("m009", m009),
)


def migration_set(steps: tuple[tuple[str, Step], ...] = STEPS) -> "Migrations":
    """The steps as a named set of sqlite-utils; each also writes its number into user_version."""
    from sqlite_utils import Migrations

    made = Migrations(SET)
    for number, (name, step) in enumerate(steps, start=1):
        made(name=name)(_numbered(number, step))
    return made


def _numbered(number: int, step: Step) -> Step:
    def run(db: "Database") -> None:
        step(db)
        db.execute(f"PRAGMA user_version = {number}")

    return run
