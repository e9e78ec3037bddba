"""Deletion in the window: asked for once, real, and no key leads to it by mistake."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, kept, opened, settled_home
from tests.gui.practised import Practised
from tests.gui.reviewed import Window, rated, words
from tests.gui.test_log import opened as opened_log
from trainer.app.settings import Settings
from trainer.app.today import knows
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent
from trainer.domain.ids import local_now
from trainer.gui.screens.review import ReviewScreen
from trainer.gui.widgets.consent import SameForAll
from trainer.gui.widgets.expired import ExpiredCard
from trainer.gui.widgets.privacy import PrivacyCard
from trainer.store import consents, responses
from trainer.store.db import open_log


def here(practised: Practised) -> list[str]:
    return [one.id for one in responses.responses(practised.log, practised.person.id)]


class TestLog:
    def test_delete_asks_and_the_safe_answer_has_the_focus(
        self, practised: Practised, qtbot: QtBot
    ) -> None:
        one = rated(practised)
        screen, _ = opened_log(practised, qtbot)
        qtbot.keyClick(screen.table, Qt.Key.Key_Delete)
        assert screen.question.isVisible()
        assert "your answer to Dana, attempt 1" in words(screen.question)
        assert QApplication.focusWidget() is screen.question.no
        qtbot.keyClick(screen.question.no, Qt.Key.Key_Space)
        assert not screen.question.isVisible()
        assert here(practised) == [one.id]
        assert QApplication.focusWidget() is screen.table

    def test_esc_keeps_it(self, practised: Practised, qtbot: QtBot) -> None:
        one = rated(practised)
        screen, _ = opened_log(practised, qtbot)
        screen.delete.click()
        qtbot.keyClick(screen.question.no, Qt.Key.Key_Escape)
        assert not screen.question.isVisible()
        assert here(practised) == [one.id]

    def test_after_yes_the_response_and_its_file_are_gone_and_the_next_is_shown(
        self, practised: Practised, qtbot: QtBot
    ) -> None:
        old = rated(practised)
        new = rated(practised, of="eli-bike-racks")
        screen, _ = opened_log(practised, qtbot)
        qtbot.keyClick(screen.table, Qt.Key.Key_Delete)
        screen.question.yes.click()
        assert here(practised) == [old.id]
        assert not list(practised.home.recordings.rglob(f"*{new.id}*"))
        assert screen.model.rowCount() == 1
        assert "Deleted" in screen.status.text()

    def test_with_the_last_one_the_log_is_empty_again(
        self, practised: Practised, qtbot: QtBot
    ) -> None:
        rated(practised)
        screen, _ = opened_log(practised, qtbot)
        screen.delete.click()
        screen.question.yes.click()
        assert "After your first client" in words(screen)


class TestExpired:
    @pytest.fixture
    def card(self, practised: Practised, qtbot: QtBot) -> ExpiredCard:
        ids = [rated(practised, seconds=2).id for _ in range(3)]
        yesterday = local_now().date() - timedelta(days=1)
        consents.state(practised.log, ids, Consent("practice", 12), practised.at)
        consents.keep_until(practised.log, ids[:2], yesterday, local_now())
        from trainer.app import forget

        desk = practised.desk()
        made = ExpiredCard(desk, Window().failed)
        qtbot.addWidget(made)

        def read(_changes: Changes = Changes.NOTHING, _who: object = None) -> None:
            desk.runner.database(forget.past_its_date(practised.person.id), made.show_toll)

        desk.bus.subscribe(read)
        with qtbot.waitExposed(made):
            made.show()
        read()
        return made

    def test_it_is_offered_and_nothing_goes_unasked(
        self, practised: Practised, card: ExpiredCard
    ) -> None:
        assert "2 recordings" in words(card)
        assert len(here(practised)) == 3

    def test_kept_for_another_year_it_is_offered_no_more(
        self, practised: Practised, card: ExpiredCard
    ) -> None:
        card.keep.click()
        assert card.isHidden()
        assert len(here(practised)) == 3

    def test_two_are_deleted_only_once_their_number_is_typed(
        self, practised: Practised, card: ExpiredCard, qtbot: QtBot
    ) -> None:
        card.delete.click()
        assert not card.question.yes.isEnabled()
        qtbot.keyClick(card.question.typed, Qt.Key.Key_Return)
        assert len(here(practised)) == 3
        qtbot.keyClicks(card.question.typed, "2")
        qtbot.keyClick(card.question.typed, Qt.Key.Key_Return)
        assert len(here(practised)) == 1
        assert card.isHidden()


class TestPrivacy:
    @pytest.fixture
    def card(self, practised: Practised, qtbot: QtBot) -> PrivacyCard:
        for _ in range(2):
            rated(practised, seconds=2)
        made = PrivacyCard(practised.desk(), Window().failed)
        qtbot.addWidget(made)
        with qtbot.waitExposed(made):
            made.show()
        return made

    def test_where_the_data_lies_and_what_is_not_reached_is_said(
        self, practised: Practised, card: PrivacyCard
    ) -> None:
        assert str(practised.home.folder) in words(card)
        assert "Backups and reports that you saved elsewhere are not reached" in words(card)

    def test_everything_before_a_day(
        self, practised: Practised, card: PrivacyCard, qtbot: QtBot
    ) -> None:
        card.day.setText("last year")
        card.before.click()
        assert "That is no day." in words(card)
        card.day.setText("2001-01-01")
        card.before.click()
        assert "There is nothing from before that day." in words(card)
        card.day.setText("2100-01-01")
        card.before.click()
        assert "2 recordings" in words(card.question)
        qtbot.keyClicks(card.question.typed, "2")
        card.question.yes.click()
        assert here(practised) == []
        assert "Deleted" in words(card)


def test_the_same_is_said_of_all_so_far_when_one_agrees(practised: Practised, qtbot: QtBot) -> None:
    for _ in range(2):
        rated(practised)
    desk = practised.desk()
    desk.settings.set("consent", "rating")
    same = SameForAll(desk, pytest.fail)
    qtbot.addWidget(same)
    with qtbot.waitExposed(same):
        same.show()
    same.button.click()
    assert "Raters: supervisor, program. Kept, from the day it was made: Until I" in words(same)
    same.question.no.click()
    said = [consents.consent_of(practised.log, one) for one in here(practised)]
    assert said == [None, None]
    same.button.click()
    same.question.yes.click()
    assert "Said of 2 recordings." in words(same)
    said = [consents.consent_of(practised.log, one) for one in here(practised)]
    assert [one.use for one in said if one] == ["rating", "rating"]


def test_a_review_says_what_was_agreed_to_and_can_change_it(
    practised: Practised, qtbot: QtBot
) -> None:
    one = rated(practised)
    screen = ReviewScreen(practised.desk(), one.id, Window())
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    assert "Nothing was agreed to" in words(screen.consent)
    screen.consent.change.click()
    screen.consent.choice.use.setCurrentIndex(1)
    screen.consent.choice.months.setCurrentIndex(0)
    screen.consent.choice.months.activated.emit(0)
    said = consents.consent_of(practised.log, one.id)
    assert said is not None
    assert (said.use, said.keep_until) == ("rating", (one.started_at.date().replace(month=12)))
    screen.view.reload()
    assert "Your supervisor or program may rate it, kept until 2 Dec 2026." in words(screen.consent)
    screen.left()


def test_what_is_chosen_is_said_of_the_next_recording_and_all_of_me_leads_to_welcome(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = settled_home(tmp_path / "home")
    settings = Settings(home.settings_file)
    settings.set("consent", "research")
    settings.set("keep_months", 3)
    person = settings.text("person")
    with opened(qtbot, home, monkeypatch) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        it.shows(lambda: any(b.isEnabled() for b in it.buttons_named("Begin  (Enter)")))
        it.press("Return")
        it.shows(lambda: it.screen() == "StageScreen")
        it.rate()
        ((response, _),) = kept(home)
        log = open_log(home.folder, read_only=True)
        said = consents.consent_of(log, response.id)
        log.close()
        assert said is not None
        assert said.use == "research"
        assert said.keep_until is not None
        it.press("Escape")
        it.shows(lambda: it.screen() == "TodayScreen")
        it.control("7")
        it.tab_to("Forget all of me …")
        it.press("Space")
        it.shows(lambda: "Delete all of you" in _asked(it))
        it.type("1")
        it.press("Return")
        it.shows(lambda: it.screen() == "WelcomeScreen")
    log = open_log(home.folder)
    assert not knows(log, person)
    assert log.rows("SELECT * FROM forgetting") == []
    log.close()
    assert not list(home.folder.rglob(f"*{response.id}*"))
    assert person not in home.settings_file.read_text()


def _asked(it: Opened) -> str:
    shown = it.window.shown()
    card = shown.findChild(PrivacyCard) if shown else None
    return words(card) if card else ""
