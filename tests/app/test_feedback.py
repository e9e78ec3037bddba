"""What is shown of a response, and what its chart says: no more than can be known."""

from dataclasses import replace

import pytest

from tests.app.stage import Stage
from tests.store import made
from trainer.app.feedback import feedback
from trainer.app.library import Library
from trainer.app.progress import progress, sentence
from trainer.domain.errors import KnownError
from trainer.store import measures


def test_the_figures_are_those_of_the_sound_with_the_latency_and_its_error(stage: Stage) -> None:
    stage.runner.beside = True
    stage.rated()
    found = feedback(stage.log, stage.library, stage.responses()[0].id)
    figures = {figure.name: figure for figure in found.figures}
    waited = figures["latency_s"]
    assert waited.value == pytest.approx(1.5, abs=0.15)
    assert found.measures is not None
    assert waited.error == pytest.approx((found.measures.onset_error_s**2 + 0.04**2) ** 0.5)
    assert {name for name, f in figures.items() if f.error is None} <= {
        "talk_percent", "longest_pause_s", "f0_sd_semitones", "loudness_lufs",
    }  # fmt: skip
    assert all(f.meaning for f in figures.values())
    assert figures["speech_s"].value == pytest.approx(found.measures.speech_s)
    assert all(figure.baseline is None for figure in found.figures)


def test_what_could_not_be_measured_is_left_out(stage: Stage) -> None:
    stage.rated()
    (response,) = stage.responses()
    nothing = replace(
        made.measures(), onset_s=None, onset_error_s=None, f0_median_hz=None, f0_sd_semitones=None,
        syllables_per_s=None, loudness_lufs=None, snr_db=None, pauses=(),
    )  # fmt: skip
    measures.save_measures(stage.log, response.id, nothing)
    figures = {figure.name for figure in feedback(stage.log, stage.library, response.id).figures}
    assert "speech_s" in figures
    assert not figures & {"latency_s", "syllables_per_s", "speech_rate_per_s", "f0_median_hz"}


def test_an_answer_without_speech_has_no_figures_and_is_in_no_baseline(stage: Stage) -> None:
    spoken = made.measures()
    silent = replace(
        spoken, onset_s=None, onset_error_s=None, speech_s=0.0, pauses=(), longest_pause_s=0.0,
        f0_median_hz=None, f0_sd_semitones=None, syllables_per_s=None, loudness_lufs=-59.0,
    )  # fmt: skip
    for _ in range(7):
        stage.rated()
        stage.practice.again()
    every = stage.responses()
    for place, one in enumerate(every):
        measures.save_measures(stage.log, one.id, silent if place in (1, 4) else spoken)
    assert feedback(stage.log, stage.library, every[4].id).figures == ()
    figures = {f.name: f for f in feedback(stage.log, stage.library, every[6].id).figures}
    assert {f.baseline.n for f in figures.values() if f.baseline} == {4}
    assert figures["loudness_lufs"].baseline is not None
    assert figures["loudness_lufs"].baseline.low == spoken.loudness_lufs
    assert figures["longest_pause_s"].baseline is not None
    assert figures["longest_pause_s"].baseline.low == spoken.longest_pause_s


def test_from_the_fifth_response_on_ones_own_earlier_values_stand_beside(stage: Stage) -> None:
    stage.runner.beside = True
    for _ in range(5):
        stage.rated()
        stage.practice.again()
    *_, fourth, fifth = stage.responses()
    assert all(f.baseline is None for f in feedback(stage.log, stage.library, fourth.id).figures)
    figures = feedback(stage.log, stage.library, fifth.id).figures
    assert {f.baseline.n for f in figures if f.baseline} == {4}
    assert figures[0].baseline is not None
    assert figures[0].place == "within"


def test_before_the_measuring_there_are_no_figures(stage: Stage) -> None:
    runner = stage.late()
    stage.answer()
    while stage.practice.response is None:
        runner.waiting.pop(0)()
    found = feedback(stage.log, stage.library, stage.practice.response.id)
    assert (found.measures, found.figures) == (None, ())
    assert found.self_rating is None
    assert found.suggestion is None


def test_the_one_thing_to_change_is_of_the_lowest_item(stage: Stage) -> None:
    stage.answer()
    stage.score_all(4, 2, 3)
    stage.practice.lock()
    found = feedback(stage.log, stage.library, stage.responses()[0].id)
    assert found.suggestion is not None
    assert found.suggestion.item == "repair"
    assert found.suggestion.text == stage.rubric.item("repair").practise


def test_a_response_outlives_its_vignette_and_rubric(stage: Stage) -> None:
    stage.runner.beside = True
    stage.rated()
    found = feedback(stage.log, Library((), ()), stage.responses()[0].id)
    assert (found.vignette, found.rubric, found.suggestion) == (None, None, None)
    assert found.self_rating is not None
    assert found.figures


def test_a_response_that_is_not_there_is_told(stage: Stage) -> None:
    with pytest.raises(KnownError, match="There is no response nonsense"):
        feedback(stage.log, stage.library, "nonsense")


# ---------------------------------------------------------------- progress


def test_progress_has_a_chart_for_every_item_and_says_that_there_is_nothing_yet(
    stage: Stage,
) -> None:
    found = progress(stage.log, stage.library, stage.person.id, stage.rubric.id)
    assert [i.item for i in found.items] == list(stage.rubric.items)
    assert found.items[0].sentence == "No rating of warmth yet."
    assert found.responses == 0


def test_the_chart_follows_the_ratings_and_not_applicable_is_no_point(stage: Stage) -> None:
    for warmth, repair in ((2, None), (3, 4), (4, None)):
        stage.answer()
        stage.score_all(warmth, repair, 1)
        stage.practice.lock()
        stage.practice.again()
    found = progress(stage.log, stage.library, stage.person.id, stage.rubric.id)
    first, second, _third = found.items
    assert [p.score for p in first.points] == [2, 3, 4]
    assert [p.score for p in second.points] == [4]
    assert found.responses == 3
    # 3 +- 4.303 / sqrt(3)
    assert first.sentence.startswith(
        "3 self-ratings, one rater. Mean of the last 3: 3.0, 95 % interval 1.0 to 5.0; "
    )
    assert second.sentence.startswith("1 self-rating, one rater. An interval needs 3 ratings")


def test_the_sentence_never_names_more_ratings_than_its_mean_rests_on(stage: Stage) -> None:
    for _ in range(7):
        stage.rated()
        stage.practice.again()
    found = progress(stage.log, stage.library, stage.person.id, stage.rubric.id)
    said = sentence(found.items[0].item, found.items[0].trend, found.rubric.scale)
    assert said.startswith("7 self-ratings, one rater. Mean of the last 6: 4.0")


def test_a_rubric_that_is_not_there_is_told_with_those_that_are(stage: Stage) -> None:
    with pytest.raises(KnownError, match="no rubric called 'nonsense'") as told:
        progress(stage.log, stage.library, stage.person.id, "nonsense")
    assert "alliance-skills" in told.value.hint
