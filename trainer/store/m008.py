"""The eighth step of the log's shape: tests as they went, shares, and ratings that come back."""

_TESTS = (
    # Neither names a response: a test's client was heard, whatever becomes of the answer.
    """CREATE TABLE starts (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id),
        pack TEXT NOT NULL, pack_version INTEGER NOT NULL,
        vignette TEXT NOT NULL, vignette_version INTEGER NOT NULL, position INTEGER NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE interruptions (
        id TEXT PRIMARY KEY, start_id TEXT NOT NULL REFERENCES starts(id),
        assignment_id TEXT NOT NULL, person_id TEXT NOT NULL REFERENCES people(id),
        what TEXT NOT NULL, phase TEXT NOT NULL,
        happened_at TEXT NOT NULL, happened_offset INTEGER NOT NULL) STRICT""",
    "CREATE INDEX starts_of ON starts (assignment_id, person_id, started_at)",
    "CREATE INDEX interruptions_of ON interruptions (assignment_id, person_id, happened_at)",
    "CREATE INDEX interruptions_of_start ON interruptions (start_id)",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in ("starts", "interruptions")
        for verb in ("update", "delete")
    ),
)


# Of a share given out (``mine``), ``shared`` says which response each of its codes stands for; of
# one that came, the codes are all that is known of its responses, and ``facts`` say what came.
_SHARED = (
    """CREATE TABLE shares (
        id TEXT PRIMARY KEY, mine INTEGER NOT NULL, rater_id TEXT,
        document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE shared (
        share_id TEXT NOT NULL, code TEXT NOT NULL, response_id TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (share_id, code)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX shared_of_response ON shared (response_id)",
    """CREATE TABLE returned (
        id TEXT PRIMARY KEY, share_id TEXT NOT NULL, mine INTEGER NOT NULL,
        rater_id TEXT NOT NULL, document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    "CREATE INDEX returned_of_share ON returned (share_id, made_at)",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in ("shares", "shared", "returned")
        for verb in ("update", "delete")
    ),
)
_NAMES = (
    # A name may be corrected, so this one may change; it is never copied for others.
    """CREATE TABLE enrolled_names (
        id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
)
# What raters gave, as it went back to a trainee (``mine``) or came: ``facts`` say what of each
# response. A submission tells since then by which key its trainee reads.
_RESULTS = (
    "ALTER TABLE submissions ADD COLUMN read_by TEXT",
    """CREATE TABLE results (
        id TEXT PRIMARY KEY, mine INTEGER NOT NULL, person_id TEXT NOT NULL,
        document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT""",
    """CREATE TABLE resulted (
        results_id TEXT NOT NULL, response_id TEXT NOT NULL, facts TEXT NOT NULL,
        PRIMARY KEY (results_id, response_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX resulted_of_response ON resulted (response_id)",
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in ("results", "resulted")
        for verb in ("update", "delete")
    ),
)

STATEMENTS = (*_TESTS, *_SHARED, *_NAMES, *_RESULTS)
