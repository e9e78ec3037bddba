"""The ninth step of the log's shape: whose a sender's files are, where a program decided it."""

# A code is one of an assignment: for another one, whose codes are others, a decision says nothing.
_WHOSE = """COALESCE((SELECT d.code FROM decided d
        WHERE d.person_id = submissions.person_id AND d.signed_by = submissions.signed_by
          AND (d.code = '' OR EXISTS (SELECT 1
            FROM assignments a, json_each(a.document, '$.enrolled') e
            WHERE a.assignment_id = submissions.assignment_id AND a.mine = 1
              AND json_extract(e.value, '$.code') = d.code))
        ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), code)"""

STATEMENTS = (
    # A sender is a person and the key that signed. Of several rows the newest counts; with an empty
    # code what they send is nobody's. Without a reference: it may be decided before anything of
    # theirs is here.
    """CREATE TABLE decided (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL, signed_by TEXT NOT NULL, code TEXT NOT NULL,
        decided_at TEXT NOT NULL, decided_offset INTEGER NOT NULL) STRICT""",
    "CREATE INDEX decided_of ON decided (person_id, signed_by, decided_at)",
    *(
        f"""CREATE TRIGGER decided_no_{verb} BEFORE {verb} ON decided
        BEGIN SELECT RAISE(ABORT, 'decided is append-only'); END"""
        for verb in ("update", "delete")
    ),
    # What every reading of a program goes by: the files that were read here, each under the code
    # whose it is (``sent_as``: the one that stands in it), without those that are nobody's.
    f"""CREATE VIEW arrived AS SELECT id, rowid AS place, assignment_id, code AS sent_as,
        {_WHOSE} AS code, person_id, signed_by, read_by, made_at, made_offset
        FROM submissions WHERE mine = 0 AND {_WHOSE} <> ''""",
)
