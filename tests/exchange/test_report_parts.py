"""The small parts of a report: anchors, figures, and the picture of both sounds."""

import re
from dataclasses import replace

import pytest

from tests.exchange.reported import COLUMNS, SCALE_ITEMS, WAVES
from trainer.exchange.report import Wave, Waves
from trainer.exchange.waveform_svg import WIDTH, waveform_svg
from trainer.exchange.wording import anchor, number


def test_anchor_of_a_half_point_names_both_neighbours() -> None:
    assert anchor(SCALE_ITEMS[0], 2.5) == "Warmth anchor 2 – Warmth anchor 3"


def test_a_figure_has_a_true_minus_but_not_before_a_zero() -> None:
    assert [number(-0.04, 1), number(-0.06, 1), number(-21.6, 0)] == ["0.0", "−0.1", "−22"]


@pytest.mark.parametrize(
    "waves",
    [
        WAVES,
        Waves(None, None, 0.0, 0.0, False),
        replace(WAVES, client=None),
        replace(WAVES, response=Wave(0.0, ()), onset_s=None),
        replace(WAVES, client_end_s=0.5, response_at_s=-5.0),
        replace(WAVES, response=Wave(5400.0, COLUMNS)),
        replace(WAVES, onset_s=49.4),
    ],
)
def test_the_picture_stays_within_its_frame(waves: Waves) -> None:
    svg = waveform_svg(waves, "Client", "Response", "begins 1.6 ± 0.1 s after the client ends", "?")
    places = [float(x) for x in re.findall(r' x[12]?="([-\d.]+)"', svg)]
    places += [float(pair.split(",")[0]) for pair in re.findall(r"[-\d.]+,[-\d.]+", svg)]
    assert places
    assert min(places) >= 0
    assert max(places) <= WIDTH
