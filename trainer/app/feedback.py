"""Everything that is shown of one response once its self-rating is locked."""

from dataclasses import dataclass

from trainer.app.library import Library
from trainer.domain.feedback import Figure, Suggestion, suggestion
from trainer.domain.rating import Rating
from trainer.domain.response import Note, Response, Video
from trainer.domain.rubric import Rubric
from trainer.domain.speech import SHARE_OFF, SpeechMeasures, baseline, latency
from trainer.domain.vignette import Turn, Vignette
from trainer.store import measures as measure_rows
from trainer.store import notes, ratings, responses, videos
from trainer.store.db import Log
from trainer.store.starts import is_closed


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
    video: Video | None = None


def turn_of(found: Feedback) -> Turn | None:
    """The turn that was answered, if its vignette is still in the library."""
    turns = found.vignette.turns if found.vignette else ()
    return next((t for t in turns if t.id == found.response.turn), None)


# name, label, unit, decimals, what it is; the name is a column of the measures
_FIGURES = (
    ("latency_s", "Waited before answering", "s", 1,
     "from the end of the client's sound to the first word"),
    ("speech_s", "Talk time", "s", 0, "speech, without pauses of a quarter second and more"),
    ("talk_percent", "Share of talk", "%", 0, "of the time from the first word to the last"),
    ("longest_pause_s", "Longest pause", "s", 1, "between the first word and the last"),
    ("syllables_per_s", "Articulation rate", "syllables/s", 1, "of the speech, pauses left out"),
    ("speech_rate_per_s", "Speech rate", "syllables/s", 1,
     "from the first word to the last, pauses counted"),
    ("f0_median_hz", "Pitch, median", "Hz", 0, "half of the voiced sounds lie above it"),
    ("f0_sd_semitones", "Pitch range", "semitones", 1,
     "standard deviation: two thirds of the voiced sounds lie within it to either side"),
    ("loudness_lufs", "Loudness", "LUFS", 0,
     "of the recording (EBU R 128), so also of how near the microphone is"),
)  # fmt: skip


def feedback(log: Log, library: Library, response_id: str) -> Feedback:
    """Read one response and make its feedback; to be run on the log's thread."""
    response = responses.response(log, response_id)
    ref = response.vignette
    vignette = library.vignette(ref.pack, ref.vignette)
    standing = ratings.standing(ratings.ratings_of(log, response_id))
    own = next((r for r in standing if r.role == "self"), None)
    rubric = next((r for r in library.rubrics if own and r.ref == own.rubric), None)
    closed = is_closed(log, response_id)  # of a test: nothing is told before others have rated it
    found = None if closed else measure_rows.measures_of(log, response_id)
    advice = None
    if own and rubric and vignette and not closed:
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
        None if closed else videos.video_of(log, response.recording.id),
    )


def _figures(log: Log, response: Response, found: SpeechMeasures) -> tuple[Figure, ...]:
    """Each measure that exists, beside the same measure of one's own earlier responses.

    None where nobody speaks: the loudness of a room is no answer's, and no pause is the longest.
    """
    if not found.speech_s:
        return ()
    waited = latency(found, response.stimulus_end_s, response.stimulus_end_error_s)
    figures = []
    for name, label, unit, decimals, meaning in _FIGURES:
        if name == "latency_s":
            value, error = (waited.value_s, waited.error_s) if waited else (None, None)
        else:
            value, error = getattr(found, name), _error(found, name)
        if value is None:
            continue
        earlier = measure_rows.measure_history(
            log, response.person_id, name, before_response_id=response.id
        )
        lies = baseline(earlier)
        figures.append(Figure(name, label, value, unit, decimals, error, lies, meaning))
    return tuple(figures)


def _error(found: SpeechMeasures, name: str) -> float | None:
    """How far the measure may be off, where that was found out."""
    if name == "longest_pause_s" and found.pauses and found.onset_error_s is not None:
        return found.onset_error_s  # a pause begins and ends as speech does
    share, value = SHARE_OFF.get(name), getattr(found, name)
    return None if share is None or value is None else share * float(value)
