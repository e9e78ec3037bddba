"""The variables of a research export: what each means, and where it comes from in a response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from trainer.app.research_case import Case
from trainer.domain.response import ENDED_BY
from trainer.domain.speech import Latency, SpeechMeasures, latency
from trainer.domain.vignette import LEVELS, QUADRANTS, RUPTURES
from trainer.exchange.tables import NUMBER, TEXT, WHOLE, YES, Column, Value

Names = Mapping[str, str]
NO_ASSIGNMENT = "not given for an assignment"
NOT_MEASURED = "not measured, or there is none (no speech found)"


@dataclass(frozen=True, slots=True)
class Field:
    """A variable and its value in a response."""

    column: Column
    value: Callable[[Case], Value]


def keys(names: Names | None, *, dates: bool) -> list[Field]:
    """What each table begins with: which response, whose, to whom. ``names``: by person's id."""
    fields = [
        _field("response", TEXT, "Code of the response", lambda c: c.code),
        _field("trainee", TEXT, "Code of who gave the response", lambda c: c.trainee),
    ]
    if names is not None:
        fields.append(
            _field("trainee_name", TEXT, "Name of who gave the response",
                   lambda c: names.get(c.response.person_id))
        )  # fmt: skip
    fields += [
        _field("assignment", TEXT, "Assignment it was given for (code; with dates its id)",
               lambda c: c.assignment.id if c.assignment else None, missing=NO_ASSIGNMENT),
        _field("occasion", TEXT, "Occasion, in the program's word",
               lambda c: (c.assignment.occasion or None) if c.assignment else None,
               missing=NO_ASSIGNMENT),
        _field("form", TEXT, "Form of the assignment that the trainee answers",
               lambda c: c.form or None, missing=NO_ASSIGNMENT),
        _field("pack", TEXT, "Pack of the vignette (id)", lambda c: c.response.vignette.pack),
        _field("vignette", TEXT, "Vignette (id, unique in its pack only)",
               lambda c: c.response.vignette.vignette),
        _field("vignette_version", WHOLE, "Version of the vignette's words",
               lambda c: c.response.vignette.vignette_version),
        _field("turn", TEXT, "Turn of the vignette that is answered", lambda c: c.response.turn),
        _field("position", WHOLE, "Place in the session, from 1", lambda c: c.response.position),
        _field("attempt", WHOLE, "Which attempt at this turn, from 1, all sessions counted",
               lambda c: c.response.attempt),
        _field("day", NUMBER, "When it began, from the trainee's first exported response",
               lambda c: c.day(c.response.started_at), "days"),
    ]  # fmt: skip
    if dates:
        fields.append(
            _field("started_at", TEXT, "When it began (ISO 8601, with the offset from UTC)",
                   lambda c: c.response.started_at.isoformat(timespec="milliseconds"))
        )  # fmt: skip
    return fields


def about_responses(names: Names | None, *, dates: bool) -> list[Field]:
    """The table of responses."""
    return [*keys(names, dates=dates), *_VIGNETTE, *_GIVEN, *_RECORDED, *_SPOKEN, *_MEASURED]


def _field(
    name: str,
    kind: str,
    label: str,
    value: Callable[[Case], Value],
    unit: str = "",
    values: Mapping[str, str] | None = None,
    missing: str = "",
) -> Field:
    return Field(Column(name, kind, label, unit, values or {}, missing), value)


def _tag(name: str, label: str, choice: tuple[str, ...]) -> Field:
    return _field(
        name, TEXT, label, lambda c: getattr(c.vignette.tags, name) if c.vignette else None,
        values={one: one.replace("-", " ") for one in choice},
        missing="this version of the vignette is not in the library",
    )  # fmt: skip


_VIGNETTE = [
    _tag("level", "Level of the vignette", LEVELS),
    _tag("rupture", "Kind of rupture in the vignette", RUPTURES),
    _tag("quadrant", "Interpersonal quadrant of the client", QUADRANTS),
    _field("synthetic", YES, "The client speaks with a synthetic voice",
           lambda c: c.vignette.synthetic if c.vignette else None,
           missing="this version of the vignette is not in the library"),
]  # fmt: skip


def _keep_days(case: Case) -> Value:
    if case.keep_until is None:
        return None
    return (case.keep_until - case.response.started_at.date()) // timedelta(days=1)


def _missing_s(case: Case) -> Value:
    holes = case.response.recording.holes
    return None if holes is None else sum(hole.missing_s for hole in holes)


_GIVEN = [
    _field("sitting", WHOLE, "Which session of the trainee's, of those exported, from 1",
           lambda c: c.sitting),
    _field("late", YES, "It came after the due date (its first file, else the response)",
           lambda c: c.late, missing="no assignment, nothing was due, or its clock leaves it open"),
    _field("ended_by", TEXT, "What ended the response", lambda c: c.response.ended_by,
           values=dict(zip(ENDED_BY, ("the trainee", "the time was over", "interrupted"),
                           strict=True))),
    _field("stopped_at_s", NUMBER, "Where in the clip the client was stopped to answer",
           lambda c: c.response.stopped_at_s, "s", missing="heard to the end, or not known"),
    _field("consent", TEXT, "What its speaker last agreed to", lambda c: c.use or None,
           values={"practice": "own practice only", "rating": "rating by supervisor or program",
                   "research": "rating and research"}, missing="nothing was said"),
    _field("keep_days", WHOLE, "Days it may be kept from the day it was given on", _keep_days,
           "days", missing="until it is deleted"),
]  # fmt: skip
_RECORDED = [
    _field("film", YES, "There is a film as well", lambda c: c.film),
    _field("duration_s", NUMBER, "Length of the recording, with the end of the client in it",
           lambda c: c.response.recording.duration_s, "s"),
    _field("client_end_s", NUMBER, "Where in the recording the client ended",
           lambda c: c.response.stimulus_end_s, "s", missing="not known"),
    _field("client_end_error_s", NUMBER, "How far that may be off (half-width)",
           lambda c: c.response.stimulus_end_error_s, "s", missing="not known"),
    _field("gaps", WHOLE, "Places in the recording where sound is missing",
           lambda c: c.response.recording.gaps, missing="not known"),
    _field("missing_s", NUMBER, "How much sound is missing in all", _missing_s, "s",
           missing="not known"),
]  # fmt: skip


def _measure(name: str, label: str, unit: str = "", kind: str = NUMBER) -> Field:
    return _field(
        name, kind, label, lambda c: getattr(c.measured[1], name) if c.measured else None, unit,
        missing=NOT_MEASURED,
    )  # fmt: skip


def _waited(case: Case) -> Latency | None:
    response = case.response
    if case.measured is None:
        return None
    return latency(case.measured[1], response.stimulus_end_s, response.stimulus_end_error_s)


def _of_waiting(name: str, label: str) -> Field:
    return _field(
        f"latency{'_error' if name == 'error_s' else ''}_s", NUMBER, label,
        lambda c: round(getattr(found, name), 6) if (found := _waited(c)) else None, "s",
        missing=NOT_MEASURED,
    )  # fmt: skip


def _of_measured(name: str, label: str, value: Callable[[SpeechMeasures], int]) -> Field:
    return _field(
        name, WHOLE, label, lambda c: value(c.measured[1]) if c.measured else None,
        missing=NOT_MEASURED,
    )  # fmt: skip


_SPOKEN = [
    _of_waiting("value_s", "From the true end of the client to the first word; negative: before"),
    _of_waiting("error_s", "How far that may be off (95 of 100 cases, half-width)"),
    _measure("onset_s", "Where in the recording the first word begins", "s"),
    _measure("onset_error_s", "How far that may be off (95 of 100 cases, half-width)", "s"),
    _measure("speech_s", "How much of the recording is speech", "s"),
    _of_measured("pauses", "Pauses within the speech, of 0.25 s or more", lambda m: len(m.pauses)),
    _measure("longest_pause_s", "The longest of them", "s"),
    _measure("talk_percent", "Speech from the first word to the end of the last", "%"),
]
_MEASURED = [
    _measure("loudness_lufs", "Loudness of the recording", "LUFS"),
    _measure("peak_dbfs", "Its loudest sample", "dBFS"),
    _measure("clipped", "Samples at full scale", kind=WHOLE),
    _measure("f0_median_hz", "Pitch of the voice, median", "Hz"),
    _measure("f0_sd_semitones", "How far pitch moves, standard deviation", "semitones"),
    _measure("syllables_per_s", "Syllables for each second of speech, without pauses", "1/s"),
    _measure("speech_rate_per_s", "Syllables for each second, with pauses", "1/s"),
    _measure("snr_db", "Speech above the noise of the room", "dB"),
    _field("measures_version", WHOLE, "Version of how speech was measured",
           lambda c: c.measured[0] if c.measured else None, missing="not measured"),
]  # fmt: skip
