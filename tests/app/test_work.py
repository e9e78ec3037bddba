"""Jobs run off the window's thread, in order, and nobody who has gone hears of them."""

import threading
from pathlib import Path

import pytest

from tests.app.office import Office
from trainer.app.work import InlineRunner, Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.store.db import Log, open_log

GONE = KnownError("It is gone", "Look elsewhere.")


def test_the_log_is_opened_once_on_its_own_thread_by_the_first_job(office: Office) -> None:
    assert office.opened_on == []
    names: list[str] = []
    for _ in range(3):
        office.work.database(lambda _log: threading.current_thread().name, names.append)
    office.fetch(3)
    assert len(set(names)) == 1
    assert office.opened_on == names[:1]
    assert names[0] != threading.current_thread().name


def test_jobs_of_the_log_are_done_in_the_order_asked(office: Office) -> None:
    done: list[int] = []
    for number in range(50):
        (office.work.database if number % 2 else office.work.change)(
            lambda _log, n=number: done.append(n) or Outcome(None, Changes.NOTHING)
        )
    office.fetch(50)
    assert done == list(range(50))


def test_a_change_is_told_to_everybody_before_whoever_asked(office: Office) -> None:
    order: list[str] = []
    office.bus.subscribe(lambda _changes, _: order.append("everybody"))
    office.work.change(lambda _log: Outcome(7, Changes.NOTES), lambda v: order.append(f"asked {v}"))
    office.fetch()
    assert order == ["everybody", "asked 7"]
    assert office.told == [Changes.NOTES]


def test_who_has_gone_hears_nothing_but_the_change_is_told(office: Office) -> None:
    heard: list[object] = []

    def alive() -> bool:
        return False

    office.work.database(lambda _log: 1, heard.append, alive=alive)
    office.work.background(lambda _cancel: 1, heard.append, alive=alive)
    office.work.change(lambda _log: Outcome(1, Changes.PEOPLE), heard.append, alive=alive)
    office.fetch(3)
    assert heard == []
    assert office.told == [Changes.PEOPLE]


def test_a_failure_goes_to_whoever_asked_and_else_to_the_window(office: Office) -> None:
    def fail(_: object) -> Outcome[None]:
        raise GONE

    mine: list[Exception] = []
    for ask in (office.work.database, office.work.change, office.work.background):
        ask(fail, failed=mine.append)
    office.fetch(3)
    assert mine == [GONE] * 3
    assert office.failures == []
    for ask in (office.work.database, office.work.change, office.work.background):
        ask(fail)
    office.work.database(fail, failed=mine.append, alive=lambda: False)
    office.fetch(4)
    assert office.failures == [GONE] * 4
    assert len(mine) == 3
    assert office.told == []


def test_a_bug_in_a_job_is_delivered_and_the_next_job_runs(office: Office) -> None:
    found: list[int] = []
    office.work.database(lambda _log: 1 // 0)
    office.work.database(lambda _log: 5, found.append)
    office.fetch(2)
    assert isinstance(office.failures[0], ZeroDivisionError)
    assert found == [5]


def test_a_log_that_cannot_be_opened_is_told_at_every_job(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_text("this is a letter, not a practice log, and it is longer")
    office = Office(tmp_path)
    office.work.database(lambda _log: 1)
    office.work.database(lambda _log: 2)
    office.fetch(2)
    office.work.close()
    assert ["not a practice log" in str(e) for e in office.failures] == [True, True]


def test_what_was_cancelled_is_not_delivered_and_sees_it(office: Office) -> None:
    started, seen, heard = threading.Event(), threading.Event(), []

    def job(cancel: threading.Event) -> int:
        started.set()
        assert cancel.wait(10)
        seen.set()
        return 1

    cancel = office.work.background(job, heard.append)
    assert started.wait(10)
    cancel.set()
    assert seen.wait(10)
    office.work.background(lambda _cancel: 2, heard.append)
    office.fetch()
    assert heard == [2]


def test_two_jobs_run_beside_at_once(office: Office) -> None:
    meet = threading.Barrier(2)
    for _ in range(2):
        office.work.background(lambda _cancel: meet.wait(10))
    office.fetch(2)
    assert office.failures == []


def test_what_is_prepared_for_the_log_holds_up_nothing_and_is_written_also_when_it_closes(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path)
    asked, go_on, read, written = threading.Event(), threading.Event(), [], []

    def prepare(found: str) -> str:
        asked.set()
        assert go_on.wait(10)
        return f"{found}, read"

    office.work.change_after(
        lambda _log: "a film",
        prepare,
        lambda _log, made: written.append(made) or Outcome(None, Changes.RESPONSES),
    )
    assert asked.wait(10)
    office.work.database(lambda _log: "meanwhile", read.append)
    office.fetch()
    assert (read, written) == (["meanwhile"], [])
    closing = threading.Thread(target=office.work.close)
    closing.start()
    go_on.set()
    closing.join(10)
    assert written == ["a film, read"]


def test_what_cannot_be_prepared_is_told_and_nothing_is_written(office: Office) -> None:
    heard: list[Exception] = []

    def prepare(_found: int) -> int:
        raise GONE

    for look in (lambda _log: 1, lambda _log: 1 // 0):
        office.work.change_after(
            look, prepare, lambda _log, made: Outcome(made, Changes.NOTES), failed=heard.append
        )
    office.fetch(2)
    assert heard[0] is GONE
    assert isinstance(heard[1], ZeroDivisionError)
    assert office.told == []


def test_closing_finishes_what_writes_and_cancels_the_rest(tmp_path: Path) -> None:
    office = Office(tmp_path)
    gate, written, cancelled = threading.Event(), [], []

    def beside(cancel: threading.Event) -> None:
        gate.set()
        cancelled.append(cancel.wait(10))

    office.work.background(beside)
    assert gate.wait(10)
    for number in range(20):
        office.work.change(lambda _log, n=number: written.append(n) or Outcome(n, Changes.NOTES))
    office.work.close()
    assert written == list(range(20))
    assert cancelled == [True]
    open_log(tmp_path).close()  # nobody holds it


def test_what_comes_home_after_closing_is_nobodys(tmp_path: Path) -> None:
    office = Office(tmp_path)
    heard: list[object] = []
    office.work.change(lambda _log: Outcome(1, Changes.NOTES), heard.append)
    office.work.database(lambda _log: 1 // 0)
    office.work.close()
    while not office.calls.empty():
        office.fetch()
    assert heard == []
    assert office.told == []
    assert office.failures == []


def test_closing_without_a_job_opens_no_log(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.work.close()
    assert office.opened_on == []
    assert not (tmp_path / "log.db").exists()


# ---------------------------------------------------------------- the runner of commands


def test_at_a_command_everything_is_done_at_once(log: Log) -> None:
    runner, found, told = InlineRunner(log), [], []
    runner.bus.subscribe(lambda changes, _: told.append(changes))
    runner.database(lambda given: given is log, found.append)
    runner.change(lambda _log: Outcome(2, Changes.NOTES), found.append)
    runner.background(lambda cancel: cancel.is_set(), found.append)
    runner.change(lambda _log: Outcome(3, Changes.PEOPLE), found.append, alive=lambda: False)
    assert found == [True, 2, False]
    assert told == [Changes.NOTES, Changes.PEOPLE]


def test_at_a_command_a_problem_is_raised_unless_somebody_takes_it(log: Log) -> None:
    def fail(_: object) -> int:
        raise GONE

    taken: list[Exception] = []
    InlineRunner(log).database(fail, failed=taken.append)
    assert taken == [GONE]
    with pytest.raises(KnownError):
        InlineRunner(log).background(fail)
