"""The log: found, listened to, opened, however long it is."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.practised import BEGAN, Practised, measured, speech
from tests.gui.reviewed import Window, words
from tests.helpers.pulse import NullSink
from trainer.domain.changes import Changes
from trainer.domain.ids import new_id
from trainer.gui import theme
from trainer.gui.screens.log import LogScreen
from trainer.gui.screens.log_table import PAD, Column, score_places


def opened(practised: Practised, qtbot: QtBot) -> tuple[LogScreen, Window]:
    window = Window()
    screen = LogScreen(practised.desk(), window)
    qtbot.addWidget(screen)
    screen.resize(1100, 600)
    with qtbot.waitActive(screen):
        screen.show()
    screen.entered()
    return screen, window


def cells(screen: LogScreen, row: int) -> list[str]:
    return [str(screen.model.index(row, column).data()) for column in Column]


def test_a_line_says_who_when_how_long_and_how_it_was_rated(
    practised: Practised, qtbot: QtBot
) -> None:
    dana = practised.library.find_vignette("dana-parking")
    first = practised.respond(dana, seconds=65)
    practised.measure(first, measured(65, waited_s=1.6))
    practised.rate(first, practised.library.rubric("alliance-skills"), 2, 4, None)
    practised.note(first, "Say less", None)
    practised.respond(dana, seconds=3, ended_by="interrupted")
    screen, _ = opened(practised, qtbot)
    newest, older = cells(screen, 0), cells(screen, 1)
    assert older[1:] == [
        f"Dana · {dana.title}", "1", "1:05", "1.6 s",
        "Warmth 2, Repair 4, Metacommunication —", "", "note",
    ]  # fmt: skip
    assert newest[1:] == [
        f"Dana · {dana.title} · interrupted",
        "2",
        "0:03",
        "",
        "not rated yet",
        "",
        "",
    ]
    assert older[0].startswith("2 Sep 2026, ")


def test_enter_opens_the_chosen_response(practised: Practised, qtbot: QtBot) -> None:
    ids = [practised.respond(v, seconds=1).id for v in practised.library.vignettes[:3]]
    screen, window = opened(practised, qtbot)
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert window.went == [f"review {ids[1]}"]


def test_the_chosen_line_stays_chosen_when_something_is_added(
    practised: Practised, qtbot: QtBot
) -> None:
    ids = [practised.respond(v, seconds=1).id for v in practised.library.vignettes[:3]]
    screen, window = opened(practised, qtbot)
    qtbot.keyClick(screen.table, Qt.Key.Key_Down)
    practised.respond(practised.library.vignettes[0], seconds=1)
    screen.news(Changes.RESPONSES)
    assert screen.model.rowCount() == 4
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    assert window.went == [f"review {ids[1]}"]


def test_one_client_or_a_word_narrows_it_down(practised: Practised, qtbot: QtBot) -> None:
    for name in ("dana-parking", "eli-bike-racks", "dana-parking"):
        vignette = practised.library.find_vignette(name)
        practised.respond(
            vignette, seconds=1, change_tried="Hold the silence" if "eli" in name else ""
        )
    screen, _ = opened(practised, qtbot)
    screen.vignette.setCurrentIndex(1)
    screen.vignette.activated.emit(1)
    assert [cells(screen, row)[1].split(" · ")[0] for row in range(2)] == ["Dana", "Dana"]
    assert "2 of 3 responses" in words(screen)
    assert screen.model.rowCount() == 2
    screen.vignette.setCurrentIndex(0)
    qtbot.keyClicks(screen.text, "SILENCE")
    qtbot.waitUntil(lambda: screen.model.rowCount() == 1)
    assert cells(screen, 0)[1].startswith("Eli")
    assert "1 of 3 responses" in words(screen)
    screen.text.setText("nobody")
    qtbot.waitUntil(lambda: "No response is like that." in words(screen))
    assert "None of 3 responses" in words(screen)
    button = next(b for b in screen.findChildren(QPushButton) if b.text() == "Show all")
    button.click()
    assert screen.model.rowCount() == 3
    assert "\n3 responses" in words(screen)


def test_an_empty_log_says_what_to_do(practised: Practised, qtbot: QtBot) -> None:
    screen, window = opened(practised, qtbot)
    assert "After your first client" in words(screen)
    assert not screen.text.isVisible()
    next(b for b in screen.findChildren(QPushButton) if b.text() == "Go to Today").click()
    assert window.went == ["today"]


def test_space_plays_holds_and_goes_on(
    null_sink: NullSink, practised: Practised, qtbot: QtBot
) -> None:
    vignette = practised.library.find_vignette("dana-parking")
    practised.respond(vignette, seconds=4, sound=speech(4))
    screen, _ = opened(practised, qtbot)
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    assert screen.status.text().startswith("You answer Dana")
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    assert screen.status.text().startswith("Held")
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: screen.status.text().startswith("Enter opens"), timeout=15_000)
    screen.left()


def test_leaving_is_silence(null_sink: NullSink, practised: Practised, qtbot: QtBot) -> None:
    practised.respond(practised.library.find_vignette("dana-parking"), seconds=4)
    screen, _ = opened(practised, qtbot)
    qtbot.keyClick(screen.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(null_sink.inputs("sink-inputs")))
    screen.left()
    qtbot.waitUntil(lambda: not null_sink.inputs("sink-inputs"))
    assert screen.status.text().startswith("Enter opens")


def fill(practised: Practised, count: int) -> None:
    """Many rows at once, without their sounds."""
    vignette = practised.library.find_vignette("dana-parking")
    first = practised.respond(vignette, seconds=1)
    log = practised.log
    row = log.row("SELECT * FROM responses WHERE id = ?", (first.id,))
    sound = log.row("SELECT * FROM recordings WHERE id = ?", (first.recording.id,))
    assert row is not None
    assert sound is not None
    with log.atomic():
        for number in range(count):
            at = BEGAN + timedelta(minutes=number)
            text = f"{at:%Y-%m-%dT%H:%M:%S}.000000Z"
            recording_id = new_id(at)
            log.insert("recordings", {**sound, "id": recording_id, "file": f"x/{number}.wav"})
            log.insert(
                "responses",
                {**row, "id": new_id(at), "recording_id": recording_id, "started_at": text,
                 "change_tried": "needle" if number == 5 else ""},
            )  # fmt: skip


def test_a_long_log_is_read_a_page_at_a_time(practised: Practised, qtbot: QtBot) -> None:
    fill(practised, 450)
    screen, _ = opened(practised, qtbot)
    assert screen.model.rowCount() == 100
    screen.table.scrollToBottom()
    qtbot.waitUntil(lambda: screen.model.rowCount() == 200)
    for _ in range(5):
        screen.table.scrollToBottom()
    qtbot.waitUntil(lambda: screen.model.rowCount() == 451)
    assert len({screen.model.line(row).id for row in range(451)}) == 451


def test_a_word_found_in_more_lines_than_were_read_says_so(
    practised: Practised, qtbot: QtBot
) -> None:
    fill(practised, 2100)
    screen, _ = opened(practised, qtbot)
    screen.text.setText("dana")
    qtbot.waitUntil(lambda: "2000 or more of 2101 responses" in words(screen))


def test_a_rare_word_is_found_far_back(practised: Practised, qtbot: QtBot) -> None:
    fill(practised, 4300)
    screen, _ = opened(practised, qtbot)
    screen.text.setText("needle")
    qtbot.waitUntil(lambda: screen.model.rowCount() == 1)
    line = screen.model.line(0)
    assert line is not None
    assert line.at == BEGAN + timedelta(minutes=5)


WIDTHS = [(560, 10.5), (850, 10.5), (1330, 10.5), (970, 21.0), (1440, 21.0)]


@pytest.mark.parametrize(("width", "points"), WIDTHS)
def test_the_names_of_the_items_can_be_read_beside_their_scores(
    practised: Practised, qtbot: QtBot, width: int, points: float
) -> None:
    """Widths of the screen in windows of 720, 1120 and 1600, and with text twice as large."""
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=1)
    practised.rate(response, practised.library.rubric("alliance-skills"), 2, 3.5, None)
    screen, _ = opened(practised, qtbot)
    font = QFont(theme._family())
    font.setPointSizeF(points)
    screen.table.setFont(font)
    screen.setFont(font)
    screen.resize(width, 500)
    qtbot.waitUntil(lambda: screen.table.viewport().width() > width - 100)
    names = ["Warmth", "Repair", "Metacommunication"]
    metrics = screen.table.fontMetrics()
    room = screen.table.columnWidth(Column.RATING) - PAD - 4
    shown, places = score_places(metrics, names, room)
    assert shown == names
    assert len(set(places)) == 3
    assert all(
        place.x() + metrics.horizontalAdvance(f"{name} 3.5") <= room + 1 and place.y() <= 1
        for name, place in zip(names, places, strict=True)
    )


def test_length_and_wait_have_room_in_the_first_window_also_beside_a_scroll_bar(
    practised: Practised, qtbot: QtBot
) -> None:
    rubric = practised.library.rubric("alliance-skills")
    for _ in range(13):
        response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=1)
        practised.rate(response, rubric, 2, 3.5, None)
    screen, _ = opened(practised, qtbot)
    font = QFont(theme._family())
    font.setPointSizeF(10.5)
    screen.table.setFont(font)
    screen.setFont(font)
    screen.resize(886, 560)  # in a window of 1120
    qtbot.waitUntil(lambda: screen.table.verticalScrollBar().isVisible())
    qtbot.waitUntil(lambda: 800 < screen.table.viewport().width() < 830)
    assert not screen.table.isColumnHidden(Column.LENGTH)
    assert not screen.table.isColumnHidden(Column.WAITED)
    names = ["Warmth", "Repair", "Metacommunication"]
    room = screen.table.columnWidth(Column.RATING) - PAD - 4
    assert score_places(screen.table.fontMetrics(), names, room)[0] == names


def test_many_scores_stand_evenly_without_names_and_the_tooltip_has_them(
    practised: Practised, qtbot: QtBot
) -> None:
    eight = practised.library.rubric("facilitative-eight")
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=1)
    practised.rate(response, eight, *[3] * 7, None)
    screen, _ = opened(practised, qtbot)
    titles = [item.title for item in eight.items]
    shown, places = score_places(screen.table.fontMetrics(), titles, 180)
    assert shown == [""] * 8
    assert [place.y() for place in places] == [0] * 4 + [1] * 4
    tip = screen.model.index(0, Column.RATING).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.splitlines() == [f"{title} 3" for title in titles[:7]] + ["Rupture repair —"]


def test_a_narrow_window_keeps_what_matters(practised: Practised, qtbot: QtBot) -> None:
    practised.respond(practised.library.find_vignette("dana-parking"), seconds=1)
    screen, _ = opened(practised, qtbot)
    assert not screen.table.isColumnHidden(Column.WAITED)
    screen.resize(400, 500)

    def shown() -> list[Column]:
        return [c for c in Column if not screen.table.isColumnHidden(c)]

    qtbot.waitUntil(lambda: shown() == [Column.WHEN, Column.CLIENT, Column.RATING])
    assert sum(screen.table.columnWidth(c) for c in shown()) <= screen.table.viewport().width()
