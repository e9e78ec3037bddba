"""The clock by which moments of an answer are told."""

import pytest

from trainer.domain.moments import clock, into_answer


@pytest.mark.parametrize(
    ("file_s", "client_end_s", "told"),
    [
        (9.2, 2.0, "0:07"), (76.2, 2.0, "1:14"), (2.0, 2.0, "0:00"),
        (0.4, 2.0, "\N{MINUS SIGN}0:02"),
        (1.7, 2.0, "0:00"), (62.0, None, "1:02"),
    ],
)  # fmt: skip
def test_a_moment_counts_from_where_the_client_ends(
    file_s: float, client_end_s: float | None, told: str
) -> None:
    assert clock(into_answer(file_s, client_end_s)) == told
