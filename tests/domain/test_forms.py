"""Balanced forms: as alike as any can be, the same each time, and the figure says how alike."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from tests.domain.made import vignette
from trainer.domain.errors import KnownError
from trainer.domain.forms import LENGTH, LEVEL, MARKERS, QUADRANT, RUPTURE, balance, propose
from trainer.domain.vignette import LEVELS, QUADRANTS, Vignette
from trainer.domain.vignette import MARKERS as EVERY_MARKER


def client(number: int, drawn: random.Random) -> Vignette:
    one = vignette(f"v{number:02}", drawn.choice(LEVELS), seconds=drawn.uniform(20, 60))
    tags = replace(
        one.tags, rupture=drawn.choice(("withdrawal", "confrontation")),
        quadrant=drawn.choice(QUADRANTS), markers=tuple(drawn.sample(EVERY_MARKER, 2)),
    )  # fmt: skip
    return replace(one, tags=tags, client=replace(one.client, name=f"Client {number}"))


def pool(count: int, seed: int = 1) -> list[Vignette]:
    drawn = random.Random(seed)
    return [client(number, drawn) for number in range(count)]


def test_the_figure_is_what_would_have_to_be_exchanged() -> None:
    one = vignette("one", "beginner", seconds=30)
    alike = balance([[one, one], [one, one]])
    assert (alike.imbalance, set(alike.parts.values())) == (0, {0.0})
    hard = replace(one, tags=replace(one.tags, level="advanced", markers=("denial", "deference")))
    slow = vignette("slow", "beginner", seconds=60)
    found = balance([[one, one], [hard, slow]])
    assert found.parts == {LEVEL: 0.5, RUPTURE: 0, MARKERS: 0.5, QUADRANT: 0, LENGTH: 1 / 3}
    assert found.imbalance == pytest.approx((0.5 + 0.5 + 1 / 3) / 5)
    assert found.counts[LEVEL] == ({"beginner": 2}, {"advanced": 1, "beginner": 1})
    assert found.counts[MARKERS][1] == {"denial": 1, "deference": 1, "": 1}
    assert found.lengths_s == (60, 90)


@pytest.mark.parametrize("seed", range(6))
def test_two_forms_of_all_clients_are_nearly_as_alike_as_any_two(seed: int) -> None:
    clients = pool(8, seed)
    every = [
        balance([four, [one for one in clients if one not in four]]).imbalance
        for four in combinations(clients, 4)
    ]
    found = balance(propose(clients, 2, 4)).imbalance
    assert sum(other < found - 1e-9 for other in every) <= len(every) * 0.03
    assert found - min(every) < 0.03


def test_of_many_they_are_far_more_alike_than_drawn_ones_and_the_same_each_time() -> None:
    clients = pool(40)
    forms = propose(clients, 2, 6)
    assert forms == propose(clients, 2, 6)
    assert [len({one.id for one in form}) for form in forms] == [6, 6]
    assert not {one.id for one in forms[0]} & {one.id for one in forms[1]}
    drawn = random.Random(7)
    by_chance = []
    for _ in range(200):
        some = drawn.sample(clients, 12)
        by_chance.append(balance([some[:6], some[6:]]).imbalance)
    assert balance(forms).imbalance < min(by_chance)
    assert balance(forms).parts[LEVEL] == 0


def test_nobody_of_one_name_is_in_a_form_twice_and_too_few_are_told() -> None:
    clients = [
        replace(one, client=replace(one.client, name=f"Client {at // 2}"))
        for at, one in enumerate(pool(6))
    ]
    for form in propose(clients, 2, 3):
        assert len({one.client.name for one in form}) == 3
    with pytest.raises(KnownError, match="2 forms of 4 need 8 different clients; there are 6"):
        propose(clients, 2, 4)
