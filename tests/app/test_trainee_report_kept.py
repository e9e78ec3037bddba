"""Who may be written about and for whom, what was typed, and what goes with a person."""

from pathlib import Path

import pytest

from tests.app.trainee_written import HOSTILE, fake_pdf, opened, page_of
from tests.gui.raters import Raters
from trainer.app import forget
from trainer.app.consent import state_for_all, state_for_one
from trainer.app.forget_choice import Choice
from trainer.app.library import Library
from trainer.app.trainee_material import find_trainee, read_material, trainees
from trainer.app.trainee_report import Draft, draft_of, keep_draft, trainee_report, write_sheet
from trainer.app.trainee_words import STRONGEST, TYPICAL
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.store import drafts, people
from trainer.store.db import open_log


def test_what_was_typed_stands_verbatim_and_escaped(rated: Raters, tmp_path: Path) -> None:
    found = opened(rated)
    one = found.response(TYPICAL)
    assert one is not None
    draft = Draft(
        opening=f"Dear Tim\nsecond line\n\n{HOSTILE}",
        practise="Breathe.",
        closing="",
        texts={one.response_id: "<b>mine</b>"},
        chosen={STRONGEST: ""},
    )
    page, paper = page_of(rated, opened(rated, draft), tmp_path)
    assert '<p class="spoken" dir="auto">Dear Tim\nsecond line</p>' in page
    assert "Dear Tim<br>second line" in paper
    for text in (page, paper):
        assert "&lt;b&gt;mine&lt;/b&gt;" in text
        assert "<b>mine" not in text
        assert "{{ 7 * 7 }} {% raw %} \u202eoof☃" in text
        assert "Breathe." in text
        assert "Your strongest moment" not in text
        assert "What was heard in two answers" in text
        assert "<h2>Next</h2>" not in text
        assert 'id="closing"' not in text


def test_a_draft_is_kept_and_goes_with_the_person(rated: Raters) -> None:
    found = opened(rated)
    one = found.material.responses[0].response_id
    draft = Draft("Dear", None, "", {one: "typed"}, {TYPICAL: one}, ("a comment",))
    assert draft_of(rated.log, found.material) == Draft()
    keep_draft(rated.log, found.material, draft)
    assert draft_of(rated.log, found.material) == draft
    drafts.save_draft(rated.log, "x", {})
    rated.log.close()
    done = forget.forget_for_good(
        rated.home, Choice(person=rated.trainees[0].id), lambda _toll: True
    )
    assert done.left == ()
    rated.log = open_log(rated.home.folder)
    assert rated.log.row("SELECT COUNT(*) AS n FROM drafts WHERE key LIKE 'trainee-report%'") == {
        "n": 0
    }


def test_forgetting_one_answer_takes_the_report_along(rated: Raters) -> None:
    files = write_sheet(opened(rated), rated.home.reports, fake_pdf)
    other = rated.home.reports / "attune-feedback-somebody.html"
    other.write_text("of somebody else")
    rated.log.close()
    one = rated.given[rated.trainees[0].id][2].id
    forget.forget_for_good(rated.home, Choice(response=one), lambda _toll: True)
    assert not any(path.exists() for path in files.values())
    assert other.exists()
    rated.log = open_log(rated.home.folder)


def test_a_rater_who_has_still_to_rate_is_shown_nothing(raters: Raters) -> None:
    for response in raters.given[raters.trainees[0].id]:
        raters.rate(raters.ada, response, 1, 1, 1)
    with pytest.raises(KnownError, match="set out to rate 5 of these"):
        opened(raters, viewer=raters.me.id)
    assert len(opened(raters, viewer=raters.ada.id).material.responses) == 5
    with pytest.raises(KnownError, match="No response of this person"):
        opened(raters, viewer=raters.trainees[0].id)


def test_what_may_not_be_rated_any_more_is_in_no_report(rated: Raters) -> None:
    tim = rated.trainees[0]
    first, *others = rated.given[tim.id]
    for_practice = Consent("practice", UNTIL_DELETED)
    state_for_one(rated.log, first.id, for_practice)
    told = opened(rated).material.responses
    assert {one.response_id for one in told} == {one.id for one in others}
    state_for_all(rated.log, tim.id, for_practice)
    with pytest.raises(KnownError, match="has not agreed to be rated for any"):
        opened(rated)


def test_who_can_be_written_about(rated: Raters) -> None:
    tim = rated.trainees[0]
    assert [(one.name, one.responses) for one in trainees(rated.log, rated.me.id)] == [("Tim", 5)]
    assert trainees(rated.log, tim.id) == ()
    assert find_trainee(rated.log, "Tim") == tim.id == find_trainee(rated.log, tim.id)
    with pytest.raises(KnownError, match="'Una' has been rated"):
        find_trainee(rated.log, "Una")
    people.rename(rated.log, rated.trainees[1].id, "Tim")
    rated.both(rated.given[rated.trainees[1].id][0], (1, 1, 1), (1, 1, 1))
    with pytest.raises(KnownError, match="2 people are called Tim"):
        find_trainee(rated.log, "Tim")


def test_scales_that_are_gone_are_told(rated: Raters) -> None:
    with pytest.raises(KnownError, match="no longer in the library"):
        read_material(rated.log, rated.home, Library((), ()), rated.trainees[0].id)


def test_the_command_writes_what_was_edited(rated: Raters, tmp_path: Path) -> None:
    found = opened(rated)
    keep_draft(rated.log, found.material, Draft(closing="See you on Monday."))
    before = rated.log.path.read_bytes()
    files = trainee_report(rated.home, "Tim", tmp_path / "out", fake_pdf)
    assert files["html"].name.startswith("attune-feedback-tim-")
    assert "See you on Monday." in files["html"].read_text("utf-8")
    again = trainee_report(rated.home, "Tim", tmp_path / "out", fake_pdf)
    assert again["pdf"].stem == f"{files['pdf'].stem}-2"
    assert rated.log.path.read_bytes() == before
