"""What Progress says of oneself and of others, and of the gap between the two."""

from dataclasses import replace

import pytest

from tests.app.rated import by_other
from tests.app.stage import Stage
from trainer.app.progress import ItemProgress, progress
from trainer.domain.ids import new_id
from trainer.domain.rating import SELF, Rating
from trainer.domain.response import Response
from trainer.store import ratings


def practise(stage: Stage, *scores: float) -> Response:
    """One more response, rated on warmth as each of ``scores`` by oneself."""
    for score in scores:
        stage.begin()
        stage.answer()
        stage.score_all(score, 3, 3)
        stage.practice.lock()
    return stage.responses()[-1]


def warmth(stage: Stage) -> ItemProgress:
    return progress(stage.log, stage.library, stage.person.id, stage.rubric.id).items[0]


def rate(stage: Stage, rater: str, *scores: float | None) -> None:
    """Somebody rates the oldest responses, warmth as given."""
    for response, score in zip(stage.responses(), scores, strict=False):
        by_other(stage.log, response, stage.rubric, rater, score, 3, 3)


def test_without_others_all_is_as_it_was(stage: Stage) -> None:
    practise(stage, 4, 3, 4)
    found = warmth(stage)
    assert found.others is None
    assert found.sentence.startswith("3 self-ratings, one rater. Mean of the last 3: 3.7")
    assert progress(stage.log, stage.library, stage.person.id, stage.rubric.id).raters == 0


def test_scales_of_another_pack_with_the_same_id_are_left_alone(stage: Stage) -> None:
    response = practise(stage, 4)
    other = replace(stage.rubric, ref=replace(stage.rubric.ref, pack="another-pack"))
    by_other(stage.log, response, other, "x", 100, 100, 100)
    wild = {item.id: 100.0 for item in other.items}
    own = Rating(
        new_id(), response.id, stage.person.id, SELF, other.ref, wild, True, response.started_at
    )
    ratings.add_rating(stage.log, own)
    found = warmth(stage)
    assert (found.others, [point.score for point in found.points]) == (None, [4])


def test_the_gap_is_told_with_its_interval_and_the_number_of_raters(stage: Stage) -> None:
    practise(stage, 4, 4, 3, 5, 4)
    rate(stage, "a", 3, 3, 3, 4)
    rate(stage, "b", 3, 4, 3, 4)
    # Differences 1, 0.5, 0, 1: mean 0.625, SD 0.4787, t(3) = 3.1824: 0.625 +- 0.7617
    found = warmth(stage)
    assert found.others is not None
    assert found.others.gap == (
        "On 4 responses that others rated too, you gave 4.0 on average and they 3.4: you rate "
        "yourself 0.6 points higher "
        "(95 % interval \N{MINUS SIGN}0.1 to 1.4; 2 raters): no sure difference."
    )
    assert [(p.score, len(p.raters)) for p in found.others.points] == [
        (3, 2), (3.5, 2), (3, 2), (4, 2),
    ]  # fmt: skip
    assert found.others.sentence.startswith(
        "Others: 4 responses, 2 raters. Mean of the last 4: 3.4, 95 % interval "
    )


@pytest.mark.parametrize(
    ("own", "other", "said"),
    [
        ([5] * 8, [3] * 8, "you rate yourself 2.0 points higher (95 % interval 1.7 to 2.3; one"),
        ([2] * 8, [3] * 8, "you rate yourself 1.0 point lower (95 % interval \N{MINUS SIGN}1.3 to"),
        ([3, 4, 3], [3, 4, 3], "you rate yourself as they do on the whole (95 % interval"),
    ],
)
def test_which_way_it_lies_is_in_words(
    stage: Stage, own: list[float], other: list[float], said: str
) -> None:
    practise(stage, *own)
    rate(stage, "a", *other)
    found = warmth(stage)
    assert found.others is not None
    assert said in found.others.gap


def test_below_three_it_cannot_be_told_yet(stage: Stage) -> None:
    practise(stage, 4, 4, 3)
    rate(stage, "a", 3, 3, None)
    found = warmth(stage)
    assert found.others is not None
    assert "cannot be told yet: it takes 3 responses that both rated (2 so far)" in found.others.gap
    assert len(found.others.points) == 2


def test_why_there_is_no_interval_is_told(stage: Stage) -> None:
    practise(stage, 4, 4, 3, 5)
    rate(stage, "a", 3, 3, 3, 4)
    one = warmth(stage).others
    assert one is not None
    assert one.sentence == (
        "Others: 4 responses, one rater. Mean of the last 4: 3.2, without an interval: one rater "
        "alone cannot show how strict they are."
    )
    rate(stage, "b", 3, 3)
    two = warmth(stage).others
    assert two is not None
    assert two.sentence.endswith("that takes 3 responses rated by two or more.")


def test_what_agreed_raters_gave_is_named(stage: Stage) -> None:
    response = practise(stage, 4)
    given = [
        by_other(stage.log, response, stage.rubric, r, s, 3, 3) for r, s in (("a", 1), ("b", 2))
    ]
    by_other(stage.log, response, stage.rubric, "a", 2, 3, 3, of=tuple(given))
    found = warmth(stage).others
    assert found is not None
    assert found.sentence.startswith("Others: 1 response, 2 raters, 1 by consensus. Mean: 2.0")


def test_what_is_not_rated_by_oneself_is_in_no_figure(stage: Stage) -> None:
    practise(stage, 4)
    stage.begin()
    stage.answer()
    rate(stage, "a", 3, 1)
    found = progress(stage.log, stage.library, stage.person.id, stage.rubric.id)
    assert found.raters == 1
    assert [[p.score for p in one.others.points] for one in found.items if one.others] == [
        [3], [3], [3],
    ]  # fmt: skip
