"""What is not known, not there or not certain: the report says so, and says no more."""

from dataclasses import replace
from pathlib import Path

from tests.exchange.reported import (
    FIGURES,
    MEASURES,
    RATING,
    REPORT,
    RESPONSE,
    TURN,
    VIGNETTE,
    WAVES,
    text,
)
from trainer.domain.response import ASLEEP, GAP, LOST, MOVED, MUTED, Hole
from trainer.domain.vignette import Media
from trainer.exchange.report import Rated


def test_a_vignette_that_is_gone_is_told_and_the_rest_stands(for_print: bool) -> None:
    waves = replace(WAVES, client=None, aligned=False, client_end_s=0.0, response_at_s=-2.0)
    said = text(replace(REPORT, vignette=None, turn=None, waves=waves), for_print)
    assert "This vignette is no longer in the library" in said
    assert "The client's clip is no longer in the library." in said
    assert "dana-parking" in said
    assert "Warmth anchor 3" in said
    assert "A weak answer" not in said
    assert "Synthetic" not in said  # not known


def test_a_rubric_that_is_gone_leaves_the_scores(for_print: bool) -> None:
    report = replace(REPORT, ratings=(Rated(RATING, None, "M. K."),), suggestion=None)
    said = text(report, for_print)
    assert "4.5" in said
    assert "The wording of this score is no longer in the library." in said
    assert "No suggestion" in said


def test_a_newer_vignette_is_not_passed_off_as_the_one_that_was_answered(for_print: bool) -> None:
    newer = replace(VIGNETTE, ref=replace(VIGNETTE.ref, vignette_version=5))
    said = text(replace(REPORT, vignette=newer), for_print)
    assert "answered version 2 of this vignette" in said
    assert "are of version 5" in said


def test_what_is_not_there_yet_is_said(for_print: bool) -> None:
    waves = replace(WAVES, onset_s=None, pauses=(), aligned=False, problems=("A file is gone.",))
    report = replace(REPORT, measures=None, figures=(), note=None, reflection="", waves=waves)
    said = text(report, for_print)
    assert "This recording has not been measured yet." in said
    assert "not gone through this list yet" in said
    assert "not answered" in said
    assert "not written" in said
    assert "How long the pause between the two was is not known" in said
    assert "A file is gone." in said


def test_what_lies_within_its_own_error_is_not_called_above(for_print: bool) -> None:
    near = replace(FIGURES[0], value=1.49)
    said = text(replace(REPORT, figures=(near,)), for_print)
    assert "within its error" in said
    assert "above" not in said


def test_silence_is_not_called_unmeasured(for_print: bool) -> None:
    silent = replace(
        MEASURES, onset_s=None, onset_error_s=None, speech_s=0, problems=("No speech.",)
    )
    waves = replace(WAVES, onset_s=None)
    report = replace(REPORT, measures=silent, figures=(), waves=waves)
    said = text(report, for_print)
    assert "No speech was found after the client had finished." in said
    whole = replace(RESPONSE, stimulus_end_s=None, stimulus_end_error_s=None)
    assert "No speech was found in the response." in text(
        replace(report, response=whole), for_print
    )
    assert "not been measured" not in said


def test_speech_without_a_beginning_is_not_called_silence(for_print: bool) -> None:
    cut = replace(MEASURES, onset_s=None, onset_error_s=None)
    said = text(replace(REPORT, measures=cut, waves=replace(WAVES, onset_s=None)), for_print)
    assert "No speech" not in said
    assert "begins is not known" in said


def test_a_response_without_a_rating_reads_well(for_print: bool) -> None:
    said = text(replace(REPORT, ratings=(), suggestion=None), for_print)
    assert "Not rated." in said
    assert "This response has not been rated." in said


def test_an_interrupted_filmed_response_says_the_one_and_not_the_other(for_print: bool) -> None:
    film = replace(TURN, media=Media(None, Path("dana.mp4"), None))
    report = replace(
        REPORT,
        response=replace(RESPONSE, ended_by="interrupted"),
        vignette=replace(VIGNETTE, turns=(film,)),
    )
    said = text(report, for_print)
    assert "This recording was interrupted" in said
    assert "Synthetic" not in said


def test_that_the_client_was_stopped_and_that_sound_is_missing_is_said(for_print: bool) -> None:
    spoken = tuple(replace(one, start_s=0.0, end_s=20.0) for one in TURN.says)
    heard = replace(REPORT, turn=replace(TURN, says=spoken))
    gapped = replace(RESPONSE.recording, gaps=2)
    response = replace(RESPONSE, stopped_at_s=12.4, recording=gapped)
    said = text(replace(heard, response=response), for_print)
    assert "stopped after 12 s, to answer" in said
    assert "did not arrive in 2 places" in said
    holes = (Hole(LOST, 12.0, 2.5, 2.5), Hole(GAP, 20.0, 0.3), Hole(ASLEEP, 30.0, 600.0, 0.1),
             Hole(MUTED, 35.0, 7.5, 7.5), Hole(MOVED, 41.2, 0.0))  # fmt: skip
    pierced = replace(RESPONSE, recording=replace(RESPONSE.recording, gaps=4, holes=holes))
    said = text(replace(heard, response=pierced), for_print)
    assert "The microphone was gone at 12 s into this recording, for 2.5 s" in said
    assert "The microphone was muted at 35 s into this recording, for 7.5 s" in said
    assert "The computer was asleep at 30 s into this recording, for 600.0 s" in said
    assert "From 41 s into this recording another microphone is heard." in said
    assert "did not arrive in one place" in said
    # After the last word there was nothing left to stop.
    whole = text(replace(heard, response=replace(RESPONSE, stopped_at_s=20.1)), for_print)
    assert "to answer" not in whole
    assert "did not arrive" not in whole
