"""The sixth step of the log's shape: rating others."""

STATEMENTS = (
    """CREATE TABLE heard (
        response_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, place TEXT NOT NULL,
        pack TEXT, pack_version INTEGER, vignette TEXT, vignette_version INTEGER, turn TEXT,
        person_id TEXT, duration_s REAL, stimulus_end_s REAL,
        added_at TEXT NOT NULL, added_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE rounds (
        id TEXT PRIMARY KEY, rater_id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
        pack TEXT NOT NULL, rubric TEXT NOT NULL, rubric_version INTEGER NOT NULL,
        began_at TEXT NOT NULL, began_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE places (
        round_id TEXT NOT NULL REFERENCES rounds(id), place INTEGER NOT NULL,
        response_id TEXT NOT NULL, reference INTEGER NOT NULL,
        PRIMARY KEY (round_id, place)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE comments (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL, rater_id TEXT NOT NULL,
        at_s REAL NOT NULL, text TEXT NOT NULL, marker TEXT NOT NULL,
        supersedes TEXT REFERENCES comments(id),
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE ratings_anew (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL,
        rater_id TEXT NOT NULL, role TEXT NOT NULL,
        pack TEXT NOT NULL, rubric TEXT NOT NULL, rubric_version INTEGER NOT NULL,
        before_feedback INTEGER NOT NULL, locked_at TEXT NOT NULL, locked_offset INTEGER NOT NULL,
        supersedes TEXT REFERENCES ratings(id), round_id TEXT REFERENCES rounds(id),
        blind INTEGER, beyond_s REAL, second_opinion INTEGER NOT NULL) STRICT""",
    """INSERT INTO ratings_anew SELECT id, response_id, rater_id, role, pack, rubric,
        rubric_version, before_feedback, locked_at, locked_offset, supersedes,
        NULL, NULL, NULL, 0 FROM ratings ORDER BY rowid""",
    "DROP TABLE ratings",
    "ALTER TABLE ratings_anew RENAME TO ratings",
    "CREATE INDEX ratings_of_response ON ratings (response_id, role, locked_at)",
    "CREATE INDEX ratings_superseded ON ratings (supersedes) WHERE supersedes IS NOT NULL",
    "CREATE INDEX ratings_of_round ON ratings (round_id) WHERE round_id IS NOT NULL",
    """CREATE TABLE grounds (
        rating_id TEXT NOT NULL REFERENCES ratings(id), of_rating TEXT NOT NULL,
        PRIMARY KEY (rating_id, of_rating)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX rounds_of_rater ON rounds (rater_id, began_at)",
    "CREATE INDEX comments_of_response ON comments (response_id, at_s)",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in ("ratings", "rounds", "places", "comments", "grounds")
        for verb in ("update", "delete")
    ),
    # Where its sound lies may change; whose answer to what it is may not.
    """CREATE TRIGGER heard_no_update BEFORE UPDATE OF response_id, sha256, pack, pack_version,
        vignette, vignette_version, turn, person_id, duration_s, stimulus_end_s ON heard
        BEGIN SELECT RAISE(ABORT, 'heard is append-only'); END""",
    """CREATE TRIGGER heard_no_delete BEFORE DELETE ON heard
        BEGIN SELECT RAISE(ABORT, 'heard is append-only'); END""",
)
