"""The feedback report of a trainee: every figure worked out again, every typed word verbatim."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from statistics import fmean, stdev

import pytest

from tests.app import judged
from tests.app.trainee_written import GIVEN, opened, page_of, table
from tests.gui.raters import Raters
from trainer.app import consensus
from trainer.app.consent import state_for_one
from trainer.app.trainee_report import make_report
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.ids import new_id
from trainer.store import ratings


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


def test_more_than_one_rubric_is_not_mixed(rated: Raters, tmp_path: Path) -> None:
    eight = rated.library.rubric("facilitative-eight")
    of = judged.begin(rated.log, rated.home, rated.library, eight, rated.ada.id)
    one = rated.given[rated.trainees[0].id][0]
    judged.lock(rated.log, of, eight, one.id, (1,) * 8)
    page, _ = page_of(rated, opened(rated), tmp_path)
    assert len(table(page)) == 3
    assert "There are also ratings on other scales" in page
