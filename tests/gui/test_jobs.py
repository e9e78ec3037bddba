"""Results come home to the window's thread, and not to what is gone."""

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trainer.gui.jobs import Deliverer, alive


def test_what_another_thread_delivers_is_called_on_this_one_in_order(qtbot: QtBot) -> None:
    deliverer, heard = Deliverer(), []

    def work() -> None:
        for number in range(100):
            deliverer.deliver(lambda n=number: heard.append((n, threading.current_thread())))

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(10)
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 100)
    assert heard == [(n, threading.main_thread()) for n in range(100)]


def test_also_on_the_same_thread_it_is_called_later(qtbot: QtBot) -> None:
    deliverer, heard = Deliverer(), []
    deliverer.deliver(lambda: heard.append(1))
    assert heard == []
    qtbot.waitUntil(lambda: heard == [1])


def test_what_is_delivered_after_the_window_is_gone_is_lost_without_a_fault(qtbot: QtBot) -> None:
    window = QObject()
    deliverer, heard = Deliverer(window), []
    deliverer.deliver(lambda: heard.append("on its way"))
    import shiboken6

    shiboken6.delete(window)
    deliverer.deliver(lambda: heard.append("late"))
    QApplication.sendPostedEvents()
    assert heard == []


def test_alive_says_whether_the_owner_is_there(qtbot: QtBot) -> None:
    import shiboken6

    owner = QObject()
    is_alive = alive(owner)
    assert is_alive()
    shiboken6.delete(owner)
    assert not is_alive()


def test_a_fault_in_what_is_delivered_reaches_the_hook_and_the_next_is_called(
    qtbot: QtBot,
) -> None:
    deliverer, heard = Deliverer(), []
    with qtbot.captureExceptions() as caught:
        deliverer.deliver(lambda: heard.append(1 // 0))
        deliverer.deliver(lambda: heard.append(2))
        qtbot.waitUntil(lambda: heard == [2])
    assert [kind for kind, _, _ in caught] == [ZeroDivisionError]


@pytest.mark.parametrize("count", [300])
def test_a_flood_from_two_threads_arrives_whole(qtbot: QtBot, count: int) -> None:
    deliverer, heard = Deliverer(), []
    workers = [
        threading.Thread(
            target=lambda: [deliverer.deliver(lambda: heard.append(1)) for _ in range(count)]
        )
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    qtbot.waitUntil(lambda: len(heard) == 2 * count)
