"""The codebook of a research export: every variable, every scale, and what it does not show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainer import __version__
from trainer.app.library import Library
from trainer.app.research_annotations import FOLDER, TIERS
from trainer.app.research_case import words_of
from trainer.app.research_tables import Ask, Known, Parts, Tables
from trainer.domain.assignment import Assignment
from trainer.domain.rubric import RubricRef
from trainer.domain.speech import MEASURES_VERSION
from trainer.domain.vignette import VignetteRef
from trainer.exchange.tables import SPSS_NOT_APPLICABLE, Column, Table

_ABOUT = {
    "responses": "One row a response: what was answered, when, how it was recorded, how it sounds.",
    "ratings_long": "One row a score, of the ratings that count: one for each rater, role and "
    "version of a rubric, the newest. What was corrected is not in it.",
    "ratings_wide": "One row a response, one column for each item and rater, the trainee "
    "(ITEM__self) and what raters agreed on (ITEM__consensus). The same ratings as in "
    "ratings_long, without those of references and of training to rate.",
    "ratings_superseded": "Scores as in ratings_long of ratings that do not count any more, and "
    "why. Never add them to the others.",
    "comments": "One row a moment that a rater marked or spoke of.",
}
_MISSING = {
    "not rated, not known or not there": "CSV: an empty cell. Parquet: null. SPSS: "
    "system-missing, of text an empty one.",
    "N/A, the rater said that the item does not apply": "CSV: N/A. Parquet: NaN. SPSS: "
    f"{SPSS_NOT_APPLICABLE:g}, declared as user-missing. ratings_long has it as the variable "
    "not_applicable as well.",
}
_READING = {
    "R": 'read.csv("ratings_long.csv", na.strings = c("", "N/A")); '
    'haven::read_sav("ratings_wide.sav", user_na = TRUE)',
    "Python": 'pandas.read_csv("ratings_long.csv"); polars.read_parquet("ratings_long.parquet")',
    "SPSS": "Open any .sav: labels, missing values and levels of measurement are set.",
}
_WITH_SOUNDS = "Each has its recording beside it, CODE.flac or CODE.wav. It is a person's voice."
_WITHOUT_SOUNDS = (
    "Recordings are not in this folder: 'attune log research --recordings' puts each beside its "
    "files, as CODE.flac or CODE.wav."
)
_LIMITS = (
    "Attune is for practice and training. It has no norms, its scores are not equivalent to those "
    "of the Facilitative Interpersonal Skills task or of any published instrument, and nothing "
    "here predicts how clients fare.",
    "Vignettes marked synthetic are spoken by synthetic voices and drawn: for practice, not "
    "equivalent to filmed clients. Do not pool them with filmed ones without saying so.",
    "Rubrics are informed by research on alliance ruptures and not validated, unless their pack "
    "says otherwise. Another version of a rubric has other words: do not average over versions "
    "without thought.",
    "A self-rating is one rater's, and tends to lie above others'. Single ratings scatter by about "
    "a point; whether raters agree is to be worked out first ('attune agreement').",
    "Reliable change needs the reliability between raters (an ICC), never Cronbach's alpha.",
    "Raters rate some responses each, so raters and responses are not crossed: model the rater, "
    "and let severity be estimated, rather than average over whoever there was.",
    "Measures of speech carry their errors beside them. Evidence that ties them to skill is weak "
    "and contradictory: they describe, and are no scores.",
    "Attempts at one vignette, and responses of one trainee, depend on each other.",
    "Codes are pseudonyms, not anonymity: a voice, a comment or a rare combination may tell who "
    "somebody is. Treat this folder as personal data.",
    "What is deleted or withdrawn in Attune after this export is not deleted here: keep to "
    "keep_days, and export again before you publish.",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was exported, of which content, in answer to what."""

    made_at: datetime
    ask: Ask
    known: Known
    library: Library
    assignments: tuple[Assignment, ...]
    met: tuple[VignetteRef, ...]
    use: str
    parts: Parts


def document(facts: Facts, counts: Mapping[str, int], tables: Tables) -> dict[str, Any]:
    """The codebook, ready for JSON; ``counts`` by their words."""
    return {
        "title": "Attune research export",
        "software": f"Attune {__version__}",
        "made_on": facts.made_at.date().isoformat(),
        "counts": dict(counts),
        "codes": _codes(facts),
        "tables": [_table(table) for table in tables.every],
        "missing": _MISSING,
        "reading": _READING,
        "annotations": _annotations(facts),
        "rubrics": [_rubric(facts, ref) for ref in _rubrics(facts)],
        "vignettes": [_vignette(facts, ref) for ref in facts.met],
        "assignments": [_assignment(facts, one) for one in facts.assignments],
        "measures_version": MEASURES_VERSION,
        "limits": list(_LIMITS),
    }


def _codes(facts: Facts) -> list[str]:
    ask = facts.ask
    return [
        f"In this folder is what its speakers agreed to have used for: {facts.use}.",
        "A trainee has the code of their assignments; raters, and trainees without one, have a "
        "code made from a secret key of the installation that wrote this. The same person has the "
        "same code in every export from there.",
        "Names are beside the codes, as they were asked for: do not pass this folder on."
        if ask.names is not None
        else "No names are in it.",
        "Raters' words are in it, as they were asked for; they may name people."
        if ask.comments
        else "Raters' words are left out, since they may name people; their marks are in it.",
        "Trainees' notes, reflections and intentions are never exported, nor what was rated here "
        "and lies elsewhere: of that nobody here knows what was agreed to.",
        "Dates are in it, as they were asked for."
        if ask.dates
        else "Times are days since each trainee's first exported response; no dates. Assignments "
        "have codes too, since their ids tell when they were made.",
    ]


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "about": _ABOUT[table.name],
        "rows": len(table),
        "variables": [_variable(column) for column in table.columns],
    }


def _variable(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "kind": column.kind,
        "unit": column.unit,
        "measure": column.measure,
        "values": {f"{value:g}" if isinstance(value, float) else value: words
                   for value, words in column.values.items()},
        "empty": column.missing,
    }  # fmt: skip


def _annotations(facts: Facts) -> dict[str, Any] | None:
    if not facts.parts.annotations:
        return None
    return {
        "folder": FOLDER,
        "about": "For each response one file for ELAN (.eaf), Praat (.TextGrid) and one WebVTT "
        "(.vtt), named by its code, with the same tiers. Times are milliseconds of the recording. "
        "Moments last a second in ELAN and WebVTT, or until the next one; in Praat they are "
        "points. " + (_WITH_SOUNDS if facts.parts.sounds else _WITHOUT_SOUNDS),
        "tiers": dict(TIERS),
    }


def _rubrics(facts: Facts) -> Iterator[RubricRef]:
    yield from dict.fromkeys(one.rubric for one in facts.known.scales)


def _rubric(facts: Facts, ref: RubricRef) -> dict[str, Any]:
    found = facts.known.rubrics.get(ref)
    told: dict[str, Any] = {"pack": ref.pack, "rubric": ref.rubric, "version": ref.version}
    if found is None:
        items = dict.fromkeys(one.item for one in facts.known.scales if one.rubric == ref)
        about = "This version is not in the library any more: its words are not known."
        return {**told, "title": ref.rubric, "about": about, "items": [{"id": i} for i in items]}
    return {
        **told,
        "title": found.title,
        "about": found.about,
        "scale": {"min": found.scale.min, "max": found.scale.max,
                  "half_points": found.scale.half_points},
        "authors": list(found.authors),
        "licence": found.licence,
        "items": [
            {"id": item.id, "title": item.title, "question": item.question,
             "may_not_apply": item.not_applicable,
             "anchors": {str(score): words for score, words in item.anchors.items()}}
            for item in found.items
        ],
    }  # fmt: skip


def _vignette(facts: Facts, ref: VignetteRef) -> dict[str, Any]:
    told: dict[str, Any] = {"pack": ref.pack, "pack_version": ref.pack_version,
                            "vignette": ref.vignette, "version": ref.vignette_version}  # fmt: skip
    every = facts.library.vignettes
    found = next((one for one in every if words_of(one.ref) == words_of(ref)), None)
    if found is None:
        return {**told, "title": "not in the library in this version"}
    tags = found.tags
    return {**told, "title": found.title, "language": found.language, "synthetic": found.synthetic,
            "level": tags.level, "rupture": tags.rupture, "quadrant": tags.quadrant,
            "metacommunication": tags.metacommunication, "licence": found.licence}  # fmt: skip


def _assignment(facts: Facts, one: Assignment) -> dict[str, Any]:
    titled = {"title": one.title, "program": one.program} if facts.ask.names is not None else {}
    return {
        "id": one.id,
        **titled,
        "occasion": one.occasion,
        "mode": one.mode,
        "order": one.order,
        "attempts": one.attempts,
        "window_s": one.window_s,
        "rubric": f"{one.rubric.rubric}, version {one.rubric.version}",
        "late": one.late,
        "consent": one.use,
        "trainees_by_form": _by_form(one),
        "forms": {form.name: _clients(form.vignettes) for form in one.forms},
    }


def _by_form(one: Assignment) -> dict[str, int]:
    return {
        form.name: sum(enrolled.form == form.name for enrolled in one.enrolled)
        for form in one.forms
    }


def _clients(vignettes: Iterable[VignetteRef]) -> list[str]:
    return [f"{ref.pack}/{ref.vignette}, version {ref.vignette_version}" for ref in vignettes]
