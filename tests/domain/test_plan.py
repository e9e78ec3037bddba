"""What is practised next: one step beyond present ability, the longest unmet first."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.domain.made import vignette
from trainer.domain.plan import choose, focus_skill, level_now, minutes_needed

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_a_beginner_starts_with_warmth() -> None:
    assert focus_skill({}) == "warmth"
    assert focus_skill({"warmth": [], "repair": []}) == "warmth"


def test_the_lowest_rated_skill_is_practised_and_a_tie_goes_to_the_earlier() -> None:
    assert focus_skill({"warmth": [4], "repair": [2], "metacommunication": [3]}) == "repair"
    assert focus_skill({"warmth": [3], "repair": [3]}) == "warmth"


def test_only_the_last_six_ratings_of_a_skill_count() -> None:
    assert focus_skill({"warmth": [1] * 20 + [5] * 6, "repair": [4] * 6}) == "repair"


def test_a_skill_that_was_never_rated_is_not_the_weakest() -> None:
    assert focus_skill({"repair": [4.5]}) == "repair"


@pytest.mark.parametrize(
    ("felt", "level"),
    [
        ([], "beginner"),
        (["right"], "beginner"),
        (["too-easy"], "intermediate"),
        (["too-easy", "too-easy", "too-easy"], "advanced"),
        (["too-easy", "too-hard"], "beginner"),
        (["too-hard", "too-hard", "too-easy"], "intermediate"),
        (["too-easy", "right", "too-easy", "too-hard"], "intermediate"),
    ],
)
def test_how_a_set_felt_moves_the_level(felt: list[str], level: str) -> None:
    assert level_now(felt) == level


def test_the_level_counts_more_than_the_skill_and_that_more_than_how_long_ago() -> None:
    bank = [
        vignette("wrong-level", "advanced", ("repair",)),
        vignette("wrong-skill", "beginner", ("warmth",)),
        vignette("met-today", "beginner", ("repair",)),
        vignette("met-long-ago", "beginner", ("repair",)),
    ]
    met = {"met-today": NOW, "met-long-ago": NOW - timedelta(days=60)}
    chosen = [choose(bank, "repair", "beginner", met, n)[-1].id for n in (1,)]
    assert chosen == ["met-long-ago"]
    two = choose(bank, "repair", "beginner", met, 2)
    assert [v.id for v in two] == ["met-long-ago", "met-today"]
    three = choose(bank, "repair", "beginner", met, 3)
    assert {v.id for v in three} == {"met-long-ago", "met-today", "wrong-skill"}


def test_who_was_never_met_comes_before_who_was() -> None:
    bank = [vignette("a"), vignette("b")]
    assert [v.id for v in choose(bank, "warmth", "beginner", {"a": NOW}, 1)] == ["b"]


def test_a_set_goes_from_the_easier_to_the_harder() -> None:
    bank = [vignette("a", "advanced"), vignette("b", "intermediate"), vignette("c", "beginner")]
    chosen = choose(bank, "warmth", "advanced", {}, 3)
    assert [v.tags.level for v in chosen] == ["beginner", "intermediate", "advanced"]


def test_a_small_bank_gives_what_it_has() -> None:
    assert choose([], "warmth", "beginner", {}, 3) == ()
    assert len(choose([vignette("a")], "warmth", "beginner", {}, 3)) == 1


def test_minutes_are_clips_half_the_windows_and_two_minutes_each() -> None:
    # 3 x (30 + 30 + 120) s = 9 minutes
    assert minutes_needed([vignette("a"), vignette("b"), vignette("c")]) == 9
    assert minutes_needed([]) == 1
