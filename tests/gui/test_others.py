"""What others gave comes back to the person: in Progress, beside a response, in the log."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.app.rated import by_other, said
from tests.gui.practised import BEGAN, Practised, measured, speech
from tests.gui.reviewed import show, words
from tests.gui.test_log import cells
from tests.gui.test_log import opened as opened_log
from tests.gui.test_progress import band, opened
from tests.helpers.pulse import NullSink
from trainer.app import today
from trainer.domain.others import OthersPoint
from trainer.domain.progress import Point, trend
from trainer.domain.response import Response
from trainer.domain.rubric import Rubric
from trainer.gui.screens.feedback import FeedbackPage, FeedbackView
from trainer.gui.screens.log_table import Column
from trainer.gui.widgets.chart import Chart
from trainer.gui.widgets.timeline_picture import RESPONSE


@pytest.fixture
def scale(practised: Practised) -> Rubric:
    return practised.library.rubric("alliance-skills")


@pytest.fixture
def view(practised: Practised, qtbot: QtBot) -> Iterator[FeedbackView]:
    made = FeedbackView(practised.desk())
    qtbot.addWidget(made)
    made.resize(900, 700)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.stop()


def practise(practised: Practised, *warmth: float) -> list[Response]:
    """Responses that one rated oneself, warmth as given."""
    vignette = practised.library.find_vignette("dana-parking")
    made = []
    for score in warmth:
        made.append(practised.respond(vignette, seconds=4, sound=speech(4)))
        practised.rate(made[-1], practised.library.rubric("alliance-skills"), score, 3, None)
    return made


class TestProgress:
    def test_both_series_and_the_gap_are_told_in_sentences(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        for response in practise(practised, 4, 5, 4, 4):
            for rater, warmth in (("a", 3), ("b", 4)):
                by_other(practised.log, response, scale, rater, warmth, 3, None)
        screen, _ = opened(practised, qtbot)
        warmth, _, meta = screen.cards
        seen = words(warmth)
        assert "4 self-ratings, one rater" in seen
        assert "Others: 4 responses, 2 raters. Mean of the last 4: 3.5, 95 % interval" in seen
        gap = (  # 0.75 in truth: who subtracts finds what is printed
            "On 4 responses that others rated too, you gave 4.2 on average and they 3.5: you rate "
            "yourself 0.7 points higher"
        )
        assert gap in seen
        assert "Others: diamonds" in seen
        assert "You and 2 other raters" in words(screen)
        for part in ("4 self-ratings", "Others: 4 responses", gap):
            assert part in warmth.chart.accessibleDescription()
        assert "Others" not in words(meta)

    def test_others_have_marks_of_their_own_and_a_consensus_is_filled(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        first, second, _ = practise(practised, 4, 5, 4)
        both = [by_other(practised.log, first, scale, r, s, 3, 3) for r, s in (("a", 2), ("b", 3))]
        by_other(practised.log, first, scale, "a", 3, 3, 3, of=tuple(both))
        by_other(practised.log, second, scale, "a", 2, 3, 3)
        screen, _ = opened(practised, qtbot)
        chart = screen.cards[0].chart
        dots, diamonds = chart._dots.data, chart._diamonds.data
        assert [*dots["y"]] == [4, 5, 4]
        assert [*diamonds["y"]] == [3, 2]
        brushes = [brush.style() for brush in diamonds["brush"]]
        assert brushes == [Qt.BrushStyle.SolidPattern, Qt.BrushStyle.NoBrush]
        shapes = chart._dots.opts["symbol"], chart._diamonds.opts["symbol"]
        assert shapes[0] != shapes[1]

    def test_only_what_several_rated_has_a_band(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        responses = practise(practised, 4, 5, 4, 4)
        for response in responses:
            by_other(practised.log, response, scale, "a", 3, 3, 3)
        screen, _ = opened(practised, qtbot)
        chart = screen.cards[0].chart
        assert band(chart)
        assert len(chart._others_band.curves[0].yData) == 0
        assert "one rater alone cannot show how strict" in words(screen.cards[0])
        for response in responses:
            by_other(practised.log, response, scale, "b", 2, 3, 3)
        screen.read()
        assert len(screen.cards[0].chart._others_band.curves[0].yData) == 2

    def test_one_step_of_the_keys_is_one_response_and_enter_opens_it(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        first, second = practise(practised, 4, 5)
        by_other(practised.log, first, scale, "a", 2, 3, 1)
        by_other(practised.log, first, scale, "b", 3, 3, None)
        screen, window = opened(practised, qtbot)
        warmth, _, meta = screen.cards
        warmth.chart.setFocus()
        assert ": 5 for Dana" in words(warmth)
        assert "Others: 1 response" in warmth.chart.accessibleDescription()
        qtbot.keyClick(warmth.chart, Qt.Key.Key_Left)
        assert "you 4, others 2.5 (mean of 2) for Dana" in words(warmth)
        assert "you 4, others 2.5" in warmth.chart.accessibleDescription()
        assert len(warmth.chart._ring.data) == 2
        qtbot.keyClick(warmth.chart, Qt.Key.Key_Return)
        meta.chart.setFocus()  # one's own rating is N/A there
        assert "another rater 1 for Dana" in words(meta)
        qtbot.keyClick(meta.chart, Qt.Key.Key_Return)
        assert window.went == [f"review {first.id}"] * 2
        assert second.id not in window.went

    def test_a_click_on_a_diamond_opens_its_response(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        first, _ = practise(practised, 5, 5)
        by_other(practised.log, first, scale, "a", 1, 3, 1)
        screen, window = opened(practised, qtbot)
        chart = screen.cards[0].chart
        qtbot.wait(50)  # until the axes are laid out
        diamond = chart._stops[0].others
        assert diamond is not None
        place = chart.place_of(diamond).toPoint()
        qtbot.mouseMove(chart.viewport(), place)
        assert "you 5, another rater 1, attempt 1" in chart.toolTip()
        qtbot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.went == [f"review {first.id}"]

    def test_of_three_hundred_points_the_one_pointed_at_is_found(
        self, practised: Practised, scale: Rubric, qtbot: QtBot
    ) -> None:
        days = [BEGAN + timedelta(days=n) for n in range(300)]
        own = tuple(Point(f"r{n}", at, 3.0 + n % 3, "self", "v", 1) for n, at in enumerate(days))
        theirs = tuple(
            OthersPoint(f"r{n}", at, 1.5, ("a",), False, "v", 1) for n, at in enumerate(days)
        )
        chart = Chart(scale.scale)
        qtbot.addWidget(chart)
        chart.resize(1100, 260)
        chart.show()
        chart.show_series(own, trend(own), theirs, ())
        qtbot.wait(50)
        for wanted in (0, 17, 150, 299):
            for mark in chart._stops[wanted].marks:
                assert chart._near(chart.place_of(mark)) in range(wanted - 1, wanted + 2)
        assert chart._dots.opts["size"] < chart._diamonds.opts["size"] < 9


def page_of(view: FeedbackView) -> FeedbackPage:
    page = view._page
    assert page is not None
    return page


class TestCard:
    def test_scores_stand_beside_ones_own_in_the_words_of_their_anchors(
        self, practised: Practised, scale: Rubric, view: FeedbackView
    ) -> None:
        boss = today.add_person(practised.log, "Dr. Weiß").value
        (response,) = practise(practised, 4)
        a = by_other(practised.log, response, scale, boss.id, 2, 3, None)
        b = by_other(practised.log, response, scale, "x", 3, 3, 1, blind=False)
        by_other(practised.log, response, scale, "x", 3, 3, 1, of=(a, b))
        show(view, response.id)
        card = page_of(view).others
        assert card.isVisibleTo(view)
        seen = words(card)
        warmth, repair, meta = scale.items
        for text in (warmth.anchors[4], warmth.anchors[2], warmth.anchors[3], meta.anchors[1]):
            assert text in seen
        assert warmth.anchors[1] not in seen
        assert "You, Dr. Weiß, A rater, Consensus\n" + repair.anchors[3] in seen
        assert "2 raters. Blind, without your name, the date or another's rating: Dr. Weiß." in seen
        assert "Not blind: A rater." in seen
        assert "Consensus: what " in seen
        assert "agreed on after each had rated alone" in seen

    def test_it_is_not_there_while_nobody_else_rated_and_comes_when_somebody_does(
        self, practised: Practised, scale: Rubric, view: FeedbackView, qtbot: QtBot
    ) -> None:
        (response,) = practise(practised, 4)
        show(view, response.id)
        page = page_of(view)
        assert not page.others.isVisibleTo(view)
        qtbot.keyClicks(page.change.words, "Stop sooner")
        by_other(practised.log, response, scale, "x", 2, 3, 1, blind=None)
        view.reload()
        assert page.others.isVisibleTo(view)
        assert "One rater. Whether blind is not known: A rater." in words(page.others)
        assert page.change.words.text() == "Stop sooner"

    def test_another_scale_and_a_lost_wording_are_named(
        self, practised: Practised, view: FeedbackView
    ) -> None:
        (response,) = practise(practised, 4)
        eight = practised.library.rubric("facilitative-eight")
        by_other(practised.log, response, eight, "x", *[3] * len(eight.items))
        show(view, response.id)
        seen = words(page_of(view).others)
        assert f"On another scale than yours: {eight.title}" in seen
        assert eight.items[0].anchors[3] in seen
        assert "You" not in seen.split("\n")

    def test_moments_are_in_words_numbered_and_on_the_time_line(
        self, practised: Practised, view: FeedbackView
    ) -> None:
        (response,) = practise(practised, 4)
        practised.measure(response, measured(4))
        said(practised.log, response, "x", 3.2, "Here you leave her", "changes-subject")
        said(practised.log, response, "x", 2.5, "", "validates")
        show(view, response.id)
        page = page_of(view)
        assert page.others.moments is not None
        first, second = page.others.moments.rows
        begins = page.listening.duet._line.response_at_s
        assert page.listening.timeline._marks.moments == (begins + 2.5, begins + 3.2)
        assert first.accessibleName().startswith("1: at 0:")
        assert "says that what the client feels makes sense" in first.accessibleName()
        assert "Here you leave her; A rater" in second.accessibleName()
        assert "Says that what the client feels makes sense" in words(first)
        assert "Nobody else has rated it yet" in words(page.others)
        assert "Others spoke of 2 moments, numbered." in page.listening.caption.text()

    @pytest.mark.parametrize("how", ["click", "Return", "Space"])
    def test_a_moment_plays_from_there(
        self, null_sink: NullSink, practised: Practised, view: FeedbackView, qtbot: QtBot, how: str
    ) -> None:
        (response,) = practise(practised, 4)
        said(practised.log, response, "x", 2.9, "Here")
        show(view, response.id)
        page = page_of(view)
        assert page.others.moments is not None
        (row,) = page.others.moments.rows
        row.setFocus(Qt.FocusReason.TabFocusReason)
        assert row.hasFocus()
        if how == "click":
            qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(row, getattr(Qt.Key, f"Key_{how}"))
        duet = page.listening.duet
        assert duet.playing
        assert duet.lane == RESPONSE
        assert duet.at_s == pytest.approx(duet._line.response_at_s + 2.9, abs=0.3)
        qtbot.waitUntil(lambda: not duet.playing, timeout=15_000)

    def test_without_the_recording_what_was_said_is_read_and_cannot_be_played(
        self, practised: Practised, view: FeedbackView
    ) -> None:
        (response,) = practise(practised, 4)
        said(practised.log, response, "x", 2.9, "Here you wait")
        (practised.home.recordings / response.recording.file).unlink()
        show(view, response.id)
        page = page_of(view)
        assert page.others.moments is not None
        assert not page.others.moments.rows[0].isEnabled()
        assert "Here you wait" in words(page.others)

    @pytest.mark.parametrize("widths", [(1500, 560), (560, 1500)])
    def test_no_text_is_cut_off(
        self, practised: Practised, scale: Rubric, view: FeedbackView, qtbot: QtBot,
        widths: tuple[int, int],
    ) -> None:  # fmt: skip
        name = "Dr. Maximiliane von Weißenfels-Hohenstein"
        boss = today.add_person(practised.log, name).value
        (response,) = practise(practised, 4)
        by_other(practised.log, response, scale, boss.id, 2, 3, None)
        said(practised.log, response, boss.id, 2.9, "A sentence that goes on and on. " * 8)
        view.resize(widths[0], 500)
        show(view, response.id)
        qtbot.wait(50)
        view.resize(widths[1], 500)
        qtbot.wait(50)
        labels = [x for x in page_of(view).others.findChildren(QLabel) if x.isVisibleTo(view)]
        cut = [
            x.text() for x in labels if x.wordWrap() and x.height() < x.heightForWidth(x.width())
        ]
        assert cut == []


def test_the_log_has_a_column_for_others_once_there_is_something_in_it(
    practised: Practised, scale: Rubric, qtbot: QtBot
) -> None:
    (response,) = practise(practised, 4)
    screen, _ = opened_log(practised, qtbot)
    assert screen.table.isColumnHidden(Column.OTHERS)
    for rater, warmth in (("a", 2), ("b", 3)):
        by_other(practised.log, response, scale, rater, warmth, None, 1)
    screen.read()
    assert not screen.table.isColumnHidden(Column.OTHERS)
    told = "Warmth 2.5, Repair —, Metacommunication 1 (mean of 2 others)"
    assert cells(screen, 0)[Column.OTHERS] == told
    tip = screen.model.index(0, Column.RATING).data(Qt.ItemDataRole.ToolTipRole)
    assert "Others, mean of 2 others:\nWarmth 2.5" in tip
    by_other(practised.log, response, scale, "c", 4, None, None)
    screen.read()
    assert cells(screen, 0)[Column.OTHERS].endswith("1 (mean of up to 3 others)")
    screen.resize(450, 600)
    qtbot.waitUntil(lambda: screen.table.isColumnHidden(Column.OTHERS))
