"""One trainee's profile, each figure worked out again here."""

import math
from statistics import fmean, stdev

import pytest

from trainer.domain.mark import Mark
from trainer.scoring.profile import over_clients, profile

T_3 = 3.182446305284263  # Student's t, 97.5 %, 3 degrees of freedom


def marks(
    item: str, table: dict[tuple[str, str], dict[str, float | None]], *, role: str = "supervisor",
    trainee: str = "tim",
) -> list[Mark]:  # fmt: skip
    """Marks from {(client, response): {rater: score}}."""
    return [
        Mark(response, rater, item, score, trainee, client, None, role)
        for (client, response), given in table.items()
        for rater, score in given.items()
    ]


WARMTH: dict[tuple[str, str], dict[str, float | None]] = {
    ("anna", "1"): {"a": 3, "b": 4},
    ("anna", "2"): {"a": 5, "b": 4},
    ("ben", "3"): {"a": 2, "b": 3},
    ("cleo", "4"): {"a": 4},
    ("dana", "5"): {"a": 1, "b": 3},
}


def test_answers_to_one_client_count_as_one() -> None:
    found = profile(marks("warmth", WARMTH), "tim").items["warmth"]
    clients = [fmean((3.5, 4.5)), 2.5, 4.0, 2.0]
    half = T_3 * stdev(clients) / 2
    assert found.mean is not None
    assert found.mean.value == pytest.approx(fmean(clients))
    assert found.mean.low == pytest.approx(fmean(clients) - half)
    assert found.mean.high == pytest.approx(fmean(clients) + half)
    assert (found.responses, found.clients, found.raters, found.ratings) == (5, 4, 2, 9)


def test_ratings_that_are_all_alike_are_not_certain() -> None:
    alike, count = over_clients([("a", 3.0), ("b", 3.0), ("c", 3.0)])
    assert alike is not None
    assert alike.low is not None
    assert count == 3
    assert alike.value - alike.low == pytest.approx(4.302652729911275 * math.sqrt(1 / 36))


def test_two_clients_have_no_interval() -> None:
    found, count = over_clients([("a", 1.0), ("b", 5.0), ("b", 3.0)])
    assert found is not None
    assert (found.value, found.low, found.high, count) == (2.5, None, None, 2)
    assert over_clients([]) == (None, 0)


def test_a_consensus_and_other_trainees_are_in_no_mean() -> None:
    table = marks("warmth", WARMTH)
    agreed = marks("warmth", {("ben", "3"): {"consensus": 5}, ("anna", "1"): {"consensus": 4}},
                   role="consensus")  # fmt: skip
    other = marks("warmth", {("anna", "9"): {"a": 1, "b": 1}}, trainee="una")
    alone, with_all = profile(table, "tim"), profile([*table, *agreed, *other], "tim")
    one, two = alone.items["warmth"], with_all.items["warmth"]
    assert two.mean == one.mean
    assert (two.agreed, two.agreed_on) == (4.5, 2)
    assert (one.agreed, one.agreed_on) == (None, 0)


def test_the_gap_is_over_what_both_rated() -> None:
    own = marks("warmth", {("anna", "1"): {"tim": 5}, ("ben", "3"): {"tim": 3},
                           ("cleo", "4"): {"tim": 5}, ("elsa", "8"): {"tim": 1}},
                role="self")  # fmt: skip
    found = profile([*marks("warmth", WARMTH), *own], "tim").items["warmth"]
    assert found.pairs == 3
    assert found.own == pytest.approx(fmean((5, 3, 5)))
    assert found.gap is not None
    assert found.gap.value == pytest.approx(fmean((5 - 3.5, 3 - 2.5, 5 - 4)))
    assert found.gap.low is not None


def test_a_severe_rater_is_allowed_for_where_raters_can_be_compared() -> None:
    """b is one point more severe than a; tim was rated by b alone."""
    both = {(f"c{k}", f"r{k}"): {"a": 3.0 + k % 2, "b": 2.0 + k % 2} for k in range(6)}
    others = marks("warmth", both, trainee="una")
    theirs = marks("warmth", {(f"c{k}", f"t{k}"): {"b": 2.0 + (k == 0)} for k in range(4)})
    found = profile([*others, *theirs], "tim").items["warmth"]
    assert found.mean is not None
    assert found.fair == pytest.approx(found.mean.value + 0.5)
    assert profile(theirs, "tim").items["warmth"].fair is None


def test_not_applicable_is_no_score() -> None:
    found = profile(marks("repair", {("anna", "1"): {"a": None, "b": None}}), "tim")
    assert found.items["repair"].mean is None
    assert found.items["repair"].responses == 0
    assert found.lowest is None


def test_how_often_two_raters_are_near() -> None:
    found = profile(marks("warmth", WARMTH), "tim")
    assert (found.pairs, found.within_one) == (4, 3)


class TestLowest:
    def three(self, *repair: float) -> list[Mark]:
        clients = [(f"c{k}", f"r{k}") for k in range(len(repair))]
        return [
            *marks("warmth", {key: {"a": 4.0, "b": 4.0 - k % 2} for k, key in enumerate(clients)}),
            *marks("repair", {key: {"a": score} for key, score in zip(clients, repair,
                                                                      strict=True)}),
            *marks("talk", {key: {"a": 3.0 + k % 2} for k, key in enumerate(clients)}),
        ]  # fmt: skip

    def test_one_that_is_lower_with_every_client_stands_out(self) -> None:
        found = profile(self.three(1, 2, 1, 2, 1), "tim").lowest
        assert found is not None
        assert found.below is not None
        assert (found.item, found.stands_out) == ("repair", True)
        others = [fmean((4, 3)), fmean((3.5, 4)), fmean((4, 3)), fmean((3.5, 4)), fmean((4, 3))]
        apart = [x - y for x, y in zip((1, 2, 1, 2, 1), others, strict=True)]
        assert found.below.value == pytest.approx(fmean(apart))
        # Bonferroni for three items, 4 degrees of freedom (a table of t)
        half = 3.961 * max(stdev(apart), math.sqrt(1 / 12)) / math.sqrt(5)
        assert found.below.high == pytest.approx(fmean(apart) + half, abs=1e-3)

    def test_one_that_is_lowest_by_chance_does_not(self) -> None:
        found = profile(self.three(3, 4, 2, 4, 3), "tim").lowest
        assert found is not None
        assert (found.item, found.stands_out) == ("repair", False)

    def test_two_clients_are_too_few(self) -> None:
        found = profile(self.three(1, 1), "tim").lowest
        assert found is not None
        assert found.below is not None
        assert found.below.high is None
        assert not found.stands_out

    def test_a_single_item_is_below_nothing(self) -> None:
        found = profile(marks("warmth", WARMTH), "tim").lowest
        assert found is not None
        assert (found.item, found.below, found.stands_out) == ("warmth", None, False)
