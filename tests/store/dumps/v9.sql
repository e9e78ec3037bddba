BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
) STRICT;
INSERT INTO "_sqlite_migrations" VALUES(1,'attune-log','m001','2026-11-26 16:49:27.376105+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'attune-log','m002','2026-11-26 16:49:27.376785+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'attune-log','m003','2026-11-26 16:49:27.377151+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'attune-log','m004','2026-11-26 16:49:27.377535+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'attune-log','m005','2026-11-26 16:49:27.377772+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'attune-log','m006','2026-11-26 16:49:27.380148+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'attune-log','m007','2026-11-26 16:49:27.381005+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'attune-log','m008','2026-11-26 16:49:27.382885+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'attune-log','m009','2026-11-26 16:49:27.383352+00:00');
CREATE TABLE assigned (
        session_id TEXT PRIMARY KEY REFERENCES sessions(id),
        assignment_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE assignments (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL, document TEXT NOT NULL,
        mine INTEGER NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE comments (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL, rater_id TEXT NOT NULL,
        at_s REAL NOT NULL, text TEXT NOT NULL, marker TEXT NOT NULL,
        supersedes TEXT REFERENCES comments(id),
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
INSERT INTO "comments" VALUES('019d450d-6900-73c4-a2fd-d30c8848793d','019d450d-6900-771f-8c9c-f05f78db6c92','me',4.5,'stays with it','owns-part',NULL,'2026-03-31T18:00:00.000000Z',330);
CREATE TABLE consents (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL REFERENCES responses(id),
        use TEXT NOT NULL, keep_until TEXT,
        stated_at TEXT NOT NULL, stated_offset INTEGER NOT NULL) STRICT;
CREATE TABLE decided (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL, signed_by TEXT NOT NULL, code TEXT NOT NULL,
        decided_at TEXT NOT NULL, decided_offset INTEGER NOT NULL) STRICT;
CREATE TABLE drafts (
        key TEXT PRIMARY KEY, data TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT;
INSERT INTO "drafts" VALUES('rate','{"warmth": 3}','2026-11-26T16:49:27.440071Z');
CREATE TABLE enrolled_names (
        id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE forgetting (
        kind TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (kind, value)) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten (
        mark TEXT PRIMARY KEY,
        forgotten_at TEXT NOT NULL, forgotten_offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE grounds (
        rating_id TEXT NOT NULL REFERENCES ratings(id), of_rating TEXT NOT NULL,
        PRIMARY KEY (rating_id, of_rating)) STRICT, WITHOUT ROWID;
CREATE TABLE heard (
        response_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, place TEXT NOT NULL,
        pack TEXT, pack_version INTEGER, vignette TEXT, vignette_version INTEGER, turn TEXT,
        person_id TEXT, duration_s REAL, stimulus_end_s REAL,
        added_at TEXT NOT NULL, added_offset INTEGER NOT NULL) STRICT;
INSERT INTO "heard" VALUES('019d450d-6900-771f-8c9c-f05f78db6c92','abababababababababababababababababababababababababababababababab','/elsewhere/Ü.flac','core',3,'late-again',2,'t1',NULL,12.5,2.0,'2026-03-31T18:00:00.000000Z',330);
CREATE TABLE interruptions (
        id TEXT PRIMARY KEY, start_id TEXT NOT NULL REFERENCES starts(id),
        assignment_id TEXT NOT NULL, person_id TEXT NOT NULL REFERENCES people(id),
        what TEXT NOT NULL, phase TEXT NOT NULL,
        happened_at TEXT NOT NULL, happened_offset INTEGER NOT NULL) STRICT;
CREATE TABLE keys (
        id TEXT PRIMARY KEY, reads TEXT NOT NULL, signs TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE measures (
        response_id TEXT PRIMARY KEY REFERENCES responses(id), version INTEGER NOT NULL,
        duration_s REAL NOT NULL, onset_s REAL, onset_error_s REAL, speech_s REAL NOT NULL,
        pauses TEXT NOT NULL, longest_pause_s REAL NOT NULL, loudness_lufs REAL, peak_dbfs REAL,
        clipped INTEGER NOT NULL, f0_median_hz REAL, f0_sd_semitones REAL, syllables_per_s REAL,
        snr_db REAL, problems TEXT NOT NULL) STRICT;
INSERT INTO "measures" VALUES('019d450d-6900-7782-b4f8-dc18d2e91236',3,12.5,2.6,0.03,7.25,'[[4.0, 4.75], [8.0, 9.5]]',1.5,-21.5,-3.0,2,180.0,2.5,4.25,NULL,'["The room is noisy."]');
CREATE TABLE notes (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL REFERENCES responses(id),
        change_next TEXT NOT NULL, hooked INTEGER, criteria_met TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
INSERT INTO "notes" VALUES('019d450d-6900-788f-8dd2-519846870b9a','019d450d-6900-7782-b4f8-dc18d2e91236','wait a breath',1,'[0, 2]','2026-03-31T18:00:00.000000Z',330);
CREATE TABLE people (
        id TEXT PRIMARY KEY, name TEXT NOT NULL,
        created_at TEXT NOT NULL, created_offset INTEGER NOT NULL) STRICT;
INSERT INTO "people" VALUES('019d450d-6900-789f-9cdf-17dce83b6069','A. B.','2026-03-31T18:00:00.000000Z',330);
CREATE TABLE places (
        round_id TEXT NOT NULL REFERENCES rounds(id), place INTEGER NOT NULL,
        response_id TEXT NOT NULL, reference INTEGER NOT NULL,
        PRIMARY KEY (round_id, place)) STRICT, WITHOUT ROWID;
INSERT INTO "places" VALUES('019d450d-6900-7f2a-9c44-4da0e531ba67',0,'019d450d-6900-771f-8c9c-f05f78db6c92',0);
INSERT INTO "places" VALUES('019d450d-6900-7f2a-9c44-4da0e531ba67',1,'019d450d-6900-7782-b4f8-dc18d2e91236',1);
CREATE TABLE "ratings" (
        id TEXT PRIMARY KEY, response_id TEXT NOT NULL,
        rater_id TEXT NOT NULL, role TEXT NOT NULL,
        pack TEXT NOT NULL, rubric TEXT NOT NULL, rubric_version INTEGER NOT NULL,
        before_feedback INTEGER NOT NULL, locked_at TEXT NOT NULL, locked_offset INTEGER NOT NULL,
        supersedes TEXT REFERENCES ratings(id), round_id TEXT REFERENCES rounds(id),
        blind INTEGER, beyond_s REAL, second_opinion INTEGER NOT NULL) STRICT;
INSERT INTO "ratings" VALUES('019d450d-6900-769a-ad00-f9ca1812fd76','019d450d-6900-7782-b4f8-dc18d2e91236','me','self','core','alliance',2,1,'2026-03-31T18:00:00.000000Z',330,NULL,NULL,NULL,NULL,0);
INSERT INTO "ratings" VALUES('019d4511-fce0-7454-8a08-d3f99f5ff2bf','019d450d-6900-7782-b4f8-dc18d2e91236','me','self','core','alliance',2,1,'2026-03-31T18:05:00.000000Z',330,'019d450d-6900-769a-ad00-f9ca1812fd76',NULL,NULL,NULL,0);
CREATE TABLE recordings (
        id TEXT PRIMARY KEY, file TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
        size_bytes INTEGER NOT NULL, duration_s REAL NOT NULL, sample_rate INTEGER NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL, gaps INTEGER, holes TEXT) STRICT;
INSERT INTO "recordings" VALUES('01a218c3-135c-7a06-b353-bf886910d226','2026/03/019d450d-6900-7782-b4f8-dc18d2e91236.wav','f5d1feb93bc184fef42d4d03619ca6265a121bd8399c9ea56c639643a9d0c26d',1004,12.5,48000,'2026-11-26T16:49:27.388312Z',0,2,'[{"kind": "gap", "at_s": 3.5, "missing_s": 0.25, "silence_s": 0.0}, {"kind": "lost", "at_s": 6.0, "missing_s": 2.5, "silence_s": 2.5}]');
CREATE TABLE responses (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id),
        session_id TEXT NOT NULL REFERENCES sessions(id),
        pack TEXT NOT NULL, pack_version INTEGER NOT NULL,
        vignette TEXT NOT NULL, vignette_version INTEGER NOT NULL, turn TEXT NOT NULL,
        attempt INTEGER NOT NULL, position INTEGER NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL, ended_by TEXT NOT NULL,
        recording_id TEXT NOT NULL UNIQUE REFERENCES recordings(id),
        stimulus_end_s REAL, stimulus_end_error_s REAL, change_tried TEXT NOT NULL, stopped_at_s REAL) STRICT;
INSERT INTO "responses" VALUES('019d450d-6900-7782-b4f8-dc18d2e91236','019d450d-6900-789f-9cdf-17dce83b6069','019d450d-6900-7963-8ba4-53c3c6119a95','core',3,'late-again',2,'t1',1,1,'2026-03-31T18:00:00.000000Z',330,'person','01a218c3-135c-7a06-b353-bf886910d226',2.0,0.02,'',8.25);
CREATE TABLE resulted (
        results_id TEXT NOT NULL, response_id TEXT NOT NULL, facts TEXT NOT NULL,
        PRIMARY KEY (results_id, response_id)) STRICT, WITHOUT ROWID;
CREATE TABLE results (
        id TEXT PRIMARY KEY, mine INTEGER NOT NULL, person_id TEXT NOT NULL,
        document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE returned (
        id TEXT PRIMARY KEY, share_id TEXT NOT NULL, mine INTEGER NOT NULL,
        rater_id TEXT NOT NULL, document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE rounds (
        id TEXT PRIMARY KEY, rater_id TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
        pack TEXT NOT NULL, rubric TEXT NOT NULL, rubric_version INTEGER NOT NULL,
        began_at TEXT NOT NULL, began_offset INTEGER NOT NULL) STRICT;
INSERT INTO "rounds" VALUES('019d450d-6900-7f2a-9c44-4da0e531ba67','me','live','Spring, group A','core','alliance',2,'2026-03-31T18:00:00.000000Z',330);
CREATE TABLE scores (
        rating_id TEXT NOT NULL REFERENCES ratings(id), item TEXT NOT NULL,
        place INTEGER NOT NULL, score REAL,
        response_id TEXT NOT NULL, rater_id TEXT NOT NULL,
        PRIMARY KEY (rating_id, item)) STRICT, WITHOUT ROWID;
INSERT INTO "scores" VALUES('019d450d-6900-769a-ad00-f9ca1812fd76','metacommunication',2,NULL,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
INSERT INTO "scores" VALUES('019d450d-6900-769a-ad00-f9ca1812fd76','repair',1,4.5,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
INSERT INTO "scores" VALUES('019d450d-6900-769a-ad00-f9ca1812fd76','warmth',0,3.0,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
INSERT INTO "scores" VALUES('019d4511-fce0-7454-8a08-d3f99f5ff2bf','metacommunication',2,NULL,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
INSERT INTO "scores" VALUES('019d4511-fce0-7454-8a08-d3f99f5ff2bf','repair',1,5.0,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
INSERT INTO "scores" VALUES('019d4511-fce0-7454-8a08-d3f99f5ff2bf','warmth',0,3.0,'019d450d-6900-7782-b4f8-dc18d2e91236','me');
CREATE TABLE session_ends (
        id INTEGER PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),
        felt TEXT NOT NULL, reflection TEXT NOT NULL,
        ended_at TEXT NOT NULL, ended_offset INTEGER NOT NULL) STRICT;
INSERT INTO "session_ends" VALUES(1,'019d450d-6900-7963-8ba4-53c3c6119a95','right','slower','2026-03-31T18:05:00.000000Z',330);
CREATE TABLE sessions (
        id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id),
        pack TEXT NOT NULL, set_id TEXT NOT NULL, objective TEXT NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL) STRICT;
INSERT INTO "sessions" VALUES('019d450d-6900-7963-8ba4-53c3c6119a95','019d450d-6900-789f-9cdf-17dce83b6069','core','first-evening','stay curious','2026-03-31T18:00:00.000000Z',330);
CREATE TABLE shared (
        share_id TEXT NOT NULL, code TEXT NOT NULL, response_id TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (share_id, code)) STRICT, WITHOUT ROWID;
CREATE TABLE shares (
        id TEXT PRIMARY KEY, mine INTEGER NOT NULL, rater_id TEXT,
        document TEXT NOT NULL, signed_by TEXT NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL) STRICT;
CREATE TABLE starts (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id),
        pack TEXT NOT NULL, pack_version INTEGER NOT NULL,
        vignette TEXT NOT NULL, vignette_version INTEGER NOT NULL, position INTEGER NOT NULL,
        started_at TEXT NOT NULL, started_offset INTEGER NOT NULL) STRICT;
CREATE TABLE submissions (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL, code TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id), signed_by TEXT NOT NULL,
        mine INTEGER NOT NULL,
        made_at TEXT NOT NULL, made_offset INTEGER NOT NULL, read_by TEXT) STRICT;
CREATE TABLE submitted (
        submission_id TEXT NOT NULL, response_id TEXT NOT NULL,
        PRIMARY KEY (submission_id, response_id)) STRICT, WITHOUT ROWID;
CREATE TABLE taken_on (
        id TEXT PRIMARY KEY, assignment_id TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people(id), code TEXT NOT NULL,
        agreed_to TEXT NOT NULL,
        taken_at TEXT NOT NULL, taken_offset INTEGER NOT NULL) STRICT;
CREATE TABLE videos (
        recording_id TEXT PRIMARY KEY REFERENCES recordings(id), file TEXT NOT NULL UNIQUE,
        sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, duration_s REAL NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        starts_s REAL, starts_error_s REAL) STRICT;
INSERT INTO "videos" VALUES('01a218c3-135c-7a06-b353-bf886910d226','2026/03/019d450d-6900-7782-b4f8-dc18d2e91236.mkv','60a7b35f441e9e23f80acc86ca0076c77f381526f8045772cc13444d21d4082c',52,9.5,1280,720,2.125,0.05);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX sessions_of_person ON sessions (person_id, started_at, id);
CREATE INDEX ends_of_session ON session_ends (session_id, ended_at);
CREATE INDEX responses_of_person ON responses (person_id, started_at, id);
CREATE INDEX responses_of_vignette
        ON responses (person_id, vignette, pack, turn, started_at, id, attempt);
CREATE INDEX responses_of_session ON responses (session_id, position);
CREATE INDEX scores_of_response ON scores (response_id, item, rater_id, score);
CREATE INDEX notes_of_response ON notes (response_id, made_at);
CREATE TRIGGER responses_no_update BEFORE update ON responses
        BEGIN SELECT RAISE(ABORT, 'responses is append-only'); END;
CREATE TRIGGER responses_no_delete BEFORE delete ON responses
        BEGIN SELECT RAISE(ABORT, 'responses is append-only'); END;
CREATE TRIGGER scores_no_update BEFORE update ON scores
        BEGIN SELECT RAISE(ABORT, 'scores is append-only'); END;
CREATE TRIGGER scores_no_delete BEFORE delete ON scores
        BEGIN SELECT RAISE(ABORT, 'scores is append-only'); END;
CREATE TRIGGER sessions_no_update BEFORE update ON sessions
        BEGIN SELECT RAISE(ABORT, 'sessions is append-only'); END;
CREATE TRIGGER sessions_no_delete BEFORE delete ON sessions
        BEGIN SELECT RAISE(ABORT, 'sessions is append-only'); END;
CREATE TRIGGER session_ends_no_update BEFORE update ON session_ends
        BEGIN SELECT RAISE(ABORT, 'session_ends is append-only'); END;
CREATE TRIGGER session_ends_no_delete BEFORE delete ON session_ends
        BEGIN SELECT RAISE(ABORT, 'session_ends is append-only'); END;
CREATE TRIGGER notes_no_update BEFORE update ON notes
        BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;
CREATE TRIGGER notes_no_delete BEFORE delete ON notes
        BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;
CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END;
CREATE TRIGGER recordings_no_update
        BEFORE UPDATE OF id, duration_s, made_at, made_offset, gaps, holes ON recordings
        BEGIN SELECT RAISE(ABORT, 'recordings is append-only'); END;
CREATE INDEX consents_of_response ON consents (response_id, stated_at);
CREATE INDEX consents_until ON consents (keep_until) WHERE keep_until IS NOT NULL;
CREATE TRIGGER consents_no_update BEFORE update ON consents
        BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END;
CREATE TRIGGER consents_no_delete BEFORE delete ON consents
        BEGIN SELECT RAISE(ABORT, 'consents is append-only'); END;
CREATE TRIGGER videos_no_update BEFORE update ON videos
            BEGIN SELECT RAISE(ABORT, 'videos is append-only'); END;
CREATE TRIGGER videos_no_delete BEFORE delete ON videos
            BEGIN SELECT RAISE(ABORT, 'videos is append-only'); END;
CREATE INDEX ratings_of_response ON ratings (response_id, role, locked_at);
CREATE INDEX ratings_superseded ON ratings (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX ratings_of_round ON ratings (round_id) WHERE round_id IS NOT NULL;
CREATE INDEX rounds_of_rater ON rounds (rater_id, began_at);
CREATE INDEX comments_of_response ON comments (response_id, at_s);
CREATE TRIGGER ratings_no_update BEFORE update ON ratings
        BEGIN SELECT RAISE(ABORT, 'ratings is append-only'); END;
CREATE TRIGGER ratings_no_delete BEFORE delete ON ratings
        BEGIN SELECT RAISE(ABORT, 'ratings is append-only'); END;
CREATE TRIGGER rounds_no_update BEFORE update ON rounds
        BEGIN SELECT RAISE(ABORT, 'rounds is append-only'); END;
CREATE TRIGGER rounds_no_delete BEFORE delete ON rounds
        BEGIN SELECT RAISE(ABORT, 'rounds is append-only'); END;
CREATE TRIGGER places_no_update BEFORE update ON places
        BEGIN SELECT RAISE(ABORT, 'places is append-only'); END;
CREATE TRIGGER places_no_delete BEFORE delete ON places
        BEGIN SELECT RAISE(ABORT, 'places is append-only'); END;
CREATE TRIGGER comments_no_update BEFORE update ON comments
        BEGIN SELECT RAISE(ABORT, 'comments is append-only'); END;
CREATE TRIGGER comments_no_delete BEFORE delete ON comments
        BEGIN SELECT RAISE(ABORT, 'comments is append-only'); END;
CREATE TRIGGER grounds_no_update BEFORE update ON grounds
        BEGIN SELECT RAISE(ABORT, 'grounds is append-only'); END;
CREATE TRIGGER grounds_no_delete BEFORE delete ON grounds
        BEGIN SELECT RAISE(ABORT, 'grounds is append-only'); END;
CREATE TRIGGER heard_no_update BEFORE UPDATE OF response_id, sha256, pack, pack_version,
        vignette, vignette_version, turn, person_id, duration_s, stimulus_end_s ON heard
        BEGIN SELECT RAISE(ABORT, 'heard is append-only'); END;
CREATE TRIGGER heard_no_delete BEFORE DELETE ON heard
        BEGIN SELECT RAISE(ABORT, 'heard is append-only'); END;
CREATE INDEX assignments_by_id ON assignments (assignment_id, made_at);
CREATE INDEX submissions_of ON submissions (assignment_id, code, made_at);
CREATE TRIGGER keys_no_update BEFORE update ON keys
        BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER keys_no_delete BEFORE delete ON keys
        BEGIN SELECT RAISE(ABORT, 'keys is append-only'); END;
CREATE TRIGGER assignments_no_update BEFORE update ON assignments
        BEGIN SELECT RAISE(ABORT, 'assignments is append-only'); END;
CREATE TRIGGER assignments_no_delete BEFORE delete ON assignments
        BEGIN SELECT RAISE(ABORT, 'assignments is append-only'); END;
CREATE TRIGGER taken_on_no_update BEFORE update ON taken_on
        BEGIN SELECT RAISE(ABORT, 'taken_on is append-only'); END;
CREATE TRIGGER taken_on_no_delete BEFORE delete ON taken_on
        BEGIN SELECT RAISE(ABORT, 'taken_on is append-only'); END;
CREATE TRIGGER assigned_no_update BEFORE update ON assigned
        BEGIN SELECT RAISE(ABORT, 'assigned is append-only'); END;
CREATE TRIGGER assigned_no_delete BEFORE delete ON assigned
        BEGIN SELECT RAISE(ABORT, 'assigned is append-only'); END;
CREATE TRIGGER submissions_no_update BEFORE update ON submissions
        BEGIN SELECT RAISE(ABORT, 'submissions is append-only'); END;
CREATE TRIGGER submissions_no_delete BEFORE delete ON submissions
        BEGIN SELECT RAISE(ABORT, 'submissions is append-only'); END;
CREATE TRIGGER submitted_no_update BEFORE update ON submitted
        BEGIN SELECT RAISE(ABORT, 'submitted is append-only'); END;
CREATE TRIGGER submitted_no_delete BEFORE delete ON submitted
        BEGIN SELECT RAISE(ABORT, 'submitted is append-only'); END;
CREATE INDEX starts_of ON starts (assignment_id, person_id, started_at);
CREATE INDEX interruptions_of ON interruptions (assignment_id, person_id, happened_at);
CREATE INDEX interruptions_of_start ON interruptions (start_id);
CREATE TRIGGER starts_no_update BEFORE update ON starts
        BEGIN SELECT RAISE(ABORT, 'starts is append-only'); END;
CREATE TRIGGER starts_no_delete BEFORE delete ON starts
        BEGIN SELECT RAISE(ABORT, 'starts is append-only'); END;
CREATE TRIGGER interruptions_no_update BEFORE update ON interruptions
        BEGIN SELECT RAISE(ABORT, 'interruptions is append-only'); END;
CREATE TRIGGER interruptions_no_delete BEFORE delete ON interruptions
        BEGIN SELECT RAISE(ABORT, 'interruptions is append-only'); END;
CREATE INDEX shared_of_response ON shared (response_id);
CREATE INDEX returned_of_share ON returned (share_id, made_at);
CREATE TRIGGER shares_no_update BEFORE update ON shares
        BEGIN SELECT RAISE(ABORT, 'shares is append-only'); END;
CREATE TRIGGER shares_no_delete BEFORE delete ON shares
        BEGIN SELECT RAISE(ABORT, 'shares is append-only'); END;
CREATE TRIGGER shared_no_update BEFORE update ON shared
        BEGIN SELECT RAISE(ABORT, 'shared is append-only'); END;
CREATE TRIGGER shared_no_delete BEFORE delete ON shared
        BEGIN SELECT RAISE(ABORT, 'shared is append-only'); END;
CREATE TRIGGER returned_no_update BEFORE update ON returned
        BEGIN SELECT RAISE(ABORT, 'returned is append-only'); END;
CREATE TRIGGER returned_no_delete BEFORE delete ON returned
        BEGIN SELECT RAISE(ABORT, 'returned is append-only'); END;
CREATE INDEX resulted_of_response ON resulted (response_id);
CREATE TRIGGER results_no_update BEFORE update ON results
        BEGIN SELECT RAISE(ABORT, 'results is append-only'); END;
CREATE TRIGGER results_no_delete BEFORE delete ON results
        BEGIN SELECT RAISE(ABORT, 'results is append-only'); END;
CREATE TRIGGER resulted_no_update BEFORE update ON resulted
        BEGIN SELECT RAISE(ABORT, 'resulted is append-only'); END;
CREATE TRIGGER resulted_no_delete BEFORE delete ON resulted
        BEGIN SELECT RAISE(ABORT, 'resulted is append-only'); END;
CREATE INDEX decided_of ON decided (person_id, signed_by, decided_at);
CREATE TRIGGER decided_no_update BEFORE update ON decided
        BEGIN SELECT RAISE(ABORT, 'decided is append-only'); END;
CREATE TRIGGER decided_no_delete BEFORE delete ON decided
        BEGIN SELECT RAISE(ABORT, 'decided is append-only'); END;
CREATE VIEW arrived AS SELECT id, rowid AS place, assignment_id, code AS sent_as,
        COALESCE((SELECT d.code FROM decided d
        WHERE d.person_id = submissions.person_id AND d.signed_by = submissions.signed_by
          AND (d.code = '' OR EXISTS (SELECT 1
            FROM assignments a, json_each(a.document, '$.enrolled') e
            WHERE a.assignment_id = submissions.assignment_id AND a.mine = 1
              AND json_extract(e.value, '$.code') = d.code))
        ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), code) AS code, person_id, signed_by, read_by, made_at, made_offset
        FROM submissions WHERE mine = 0 AND COALESCE((SELECT d.code FROM decided d
        WHERE d.person_id = submissions.person_id AND d.signed_by = submissions.signed_by
          AND (d.code = '' OR EXISTS (SELECT 1
            FROM assignments a, json_each(a.document, '$.enrolled') e
            WHERE a.assignment_id = submissions.assignment_id AND a.mine = 1
              AND json_extract(e.value, '$.code') = d.code))
        ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), code) <> '';
COMMIT;
PRAGMA user_version = 9;
