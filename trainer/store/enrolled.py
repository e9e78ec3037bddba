"""Who is behind a code: kept at the program that gave the code out, and never copied for others."""

import json
import sqlite3
from collections.abc import Iterable, Mapping

from trainer.domain.ids import local_now, new_id
from trainer.store.db import Log
from trainer.store.drafts import ENROLLING, GIVING, RATERS
from trainer.store.times import offset_of, to_text


def names(log: Log) -> dict[str, str]:
    """The names that are known, by code."""
    found = log.rows("SELECT code, name FROM enrolled_names ORDER BY rowid")
    return {row["code"]: row["name"] for row in found}


def name_row(log: Log, code: str) -> str | None:
    """The id of the row that tells who is behind a code."""
    row = log.row("SELECT id FROM enrolled_names WHERE code = ?", (code,))
    return None if row is None else str(row["id"])


def keep_names(log: Log, given: Mapping[str, str]) -> None:
    """Keep who is behind each code, in place of what was known."""
    made = local_now()
    with log.atomic(durable=True):
        for code, name in given.items():
            log.db.conn.execute(
                "INSERT INTO enrolled_names (id, code, name, made_at, made_offset)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name",
                (new_id(), code, name, to_text(made), offset_of(made)),
            )


def drop_name(log: Log, code: str) -> None:
    """Keep no name behind a code any more."""
    with log.atomic(durable=True):
        log.db.conn.execute("DELETE FROM enrolled_names WHERE code = ?", (code,))


def people_of(log: Log, code: str) -> tuple[str, ...]:
    """Who sent (ids of people) what is a code's here."""
    found = log.rows("SELECT DISTINCT person_id FROM arrived WHERE code = ?", (code,))
    return tuple(row["person_id"] for row in found)


def forget_names(connection: sqlite3.Connection, ids: Iterable[str], people: Iterable[str]) -> None:
    """Take rows (ids) out, and what is being typed with a name in it: theirs, or of ``people``.

    Inside a transaction, before the people themselves go.
    """
    rows, who = json.dumps(sorted(ids)), json.dumps(sorted(people))
    connection.execute(
        f"""DELETE FROM drafts WHERE key = ? AND EXISTS (SELECT 1 FROM enrolled_names n
        WHERE n.id IN (SELECT value FROM json_each(?)) AND {_says("n.name")})""",
        (ENROLLING, rows),
    )
    for begins in (RATERS, GIVING):
        connection.execute(
            f"""DELETE FROM drafts WHERE key LIKE ? AND EXISTS (SELECT 1 FROM people p
            WHERE p.id IN (SELECT value FROM json_each(?)) AND {_says("p.name")})""",
            (f"{begins}%", who),
        )
    connection.execute(  # a file's name says a name as disks take it
        """DELETE FROM drafts WHERE key IN (SELECT ? || id FROM shares
        WHERE rater_id IN (SELECT value FROM json_each(?)))""",
        (GIVING, who),
    )
    connection.execute(
        "DELETE FROM enrolled_names WHERE id IN (SELECT value FROM json_each(?))", (rows,)
    )


def _says(name: str) -> str:
    """That a draft has a name (of a column) in it, as JSON writes it."""
    return f"instr(drafts.data, substr(json_quote({name}), 2, length(json_quote({name})) - 2))"
