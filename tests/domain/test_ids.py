"""Ids of several laptops merge and sort by time."""

import uuid
from datetime import UTC, datetime, timedelta

from trainer.domain.ids import local_now, new_id


def test_ids_are_uuids_of_version_seven() -> None:
    found = uuid.UUID(new_id())
    assert (found.version, found.variant) == (7, uuid.RFC_4122)


def test_ids_sort_by_the_moment_they_were_made() -> None:
    began = datetime(2026, 9, 1, tzinfo=UTC)
    ids = [new_id(began + timedelta(milliseconds=step)) for step in range(300)]
    assert ids == sorted(ids)


def test_an_id_holds_its_millisecond() -> None:
    at = datetime(2026, 9, 1, 12, 30, 15, 678000, tzinfo=UTC)
    assert uuid.UUID(new_id(at)).int >> 80 == round(at.timestamp() * 1000)


def test_ids_of_one_moment_differ() -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    assert len({new_id(at) for _ in range(5000)}) == 5000


def test_the_time_now_keeps_its_offset() -> None:
    now = local_now()
    assert now.utcoffset() is not None
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
