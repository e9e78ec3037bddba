"""A number and what it counts agree."""

import pytest

from trainer.domain.counted import by_count, counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 trainees are"), (1, "1 trainee is"), (2, "2 trainees are")]
)
def test_one_is_told_as_one(count: int, said: str) -> None:
    assert f"{counted(count, 'trainee')} {by_count(count, 'is', 'are')}" == said
