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


def _person(row: Row) -> Person:
    return Person(row["id"], row["name"], from_text(row["created_at"], row["created_offset"]))
