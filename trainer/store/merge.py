"""One log's rows into another: what is missing is added, what is there stays, what differs is told.

Ids are the same on every laptop, and rows are never changed, but for a name and a place, so that
equal ids mean equal rows; repeated, it adds nothing. What was forgotten here stays away, unless it
is asked for.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trainer.domain.response import Recording, Video
from trainer.store import clocks, consents, forget, put_away, senders, shares, told
from trainer.store.db import Log, Row
from trainer.store.forget_scope import Scope
from trainer.store.ratings import is_known
from trainer.store.responses import recording_from
from trainer.store.trouble import row_errors
from trainer.store.videos import every_video, video_of

# What names a row, where that is not ``id``; and what belongs to one.
_KEY = {"heard": "response_id"}
# What may have become another since: a new name, another place. What is here stays. When something
# was first heard each laptop says for itself, as of what came with a share, and of a rater.
_CHANGES = {
    "people": ("name", "created_at", "created_offset"),
    "heard": ("place", "added_at", "added_offset"),
    "enrolled_names": ("name",),
}
_PARTS = {
    "ratings": (("scores", "rating_id", "place"), ("grounds", "rating_id", "of_rating")),
    "rounds": (("places", "round_id", "place"),),
    "sessions": (("assigned", "session_id", "session_id"),),
    "submissions": (("submitted", "submission_id", "response_id"),),
    "shares": (("shared", "share_id", "code"),),
    "results": (("resulted", "results_id", "response_id"),),
}
_RATED = ("heard", "rounds", "ratings", "comments", "notes", "consents")
_TESTS = ("starts", "interruptions")
_TRAVELLING = ("keys", "assignments", "taken_on", "submissions", "shares", "returned",
               "enrolled_names", "results", "decided")  # fmt: skip
# Of what rows can be forgotten by their own id.
_FORGETTABLE = ("people", "sessions", "responses", "heard", "enrolled_names", "decided")
# These name a response without the database seeing to it that there is one.
_OF_RESPONSES = ("ratings", "comments")


@dataclass(slots=True)
class Merged:
    """What became of each row, by table; ``differed`` as (table, id), left as they were here.

    ``forgotten`` were left out because they had been forgotten here.
    """

    added: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    forgotten: Counter[str] = field(default_factory=Counter)
    differed: list[tuple[str, str]] = field(default_factory=list)


def forgotten_here(log: Log, other: Log) -> Scope:
    """What of ``other`` was forgotten in ``log``, and is not there again."""
    marks = forget.marks(log)
    if not marks:
        return Scope()

    def away(table: str) -> frozenset[str]:
        found = (row["id"] for row in other.rows(f"SELECT {_KEY.get(table, 'id')} id FROM {table}"))
        return frozenset(
            one for one in found if forget.mark_of(one) in marks and not _find(log, table, one)
        )

    people, sessions = away("people"), away("sessions")
    # Of whom nothing came in there may be a decision all the same.
    decided = {row["person_id"] for row in other.rows("SELECT person_id FROM decided")}
    people |= {
        one for one in decided if forget.mark_of(one) in marks and not _find(log, "people", one)
    }
    responses = away("responses") | away("heard")
    every = other.rows("SELECT id, session_id, person_id FROM responses")
    responses |= {row["id"] for row in every if row["person_id"] in people}
    heard = other.rows("SELECT response_id, person_id FROM heard") if people else ()
    responses |= {row["response_id"] for row in heard if row["person_id"] in people}
    # A session that lost its last response comes back with one that was never here.
    sessions -= {row["session_id"] for row in every if row["id"] not in responses}
    return Scope(responses, sessions, people, names=away("enrolled_names"))


def recordings_to_add(
    log: Log,
    other: Log,
    away: Scope = Scope(),  # noqa: B008 - it is frozen
) -> Iterator[Recording]:
    """The recordings of ``other`` whose response and recording are both not in ``log``.

    Without those of ``away``, as ``forgotten_here`` finds them.
    """
    found = other.rows(
        "SELECT r.id AS response, f.* FROM responses r"
        " JOIN recordings f ON f.id = r.recording_id ORDER BY r.rowid"
    )
    for row in found:
        if row["response"] in away.responses:
            continue
        if not _find(log, "responses", row["response"]) and not _find(log, "recordings", row["id"]):
            yield recording_from(row, row["id"])


def recordings_in_both(log: Log, other: Log) -> Iterator[tuple[Recording, Recording]]:
    """Pairs of recordings with one id: here, and in ``other`` (one may be the other's FLAC)."""
    for row in other.rows("SELECT * FROM recordings ORDER BY made_at, id"):
        if mine := _find(log, "recordings", row["id"]):
            yield recording_from(mine, mine["id"]), recording_from(row, row["id"])


def videos_in_other(log: Log, other: Log, away: Scope) -> Iterator[tuple[Video | None, Video]]:
    """Every film of ``other``, each after the one that ``log`` has of the same recording.

    Without those of ``away``, as ``forgotten_here`` finds them.
    """
    unwanted = _recordings_of(other, away.responses)
    for video in every_video(other):
        if video.recording_id not in unwanted:
            yield video_of(log, video.recording_id), video


def _recordings_of(log: Log, responses: frozenset[str]) -> frozenset[str]:
    found = log.rows("SELECT id, recording_id FROM responses") if responses else ()
    return frozenset(row["recording_id"] for row in found if row["id"] in responses)


def merge(
    log: Log,
    other: Log,
    *,
    without: frozenset[str] = frozenset(),
    without_films: frozenset[str] = frozenset(),
    away: Scope = Scope(),  # noqa: B008 - it is frozen
    stranger: bool = False,
) -> Merged:
    """Add to ``log`` what only ``other`` has, in one step that is on the disk when it returns.

    The files are to be in place. ``without`` are recordings (ids) whose place is taken by another
    file: their responses are told as differing, and left out. ``without_films`` likewise. ``away``
    was forgotten here (see ``forgotten_here``) and is left out with all that belongs to it. Of a
    ``stranger`` neither keys nor assignments are taken, nor what was half typed or forgotten there.
    """
    done = Merged()
    wanted = _Wanted(other, away, done, {} if stranger else _known_by_key(log, other, away))
    with log.atomic(durable=True):
        empty = log.row("SELECT 1 FROM people") is None
        for table in ("people", "sessions"):
            _by_id(log, wanted, table, done)
        _ends(log, wanted, done)
        _responses(log, wanted, without, done)
        for table in (*_RATED, *_TESTS, *(() if stranger else _TRAVELLING)):
            _by_id(log, wanted, table, done)
        if done.added["decided"]:
            senders.call_by_codes(log)
        _videos(log, wanted, without_films, done)
        _measures(log, wanted, done)
        if not stranger:
            _marks(log, other)
            _drafts(log, wanted, empty=empty)
    return done


def _known_by_key(log: Log, other: Log, away: Scope) -> dict[str, str]:
    """Whoever was given shares and has an id too many there, by that id: who they are here.

    A rater is who signs with a key. Not who did anything else there, and not who is here as well:
    rows do not change. A log that an older Attune merged is put right by way of an empty folder.
    """
    known = dict(reversed((*shares.raters_by_key(log), *shares.raters_by_key(other))))
    apart = {row["id"] for row in log.rows("SELECT id FROM people")}
    apart |= {row["person_id"] for row in other.rows("SELECT person_id FROM sessions")}
    apart |= {row["person_id"] for row in other.rows("SELECT person_id FROM submissions")}
    return {
        rater: known[key]
        for key, rater in shares.raters_by_key(other)
        if rater not in (known[key], *apart) and known[key] not in away.people
    }


class _Wanted:
    """The rows of the other log, without what is to stay away.

    ``known`` are raters there (ids) with the ids that they have here.
    """

    def __init__(self, other: Log, away: Scope, done: Merged, known: Mapping[str, str]) -> None:
        self._other, self._done, self._known = other, done, known
        # By the column that names one; a rating's rater counts as its person.
        self._away = {
            "response_id": away.responses, "session_id": away.sessions,
            "person_id": away.people, "rater_id": away.people, "id": away.ids,
            "recording_id": _recordings_of(other, away.responses),
        }  # fmt: skip

    def rows(self, table: str, order: str) -> Iterator[Row]:
        """The rows of one table."""
        for row in self._other.rows(f"SELECT * FROM {table} ORDER BY {order}"):
            if self._is_away(row):
                self._done.forgotten[table] += 1
            elif table != "people" or row["id"] not in self._known:
                yield self._as_here(row)

    def parts(self, table: str, row_id: str) -> list[tuple[str, Row]]:
        """The rows that belong to one of ``table``, likewise."""
        every = _parts(self._other, table, row_id)
        return [(part, self._as_here(row)) for part, row in every if not self._is_away(row)]

    def recording(self, row_id: str) -> Row:
        """The recording of a response that is there."""
        row = _find(self._other, "recordings", row_id)
        assert row is not None  # a reference, which was checked
        return row

    def _as_here(self, row: Row) -> Row:
        rater = self._known.get(row.get("rater_id", ""))
        return row if rater is None else {**row, "rater_id": rater}

    def _is_away(self, row: Row) -> bool:
        """Whether a row is, or belongs to, what is to stay away."""
        if "key" in row:  # a draft names what it is about somewhere in it
            return any(one in f"{row['key']} {row['data']}" for one in self._away["id"])
        return any(row.get(column) in ids for column, ids in self._away.items())


def _find(log: Log, table: str, row_id: str) -> Row | None:
    return log.row(f"SELECT * FROM {table} WHERE {_KEY.get(table, 'id')} = ?", (row_id,))


def _by_id(log: Log, wanted: _Wanted, table: str, done: Merged) -> None:
    # In the order in which they were written: a correction comes after what it corrects.
    for row in wanted.rows(table, "rowid"):
        row_id = row[_KEY.get(table, "id")]
        mine = _find(log, table, row_id)
        parts = wanted.parts(table, row_id)
        if mine is None and table in _OF_RESPONSES and not is_known(log, row["response_id"]):
            done.differed.append((table, row_id))
        elif mine is None:
            _insert(log, table, row_id, [(table, row), *parts], done)
        elif _alike(table, mine, row) and _parts(log, table, row_id) == parts:
            done.there[table] += 1
        else:
            done.differed.append((table, row_id))


def _alike(table: str, mine: Row, row: Row) -> bool:
    return mine == {**row, **{one: mine[one] for one in _CHANGES.get(table, ())}}


def _parts(log: Log, table: str, row_id: str) -> list[tuple[str, Row]]:
    """The rows that belong to one row of ``table`` and come and stay with it."""
    return [
        (part, row)
        for part, column, order in _PARTS.get(table, ())
        for row in log.rows(f"SELECT * FROM {part} WHERE {column} = ? ORDER BY {order}", (row_id,))
    ]


def _ends(log: Log, wanted: _Wanted, done: Merged) -> None:
    # They have no id that means anything elsewhere: equal in everything is the same.
    for row in wanted.rows("session_ends", "id"):
        del row["id"]
        same = " AND ".join(f"{name} IS :{name}" for name in row)
        if log.row(f"SELECT 1 FROM session_ends WHERE {same}", row):
            done.there["session_ends"] += 1
        else:
            _insert(log, "session_ends", row["session_id"], [("session_ends", row)], done)


def _responses(log: Log, wanted: _Wanted, without: frozenset[str], done: Merged) -> None:
    for row in wanted.rows("responses", "rowid"):
        mine = _find(log, "responses", row["id"])
        if mine == row:
            done.there["responses"] += 1
        elif mine is not None or row["recording_id"] in without:
            done.differed.append(("responses", row["id"]))
        else:
            recording = wanted.recording(row["recording_id"])
            parts = [("recordings", recording), ("responses", row)]
            _insert(log, "responses", row["id"], parts, done)


def _videos(log: Log, wanted: _Wanted, without: frozenset[str], done: Merged) -> None:
    for row in wanted.rows("videos", "recording_id"):
        key = row["recording_id"]
        mine = log.row("SELECT * FROM videos WHERE recording_id = ?", (key,))
        if mine == row:
            done.there["videos"] += 1
        elif mine is not None or key in without or not _find(log, "recordings", key):
            done.differed.append(("videos", key))
        else:
            _insert(log, "videos", key, [("videos", row)], done)


def _measures(log: Log, wanted: _Wanted, done: Merged) -> None:
    # Derived, and made anew at any time: those that are here count.
    for row in wanted.rows("measures", "response_id"):
        key = row["response_id"]
        if log.row("SELECT 1 FROM measures WHERE response_id = ?", (key,)):
            done.there["measures"] += 1
        else:
            _insert(log, "measures", key, [("measures", row)], done)


def _drafts(log: Log, wanted: _Wanted, *, empty: bool) -> None:
    """Half-typed scores belong to a log that nobody has gone on with; that a round or an
    assignment was put away comes along with it, what a program was told with the files that told
    it, what was said of answers that are not here yet, and when files by a wrong clock came.
    """
    for row in wanted.rows("drafts", "key"):
        if row["key"].startswith(put_away.BEGINS):
            put_away.add_others(log, row)
        elif row["key"].startswith(told.BEGINS):
            told.add_others(log, row)
        elif row["key"].startswith(clocks.CAME):
            clocks.add_others(log, row)
        elif row["key"].startswith(consents.WAITING):
            if log.row("SELECT 1 FROM drafts WHERE key = ?", (row["key"],)) is None:
                log.insert("drafts", row)
        elif empty and log.row("SELECT 1 FROM drafts WHERE key = ?", (row["key"],)) is None:
            log.insert("drafts", row)


def _marks(log: Log, other: Log) -> None:
    """What was forgotten there stays away from here too, but for what is here."""
    strange = forget.marks(other) - forget.marks(log)
    for row in other.rows("SELECT * FROM forgotten") if strange else ():
        if row["mark"] in strange:
            log.insert("forgotten", row)
    for table in _FORGETTABLE if forget.marks(log) else ():
        # Of whom nothing came in a decision tells all the same that they are here.
        key = "person_id" if table == "decided" else _KEY.get(table, "id")
        forget.unmark(log, (row[key] for row in log.rows(f"SELECT {key} FROM {table}")))


def _insert(log: Log, table: str, row_id: str, rows: list[tuple[str, Row]], done: Merged) -> None:
    """Add rows that belong together; all or none, when they do not fit what is here."""
    try:
        with log.atomic():
            for name, row in rows:
                log.insert(name, row)
    except row_errors():
        done.differed.append((table, row_id))
    else:
        done.added[table] += 1
