"""Who practises and who rates."""

from trainer.domain.errors import KnownError
from trainer.domain.response import Person
from trainer.store.db import Log, Row
from trainer.store.times import from_text, offset_of, to_text


def add_person(log: Log, person: Person) -> bool:
    """Add a person; False, and nothing changed, when the id is there already."""
    with log.atomic(durable=True):
        return log.insert_new(
            "people",
            {
                "id": person.id,
                "name": person.name,
                "created_at": to_text(person.created_at),
                "created_offset": offset_of(person.created_at),
            },
        )


def people(log: Log) -> tuple[Person, ...]:
    """Everybody in the log, oldest first."""
    return tuple(_person(r) for r in log.rows("SELECT * FROM people ORDER BY created_at, id"))


def person(log: Log, person_id: str) -> Person:
    """The person with this id; KnownError when there is none."""
    row = log.row("SELECT * FROM people WHERE id = ?", (person_id,))
    if row is None:
        raise KnownError(f"There is no person {person_id} in this log", "Check the id.")
    return _person(row)


def rename(log: Log, person_id: str, name: str) -> None:
    """Give a person another name; nothing happens when there is no such person."""
    with log.atomic(durable=True):
        log.db.conn.execute("UPDATE people SET name = ? WHERE id = ?", (name, person_id))


def answers(log: Log) -> dict[str, int]:
    """How many responses each person has given; those without one are not in it."""
    found = log.rows("SELECT person_id, COUNT(*) AS n FROM responses GROUP BY person_id")
    return {row["person_id"]: row["n"] for row in found}


def _person(row: Row) -> Person:
    return Person(row["id"], row["name"], from_text(row["created_at"], row["created_offset"]))
