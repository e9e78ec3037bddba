"""Progress: what the charts say, how sure they are, and that a point leads to its response."""

from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.gui.practised import Practised
from tests.gui.reviewed import Window, words
from trainer.domain.changes import Changes
from trainer.domain.progress import Point
from trainer.domain.rubric import Scale
from trainer.gui import theme
from trainer.gui.screens.progress import ProgressScreen
from trainer.gui.widgets.chart import Chart


def practise(practised: Practised, *scores: float | None, rubric: str = "alliance-skills") -> str:
    vignette = practised.library.find_vignette("dana-parking")
    response = practised.respond(vignette, seconds=0.5)
    practised.rate(response, practised.library.rubric(rubric), *scores)
    return response.id


def opened(practised: Practised, qtbot: QtBot) -> tuple[ProgressScreen, Window]:
    window = Window()
    screen = ProgressScreen(practised.desk(), window)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    with qtbot.waitActive(screen):
        screen.show()
    screen.entered()
    return screen, window


def test_each_item_has_a_chart_that_says_what_it_shows_and_who_rated(
    practised: Practised, qtbot: QtBot
) -> None:
    for score in (2, 3, 3, 4):
        practise(practised, score, 3, None)
    screen, _ = opened(practised, qtbot)
    warmth, repair, meta = screen.cards
    assert "4 self-ratings, one rater. Mean of the last 4: 3.0" in words(warmth)
    assert "Repair" in words(repair)
    assert "No rating of metacommunication yet" in words(meta)
    assert "95 %" in warmth.chart.accessibleDescription()
    assert not screen.rubric.isVisible()


def band(chart: object) -> list[tuple[float, float]]:
    upper, lower = chart._band.curves
    return list(zip(lower.yData, upper.yData, strict=True))


def test_the_band_waits_for_three_ratings_and_stays_on_the_scale(
    practised: Practised, qtbot: QtBot
) -> None:
    practise(practised, 1, 3, 3)
    practise(practised, 5, 3, 3)
    screen, _ = opened(practised, qtbot)
    assert band(screen.cards[0].chart) == []
    practise(practised, 3, 3, 3)
    screen.news(Changes.RATINGS)
    found = band(screen.cards[0].chart)
    assert found
    assert all(1 <= low <= high <= 5 for low, high in found)


@pytest.mark.parametrize("hour", [0, 8, 12, 19, 23])
def test_what_was_rated_on_one_day_stands_above_that_day_alone(qtbot: QtBot, hour: int) -> None:
    at = datetime(2026, 11, 25, hour, 46).astimezone()
    point = Point("one", at, 4.0, "self", "dana-parking", 1)
    chart = Chart(Scale(1, 5))
    qtbot.addWidget(chart)
    chart.resize(400, 240)
    chart.show()
    chart.show_series((point,), ())
    (low, high), _ = chart._box.viewRange()
    ((spacing, ticks),) = chart._axes[1].tickValues(low, high, 360)
    assert chart._axes[1].tickStrings(ticks, 1.0, spacing) == ["25 Nov"]
    assert low < at.timestamp() < high


def test_arrows_choose_a_point_and_enter_opens_its_response(
    practised: Practised, qtbot: QtBot
) -> None:
    ids = [practise(practised, score, 3, 3) for score in (2, 3, 4)]
    screen, window = opened(practised, qtbot)
    card = screen.cards[0]
    card.chart.setFocus()
    assert "4 for Dana" in words(card)
    qtbot.keyClick(card.chart, Qt.Key.Key_Left)
    assert "3 for Dana" in words(card)
    qtbot.keyClick(card.chart, Qt.Key.Key_Home)
    qtbot.keyClick(card.chart, Qt.Key.Key_Return)
    assert window.went == [f"review {ids[0]}"]


def test_a_click_on_a_point_opens_its_response(practised: Practised, qtbot: QtBot) -> None:
    ids = [practise(practised, score, 3, 3) for score in (2, 5, 3)]
    screen, window = opened(practised, qtbot)
    chart = screen.cards[0].chart
    qtbot.wait(50)  # until the axes are laid out
    place = chart.place_of(chart._stops[1].marks[0]).toPoint()
    qtbot.mouseMove(chart.viewport(), place)
    assert ": 5, attempt 2" in chart.toolTip()
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.went == [f"review {ids[1]}"]


def test_of_several_scales_one_is_chosen(practised: Practised, qtbot: QtBot) -> None:
    practise(practised, 2, 3, 3)
    practise(practised, 2, 3, 3)
    eight = practised.library.rubric("facilitative-eight")
    practise(practised, *[3] * len(eight.items), rubric="facilitative-eight")
    screen, _ = opened(practised, qtbot)
    assert screen.rubric.isVisible()
    assert len(screen.cards) == 3
    screen.rubric.setCurrentIndex(1)
    screen.rubric.activated.emit(1)
    assert len(screen.cards) == len(eight.items)


def test_before_the_first_rating_it_says_what_to_do(practised: Practised, qtbot: QtBot) -> None:
    screen, window = opened(practised, qtbot)
    assert "No rating yet." in words(screen)
    next(b for b in screen.findChildren(QPushButton) if b.text() == "Go to Today").click()
    assert window.went == ["today"]


def rows(screen: ProgressScreen) -> list[int]:
    """How many charts stand in each row, from the top."""
    tops = [card.y() for card in screen.cards]
    return [tops.count(top) for top in sorted(set(tops))]


@pytest.mark.parametrize(
    ("width", "alliance", "eight"),
    [(480, [1] * 3, [1] * 8), (690, [1] * 3, [2] * 4), (890, [3], [2] * 4), (1370, [3], [2] * 4)],
)
def test_charts_fill_their_rows_and_leave_no_hole(
    practised: Practised, qtbot: QtBot, width: int, alliance: list[int], eight: list[int]
) -> None:
    practise(practised, 2, 3, 3)
    practise(practised, 2, 3, 3)
    other = practised.library.rubric("facilitative-eight")
    practise(practised, *[3] * len(other.items), rubric=other.id)
    screen, _ = opened(practised, qtbot)
    font = QFont(theme._family())
    font.setPointSizeF(theme.BASE_POINT_SIZE)
    screen.setFont(font)
    screen.resize(width, 700)
    qtbot.waitUntil(lambda: rows(screen) == alliance)
    screen.rubric.setCurrentIndex(1)
    screen.rubric.activated.emit(1)
    qtbot.waitUntil(lambda: rows(screen) == eight)
    cards = {card.width() for card in screen.cards}
    assert max(cards) - min(cards) <= 1


def test_no_menu_and_no_zoom(practised: Practised, qtbot: QtBot) -> None:
    practise(practised, 2, 3, 3)
    screen, _ = opened(practised, qtbot)
    chart = screen.cards[0].chart
    before = chart.place_of(chart._stops[0].marks[0])
    qtbot.mouseClick(chart.viewport(), Qt.MouseButton.RightButton, pos=QPoint(5, 5))
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.mouseMove(chart.viewport(), QPoint(160, 90))
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(160, 90))
    assert chart.place_of(chart._stops[0].marks[0]) == before
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu)]
