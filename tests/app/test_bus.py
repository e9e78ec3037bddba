"""Who listens hears of every change, in order, as long as they want to."""

from trainer.app.bus import Bus
from trainer.domain.changes import Changes


def test_the_bus_tells_in_order_until_one_does_not_want_to_hear() -> None:
    bus, heard = Bus(), []
    stop = bus.subscribe(lambda changes, who: heard.append(("first", changes, who)))
    bus.subscribe(lambda changes, who: heard.append(("second", changes, who)))
    bus.publish(Changes.NOTES, "me")
    stop()
    bus.publish(Changes.TAKES)
    assert heard == [
        ("first", Changes.NOTES, "me"), ("second", Changes.NOTES, "me"),
        ("second", Changes.TAKES, None),
    ]  # fmt: skip


def test_no_change_is_no_news() -> None:
    bus, heard = Bus(), []
    bus.subscribe(lambda changes, _: heard.append(changes))
    bus.publish(Changes.NOTHING)
    assert heard == []


def test_a_listener_may_stop_while_it_hears() -> None:
    bus, heard = Bus(), []

    def once(changes: Changes, _who: object) -> None:
        heard.append(changes)
        stop()

    stop = bus.subscribe(once)
    bus.subscribe(lambda changes, _: heard.append(changes))
    bus.publish(Changes.NOTES)
    bus.publish(Changes.TAKES)
    assert heard == [Changes.NOTES, Changes.NOTES, Changes.TAKES]
