"""How long a person waited, and where their own earlier values lie."""

from dataclasses import replace

import pytest

from trainer.domain.speech import (
    BASELINE_MOST,
    Baseline,
    Pause,
    SpeechMeasures,
    baseline,
    latency,
    spoken,
)

MEASURES = SpeechMeasures(
    duration_s=20, onset_s=3.5, onset_error_s=0.03, speech_s=12, pauses=(), longest_pause_s=0.4,
    loudness_lufs=-23, peak_dbfs=-6, clipped=0, f0_median_hz=120, f0_sd_semitones=2,
    syllables_per_s=4, snr_db=30, problems=(),
)  # fmt: skip


def test_latency_runs_from_the_clients_end_and_errors_add_in_quadrature() -> None:
    found = latency(MEASURES, 2.0, 0.04)
    assert found is not None
    assert found.value_s == pytest.approx(1.5)
    assert found.error_s == pytest.approx(0.05)


def test_whoever_begins_before_the_client_ends_has_waited_less_than_nothing() -> None:
    found = latency(MEASURES, 4.0, 0.0)
    assert found is not None
    assert found.value_s == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("onset", "onset_error", "end", "end_error"),
    [(None, None, 2.0, 0.1), (3.5, None, 2.0, 0.1), (3.5, 0.1, None, None), (3.5, 0.1, 2.0, None)],
)
def test_what_is_not_known_gives_no_latency(
    onset: float | None, onset_error: float | None, end: float | None, end_error: float | None
) -> None:
    measures = replace(MEASURES, onset_s=onset, onset_error_s=onset_error)
    assert latency(measures, end, end_error) is None


def test_below_four_values_there_is_no_baseline() -> None:
    assert baseline([]) is None
    assert baseline([1, 2, 3]) is None


def test_the_baseline_is_median_and_middle_half() -> None:
    # 1..5: the inclusive quartiles are the second and the fourth value
    assert baseline([5, 1, 4, 2, 3]) == Baseline(5, 3, 2, 4)
    # 1 2 3 4: quarter way between 1 and 2 from the top, 1.75; 3.25
    assert baseline([1, 2, 3, 4]) == Baseline(4, 2.5, 1.75, 3.25)


def test_the_baseline_runs_with_the_person() -> None:
    last_year, now = [100.0] * 50, [5.0, 1.0, 4.0, 2.0, 3.0] * (BASELINE_MOST // 5)
    assert baseline([*last_year, *now]) == Baseline(BASELINE_MOST, 3, 2, 4)


def test_one_odd_response_does_not_move_the_baseline() -> None:
    assert baseline([5, 1, 4, 2, 3, 3, 3]) == baseline([900, 1, 4, 2, 3, 3, 3])


def test_pauses_are_left_out_of_the_articulation_rate_and_counted_in_the_speech_rate() -> None:
    measures = replace(MEASURES, pauses=(Pause(5, 6), Pause(8, 11)))
    assert measures.span_s == 16
    assert measures.talk_percent == pytest.approx(75)
    assert measures.speech_rate_per_s == pytest.approx(3)
    silent = replace(MEASURES, speech_s=0, syllables_per_s=None)
    assert (silent.talk_percent, silent.speech_rate_per_s) == (None, None)


def test_speech_lies_between_the_first_word_and_the_last_around_what_is_silent() -> None:
    pauses = (Pause(3.0, 3.5), Pause(5.0, 6.0))
    found = replace(MEASURES, onset_s=2.0, speech_s=4.0, pauses=pauses)
    assert spoken(found) == ((2.0, 3.0), (3.5, 5.0), (6.0, 7.5))
    # Silence that stands for lost sound, over the end of a pause and after it.
    assert spoken(found, [(5.5, 6.5), (7.0, 8.0)]) == (
        (2.0, 3.0), (3.5, 5.0), (6.5, 7.0), (8.0, 9.0)
    )  # fmt: skip
    assert spoken(replace(found, duration_s=7.25))[-1] == (6.0, 7.25)
    assert spoken(replace(found, onset_s=None, speech_s=0.0)) == ()
