"""Write the dump of today's version: ``python -m tests.store.make_dump``. Once per new version.

The rows are the same in each, so that one test reads them all. A stored dump is never made again.
"""

import tempfile
from pathlib import Path

from tests.store import made
from trainer.domain.response import SessionEnd
from trainer.store import (
    comments,
    drafts,
    heard,
    measures,
    migrations,
    notes,
    ratings,
    recordings,
    rounds,
    sessions,
)  # fmt: skip
from trainer.store.db import open_log


def main() -> None:
    version = len(migrations.STEPS)
    with tempfile.TemporaryDirectory() as place:
        log = open_log(Path(place))
        plan = made.plan(made.begun(log))
        wav = made.write_wav(recordings.begin_take(log.folder, plan))
        made.film(log.folder, plan.response_id)
        one = made.take_in(log, plan, wav)
        made.filmed(log, one)
        old = made.rating(one.id)
        ratings.add_rating(log, old)
        scores = {"warmth": 3.0, "repair": 5.0, "metacommunication": None}
        at = made.later(5)
        ratings.add_rating(log, made.rating(one.id, scores=scores, at=at, supersedes=old.id))
        measures.save_measures(log, one.id, made.measures())
        notes.add_note(log, made.note(one.id, "wait a breath"))
        sessions.end_session(log, SessionEnd(one.session_id, "right", "slower", at))
        drafts.save_draft(log, "rate", {"warmth": 3})
        elsewhere = made.heard()
        heard.add_heard(log, elsewhere)
        rounds.add_round(log, made.round_of(elsewhere.response_id, one.id, reference=one.id))
        comments.add_comment(log, made.comment(elsewhere.response_id))
        lines = [*log.db.iterdump(), f"PRAGMA user_version = {version};", ""]
        log.close()
    target = Path(__file__).parent / "dumps" / f"v{version}.sql"
    target.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
