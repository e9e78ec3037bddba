"""How far raters are apart, and what a consensus rests on."""

from tests.store import made
from trainer.domain import consensus, markers
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.rounds import MARKERS


def given(rater: str, *scores: float | None) -> Rating:
    items = ("warmth", "repair", "metacommunication")
    return made.rating("r", rater, role=SUPERVISOR, scores=dict(zip(items, scores, strict=True)))


def test_apart_is_the_largest_difference_on_one_item() -> None:
    far = consensus.apart((given("a", 3, 1, None), given("b", 4, 3, None)))
    assert (far.points, far.total, far.items, far.unlike) == (2, 3, ("repair",), ())
    far = consensus.apart((given("a", 1, 1, 1), given("b", 3, 1, 1), given("c", 4, 2, 4)))
    assert (far.points, far.items) == (3, ("warmth", "metacommunication"))
    none = consensus.apart((given("a", 2, 2, None), given("b", 2, 2, None)))
    assert (none.points, none.total, none.items, none.unlike) == (0, 0, (), ())


def test_whether_an_item_applies_parts_raters_more_than_points_do() -> None:
    unlike = consensus.apart((given("a", 3, 3, None), given("b", 3, 3, 2)))
    points = consensus.apart((given("a", 1, 1, 1), given("b", 5, 5, 5)))
    less = consensus.apart((given("a", 1, 1, 1), given("b", 5, 5, 4)))
    assert unlike.unlike == ("metacommunication",)
    assert sorted((less, points, unlike), key=lambda far: far.order) == [unlike, points, less]


def test_the_grounds_are_each_raters_newest_on_this_version_alone() -> None:
    first, second, other = given("a", 1, 1, 1), given("a", 2, 2, 2), given("b", 3, 3, 3)
    own = made.rating("r", "me")
    assert consensus.grounds((own, first, other, second), made.RUBRIC) == (second, other)
    assert consensus.grounds((first, other), consensus.RubricRef("core", "alliance", 3)) == ()


def test_a_consensus_tells_what_came_after_it() -> None:
    a, b, c = given("a", 1, 1, 1), given("b", 3, 3, 3), given("c", 2, 2, 2)
    both = Rating(
        "k", "r", consensus.consensus_rater(made.RUBRIC), CONSENSUS, made.RUBRIC, {"warmth": 2.0},
        False, made.EVENING, of=(a.id, b.id),
    )  # fmt: skip
    assert consensus.agreed((a, b, both), made.RUBRIC) == both
    assert not consensus.outdated(both, (a, b))
    assert consensus.added_since(both, (a, b)) == ()
    assert consensus.added_since(both, (a, b, c)) == ("c",)
    anew = given("a", 5, 5, 5)
    assert consensus.outdated(both, (anew, b))
    assert consensus.added_since(both, (anew, b, c)) == ()


def test_every_marker_has_its_words() -> None:
    assert set(markers.TOLD) == set(MARKERS)
    assert markers.told("defends") == "defend yourself"
    assert markers.told("") == ""
    assert markers.told("of another version") == "of another version"
