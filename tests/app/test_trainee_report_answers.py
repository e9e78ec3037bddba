"""Which answers a feedback report tells of, by a rule that is told, and in which words."""

from pathlib import Path
from statistics import fmean

from tests.app.trainee_written import GIVEN, HOSTILE, opened, page_of
from tests.gui.raters import Raters
from trainer.app.trainee_report import Draft
from trainer.app.trainee_words import STRONGEST, TO_WORK_ON, TYPICAL


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
