"""The seventh step of the log's shape: work that travels."""

STATEMENTS = (
    """CREATE TABLE keys (
        id TEXT PRIMARY KEY, reads TEXT NOT NULL, signs TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    # One row for each time an assignment was given out; of several, the one made last counts.
    """CREATE TABLE assignments (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL, document TEXT NOT NULL,
        mine INTEGER NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    "CREATE INDEX assignments_by_id ON assignments (assignment_id, made_at)",
    """CREATE TABLE taken_on (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id), code TEXT NOT NULL,
        agreed_to TEXT NOT NULL,
        taken_at TEXT NOT NULL, taken_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE assigned (
        session_id TEXT PRIMARY KEY REFERENCES sessions(id),
        assignment_id TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE submissions (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL, code TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id), signed_by TEXT NOT NULL,
        mine INTEGER NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    "CREATE INDEX submissions_of ON submissions (assignment_id, code, made_at)",
    """CREATE TABLE submitted (
        submission_id TEXT NOT NULL, response_id TEXT NOT NULL,
        PRIMARY KEY (submission_id, response_id)) STRICT, WITHOUT ROWID""",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in ("keys", "assignments", "taken_on", "assigned", "submissions", "submitted")
        for verb in ("update", "delete")
    ),
)
