"""The feedback report of a trainee: every figure worked out again, every typed word verbatim."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from statistics import fmean, stdev

import pytest

from tests.app import judged
from tests.gui.raters import Raters, settled
from trainer.app import consensus, forget
from trainer.app.consent import state_for_all, state_for_one
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.trainee_material import find_trainee, read_material, trainees
from trainer.app.trainee_report import (
    Draft,
    Sheet,
    draft_of,
    keep_draft,
    make_report,
    sheet,
    trainee_report,
    write_sheet,
)
from trainer.app.trainee_words import STRONGEST, TO_WORK_ON, TYPICAL
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.store import drafts, people, ratings
from trainer.store.db import open_log

HOSTILE = "<script>alert('x')</script> & {{ 7 * 7 }} {% raw %} \u202eoof\N{SNOWMAN}"
# Supervisors' scores on warmth, repair, metacommunication by client: M. K.'s, then Ada's.
GIVEN: list[tuple[tuple[float | None, ...], tuple[float | None, ...]]] = [
    ((4, 2, 3), (5, 2, 3)),
    ((3, 1, 3), (4, 2, 2)),
    ((4, 2, None), (4, 1, None)),
    ((5, 2, 4), (5, 3, 4)),
    ((3, 2, 3), (3, 2, 3)),
]


def fake_pdf(html: str, path: Path) -> None:
    path.write_text(html, encoding="utf-8")


@pytest.fixture
def raters(tmp_path: Path) -> Iterator[Raters]:
    made = settled(
        Home(tmp_path / "data"),
        names=("Tim", "Una <U> & Co"),
        clients=5,
        seconds=1.0,
        own=(4, 3, 3),
    )
    yield made
    made.log.close()


@pytest.fixture
def rated(raters: Raters) -> Raters:
    for response, (mine, hers) in zip(raters.given[raters.trainees[0].id], GIVEN, strict=True):
        raters.both(response, mine, hers)
    return raters


def opened(raters: Raters, draft: Draft | None = None, viewer: str = "") -> Sheet:
    material = read_material(raters.log, raters.home, raters.library, raters.trainees[0].id, viewer)
    return sheet(material, draft or Draft())


def page_of(raters: Raters, of: Sheet, out: Path) -> tuple[str, str]:
    files = write_sheet(of, out, fake_pdf)
    assert list(files) == ["html", "pdf"]
    return files["html"].read_text("utf-8"), files["pdf"].read_text("utf-8")


def table(page: str) -> list[list[str]]:
    """The cells of the profile's table, without markup."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>",
                                                                      row, re.DOTALL)]
        for row in rows
    ]  # fmt: skip


def test_every_figure_of_the_profile_is_what_it_should_be(rated: Raters, tmp_path: Path) -> None:
    page, paper = page_of(rated, opened(rated), tmp_path)
    t = {4: 2.776, 3: 3.182}
    own = (4, 3, 3)
    for column, (title, cells) in enumerate(
        zip(("Warmth", "Repair", "Metacommunication"), table(page), strict=True)
    ):
        means = [
            fmean((mine[column], hers[column]))  # type: ignore[type-var]  # None left out below
            for mine, hers in GIVEN
            if mine[column] is not None
        ]
        n, mean = len(means), fmean(means)
        half = t[n - 1] * stdev(means) / n**0.5
        head, shown, interval, ours, gap = cells
        assert head.startswith(title)
        assert f"{n} answers to {n} clients, 2 raters" in head
        assert shown == f"{mean:.1f}"
        assert interval == f"{max(mean - half, 1):.1f} to {min(mean + half, 5):.1f}"
        assert ours == f"{own[column]:.1f}"
        apart = own[column] - mean
        low, high = apart - half, apart + half  # every own score is alike
        ends = sorted((abs(low), abs(high)))
        limits = f"{ends[0]:.1f} to {ends[1]:.1f}"
        if low <= 0 <= high:
            limits = f"{apart_in_words(low)} to {apart_in_words(high)}: may be chance"
        assert gap == f"{apart_in_words(apart)} ({limits})"
        assert f'<td class="row score">{mean:.1f}</td>' in paper


def apart_in_words(points: float) -> str:
    order = "higher" if points > 0 else "lower"
    return f"{abs(points):.1f} {order}" if round(points, 1) else "the same"


def test_the_item_that_stands_out_is_the_one_thing(rated: Raters) -> None:
    found = opened(rated)
    assert found.profile.lowest is not None
    assert (found.profile.lowest.item, found.profile.lowest.stands_out) == ("repair", True)
    repair = found.material.rubric.item("repair")
    thing, why = found.part("practise").split("\n\n")
    assert thing == repair.practise
    assert "from Repair, rated lower than your other scales, by more than chance" in why


def test_where_nothing_stands_out_it_says_so(raters: Raters) -> None:
    for response, scores in zip(
        raters.given[raters.trainees[0].id], ((3, 3, 4), (4, 2, 3), (2, 4, 3)), strict=False
    ):
        raters.both(response, scores, scores)
    found = opened(raters)
    assert "None of your scales stands out" in found.part("practise")
    assert found.profile.lowest is not None
    lowest = found.material.rubric.item(found.profile.lowest.item)
    assert found.part("practise").startswith(lowest.practise)


def test_few_ratings_say_what_cannot_be_said(raters: Raters, tmp_path: Path) -> None:
    raters.rate(raters.me, raters.given[raters.trainees[0].id][0], 4, 2, 3)
    found = opened(raters)
    page, _ = page_of(raters, found, tmp_path)
    assert "So few answers cannot tell" in found.part("practise")
    assert "no interval yet" in page
    assert "has no interval. Whether it is truly higher or lower" in page
    assert "One rater gave all these ratings" in page
    assert "What was heard in one answer" in page
    (one,) = make_report(found).answers  # one alone is neither strong nor typical
    assert (one.head, one.why) == (
        "Your answer",
        "It is the only answer of yours that is rated so far.",
    )
    assert one.text.startswith("The highest scale here is Warmth (4.0).")


def test_three_answers_are_chosen_by_a_rule_that_is_told(rated: Raters, tmp_path: Path) -> None:
    found = opened(rated)
    ids = [one.id for one in rated.given[rated.trainees[0].id]]
    item_means = [
        fmean([s for pair in GIVEN for s in (pair[0][k], pair[1][k]) if s is not None])
        for k in range(3)
    ]
    apart = []
    for mine, hers in GIVEN:
        above = [
            (mine[k] + hers[k]) / 2 - item_means[k]  # type: ignore[operator]  # None is left out
            for k in range(3)
            if mine[k] is not None
        ]
        apart.append(fmean(above))
    assert found.suggested.chosen[STRONGEST] == ids[apart.index(max(apart))]
    # Both of these have the lowest mean on repair (1.5); the second is lower over all.
    assert found.suggested.chosen[TO_WORK_ON] == ids[1]
    left = [k for k in range(5) if ids[k] not in
            (found.suggested.chosen[STRONGEST], found.suggested.chosen[TO_WORK_ON])]  # fmt: skip
    assert found.suggested.chosen[TYPICAL] == ids[min(left, key=lambda k: abs(apart[k]))]
    assert opened(rated).suggested == found.suggested
    page, _ = page_of(rated, found, tmp_path)
    assert "rated lowest on Repair, the scale with your lowest mean" in page
    assert "scale by scale, it was rated highest" in page


def test_a_consensus_stands_apart(rated: Raters, tmp_path: Path) -> None:
    before = opened(rated).profile.items["warmth"].mean
    one = rated.given[rated.trainees[0].id][3]
    seen = [r.id for r in ratings.ratings_of(rated.log, one.id) if r.role == "supervisor"]
    draft = consensus.Draft({"warmth": 1.0, "repair": 1.0, "metacommunication": 1.0}, "secret why")
    consensus.lock(rated.log, rated.rubric, one.id, draft, seen)
    found = opened(rated)
    assert found.profile.items["warmth"].mean == before
    page, _ = page_of(rated, found, tmp_path)
    assert "Agreed on in discussion: 1.0 (1 answer)" in page
    assert "Agreed on in discussion: Warmth 1, Repair 1, Metacommunication 1." in page
    assert "secret why" not in page  # said among raters
    rated.rate(rated.ada, one, 5, 4, 4)
    page, _ = page_of(rated, opened(rated), tmp_path)
    assert "One of the ratings this rests on was corrected since." in page


def test_comments_are_quoted_with_their_times(rated: Raters, tmp_path: Path) -> None:
    found = opened(rated)
    strongest = found.response(STRONGEST)
    assert strongest is not None
    response = next(
        one for one in rated.given[rated.trainees[0].id] if one.id == strongest.response_id
    )
    rated.say(rated.ada, response, 2.0 + 74.2, f"the detail, {HOSTILE}", "owns-part")
    unwanted = rated.say(rated.me, response, 2.0 + 3.0, "too harsh", "")
    page, paper = page_of(rated, opened(rated), tmp_path)
    assert '<span class="when">1:14</span>You own a part in it.' in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; {{ 7 * 7 }}" in page
    assert "<script" not in page
    assert "too harsh" in page
    assert ">1:14</td>" in paper
    assert "Times count from where the client ends, as in Review" in page
    page, _ = page_of(rated, opened(rated, Draft(left_out=(unwanted,))), tmp_path)
    assert "too harsh" not in page
    assert "Ada" not in page
    assert "M. K." not in page  # who rated is not told


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


def test_another_answer_in_a_slot_is_said_to_be_chosen(rated: Raters, tmp_path: Path) -> None:
    found = opened(rated)
    used = set(found.suggested.chosen.values())
    other = next(o.response_id for o in found.material.responses if o.response_id not in used)
    again = opened(rated, Draft(chosen={STRONGEST: other}))
    assert again.response(STRONGEST) == found.material.response(other)
    page, _ = page_of(rated, again, tmp_path)
    assert "Chosen by your supervisor." in page
    assert "raters heard the most" not in page


def test_words_that_say_what_was_missed_are_no_praise(raters: Raters, tmp_path: Path) -> None:
    """All is rated 1 and 2: each answer names a next step, in the words of a 3."""
    for response in raters.given[raters.trainees[0].id][:2]:
        raters.both(response, (2, 1, 1), (2, 1, 1))
    found = opened(raters)
    for slot in (STRONGEST, TO_WORK_ON):
        assert "A next step, in the words of the scale: “" in found.text(slot)
    warmth, repair = found.material.rubric.items[:2]
    assert found.text(STRONGEST).endswith(f"“{warmth.anchors[3]}”")
    assert found.text(TO_WORK_ON).endswith(f"“{repair.anchors[3]}”")
    assert "raters heard the most" not in found.text(STRONGEST)


def test_an_answer_to_which_the_lowest_scale_does_not_apply_was_not_chosen_for_it(
    raters: Raters, tmp_path: Path
) -> None:
    given = raters.given[raters.trainees[0].id][:3]
    for response, scores in zip(given, ((5, 5, 2), (3, 3, None), (3, 3, None)), strict=True):
        raters.both(response, scores, scores)
    page, _ = page_of(raters, opened(raters), tmp_path)
    assert "Chosen because its ratings lie furthest below your own means." in page
    assert "rated lowest on" not in page


def test_the_gap_is_the_difference_of_what_is_printed(raters: Raters, tmp_path: Path) -> None:
    given = raters.given[raters.trainees[0].id][:4]
    for response in given:
        raters.both(response, (3, 3, 3), (4, 3, 3))
    (own,) = (r for r in ratings.ratings_of(raters.log, given[0].id) if r.role == "self")
    more = replace(own, id=new_id(), scores={**own.scores, "warmth": 5.0}, supersedes=own.id)
    ratings.add_rating(raters.log, more)
    page, _ = page_of(raters, opened(raters), tmp_path)
    _, mean, _, own_mean, gap = table(page)[0]
    assert (mean, own_mean) == ("3.5", "4.2")  # 4.25: the gap is 0.75
    assert gap.startswith("0.7 higher (")


def test_own_rating_raters_and_gap_are_of_the_same_answers(rated: Raters, tmp_path: Path) -> None:
    """Own metacommunication is taken back to N/A in all but the first two of five answers."""
    for response in rated.given[rated.trainees[0].id][2:]:
        (own,) = (r for r in ratings.ratings_of(rated.log, response.id) if r.role == "self")
        scores = {**own.scores, "metacommunication": None}
        ratings.add_rating(rated.log, replace(own, id=new_id(), scores=scores, supersedes=own.id))
    page, paper = page_of(rated, opened(rated), tmp_path)
    head, mean, _, own_mean, gap = table(page)[2]
    assert (mean, own_mean) == ("3.1", "3.0")
    both = fmean((3, 2.5))  # of the four answers it applied to, the two that both rated
    assert gap == f"{3 - both:.1f} higher; too few to tell"
    assert f"on the 2 answers you rated too, where the raters' mean is {both:.1f}" in unescape(head)
    assert "both on the same answers (2 to 5 answers, scale by scale)" in page
    assert "Ring: your own mean, on those of the answers that you rated too." in page
    assert "on the 2 answers you rated too" in paper
    assert "Alliance skills, version 2" in page


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
        rated.home, forget.Choice(person=rated.trainees[0].id), lambda _toll: True
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
    forget.forget_for_good(rated.home, forget.Choice(response=one), lambda _toll: True)
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


def test_a_severe_rater_is_allowed_for(raters: Raters, tmp_path: Path) -> None:
    """Ada gives a point less; Tim was rated by her alone, Una by both."""
    tim, una = (raters.given[one.id] for one in raters.trainees)
    for number, response in enumerate(una):
        score = 3 + number % 2
        raters.both(response, (score,) * 3, (score - 1,) * 3)
    for response in tim:
        raters.rate(raters.ada, response, 2, 3, 2)
    found = opened(raters)
    assert found.profile.items["warmth"].fair == pytest.approx(2.5)
    page, _ = page_of(raters, found, tmp_path)
    assert "fair mean 2.5" in page
    assert "worked out from all 10 responses" in page
    state_for_one(raters.log, una[0].id, Consent("practice", UNTIL_DELETED))  # taken back
    page, _ = page_of(raters, opened(raters), tmp_path)
    assert "worked out from all 9 responses" in page


def test_it_says_what_it_is_not(rated: Raters, tmp_path: Path) -> None:
    page, paper = page_of(rated, opened(rated), tmp_path)
    for text in (page, paper):
        assert "Synthetic voice: for practice, not equivalent to filmed clients." in text
        assert "not a norm-referenced assessment" in text
        assert "say nothing about how clients fare" in text
        assert "Facilitative Interpersonal Skills" in text  # that the scales are not equivalent
        assert "In 14 of 14 pairs" in text


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


def test_more_than_one_rubric_is_not_mixed(rated: Raters, tmp_path: Path) -> None:
    eight = rated.library.rubric("facilitative-eight")
    of = judged.begin(rated.log, rated.home, rated.library, eight, rated.ada.id)
    one = rated.given[rated.trainees[0].id][0]
    judged.lock(rated.log, of, eight, one.id, (1,) * 8)
    page, _ = page_of(rated, opened(rated), tmp_path)
    assert len(table(page)) == 3
    assert "There are also ratings on other scales" in page
