"""Everything that is shown of one response once its self-rating is locked."""

from dataclasses import dataclass

from trainer.app.library import Library
from trainer.domain.feedback import Figure, Suggestion, suggestion
from trainer.domain.rating import Rating
from trainer.domain.response import Note, Response
from trainer.domain.rubric import Rubric
from trainer.domain.speech import SpeechMeasures, baseline, latency
from trainer.domain.vignette import Vignette
from trainer.store import measures as measure_rows
from trainer.store import notes, ratings, responses
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Feedback:
    """One response with all that belongs to it. ``measures`` is None until it was measured.

    ``vignette`` and ``rubric`` are None when the library no longer holds them.
    """

    response: Response
    vignette: Vignette | None
    rubric: Rubric | None
    self_rating: Rating | None
    measures: SpeechMeasures | None
    figures: tuple[Figure, ...]
    suggestion: Suggestion | None
    note: Note | None


# name, label, unit, decimals; the name is a column of the measures
_FIGURES = (
    ("latency_s", "Waited before answering", "s", 1),
    ("speech_s", "Spoke for", "s", 0),
    ("longest_pause_s", "Longest pause", "s", 1),
    ("syllables_per_s", "Pace", "syllables/s", 1),
    ("f0_median_hz", "Pitch, median", "Hz", 0),
    ("f0_sd_semitones", "Pitch, liveliness", "semitones", 1),
    ("loudness_lufs", "Loudness", "LUFS", 0),
)


def feedback(log: Log, library: Library, response_id: str) -> Feedback:
    """Read one response and make its feedback; to be run on the log's thread."""
    response = responses.response(log, response_id)
    ref = response.vignette
    vignette = library.vignette(ref.pack, ref.vignette)
    standing = ratings.standing(ratings.ratings_of(log, response_id))
    own = next((r for r in standing if r.role == "self"), None)
    rubric = next((r for r in library.rubrics if own and r.ref == own.rubric), None)
    found = measure_rows.measures_of(log, response_id)
    advice = None
    if own and rubric and vignette:
        advice = suggestion(rubric, own.scores, vignette.tags.skills)
    return Feedback(
        response,
        vignette,
        rubric,
        own,
        found,
        _figures(log, response, found) if found else (),
        advice,
        notes.note_of(log, response_id),
    )


def _figures(log: Log, response: Response, found: SpeechMeasures) -> tuple[Figure, ...]:
    """Each measure that exists, beside the same measure of one's own earlier responses."""
    waited = latency(found, response.stimulus_end_s, response.stimulus_end_error_s)
    figures = []
    for name, label, unit, decimals in _FIGURES:
        value = (
            (waited.value_s if waited else None) if name == "latency_s" else getattr(found, name)
        )
        if value is None:
            continue
        earlier = measure_rows.measure_history(
            log, response.person_id, name, before_response_id=response.id
        )
        error = waited.error_s if waited and name == "latency_s" else None
        figures.append(Figure(name, label, value, unit, decimals, error, baseline(earlier)))
    return tuple(figures)
