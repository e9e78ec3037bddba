"""The report of one response: one set of facts, laid out for a browser and for paper.

Everything that is said is decided here, as plain words; the templates only lay it out, so that the
page and the paper never say different things.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.feedback import Figure, Suggestion
from trainer.domain.rating import CONSENSUS, Rating
from trainer.domain.response import Note, Response, Video
from trainer.domain.rubric import Item, Rubric
from trainer.domain.speech import BASELINE_MIN, SpeechMeasures
from trainer.domain.vignette import Exemplar, Turn, Vignette
from trainer.exchange.page import RIGHT_TO_LEFT, SYNTHETIC, page
from trainer.exchange.waveform_svg import Wave, Waves, waveform_svg
from trainer.exchange.wording import anchor, missing_sound, moment, number

__all__ = ["Rated", "ResponseReport", "Wave", "Waves", "render_html"]

SHORT_HASH = 12
NO_NORMS = (
    "This report is not a norm-referenced assessment. There are no norms to compare it with, and "
    "one response says little about a person's skill."
)
_ROLES = {
    "self": "Own rating",
    "supervisor": "Supervisor's rating",
    "reference": "Reference rating",
    CONSENSUS: "What raters agreed on",
}
_ENDED = {
    "person": "ended by the person",
    "window": "ended by the time limit",
    "interrupted": "interrupted",
}


@dataclass(frozen=True, slots=True)
class Rated:
    """A standing rating; ``rubric`` is None when its wording is no longer in the library."""

    rating: Rating
    rubric: Rubric | None
    rater: str


@dataclass(frozen=True, slots=True)
class ResponseReport:
    """All that a report says. ``vignette`` and ``turn`` are None when no longer in the library.

    ``earlier`` tells how many earlier values a figure without a baseline has. ``measures`` is None
    until the recording was measured. ``reflection`` is the line at the end of the session. ``film``
    is only named: a face is not handed on with a report.
    """

    person: str
    response: Response
    vignette: Vignette | None
    turn: Turn | None
    ratings: tuple[Rated, ...]
    measures: SpeechMeasures | None
    figures: tuple[Figure, ...]
    earlier: Mapping[str, int]
    suggestion: Suggestion | None
    note: Note | None
    set_title: str
    objective: str
    reflection: str
    waves: Waves
    made_at: datetime
    attune_version: str
    film: Video | None = None

    @property
    def client(self) -> str:
        """The client's name; the vignette's id when the library no longer holds it."""
        return self.vignette.client.name if self.vignette else self.response.vignette.vignette


def render_html(report: ResponseReport, *, for_print: bool) -> str:
    """One HTML page without anything outside it: for a browser, or for ``QTextDocument``."""
    return page("response_print.html" if for_print else "response.html", _words(report))


# What is said


def _words(report: ResponseReport) -> dict[str, object]:
    """Everything the templates show, by name."""
    return {
        **_picture(report),
        "language": "en",
        "content_language": report.vignette.language if report.vignette else "en",
        "content_direction": _direction(report),
        "title": _title(report),
        "person": report.person,
        "facts": _facts(report),
        "notices": _notices(report),
        "vignette": report.vignette,
        "turn": report.turn,
        "ratings": [_rating(rated) for rated in report.ratings],
        "criteria": _criteria(report),
        "criteria_words": _criteria_words(report),
        "examples": _examples(report),
        "measured": report.measures is not None,
        "measured_notes": report.measures.problems if report.measures else (),
        "figures": [_figure(figure, report.earlier) for figure in report.figures],
        "suggestion": _suggestion(report),
        "own_words": _own_words(report),
        "trust": _trust(report),
        "sources": _sources(report),
    }


def _picture(report: ResponseReport) -> dict[str, object]:
    """The drawn sounds, to be put into a page or named in one, and the same in words."""
    words = _picture_words(report)
    client = f"Client: {report.client}" if report.vignette else "Client"
    svg = waveform_svg(report.waves, client, f"Response: {report.person}", _waited(report), words)
    uri = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return {"picture": svg, "picture_uri": uri, "picture_words": words}


def _title(report: ResponseReport) -> str:
    if report.vignette is None:
        return f"Vignette {report.client}"
    return f"{report.client}: {report.vignette.title}"


def _direction(report: ResponseReport) -> str:
    """The direction in which the vignette's own words are read."""
    language = report.vignette.language if report.vignette else "en"
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def _facts(report: ResponseReport) -> list[tuple[str, str]]:
    response = report.response
    seconds = number(response.recording.duration_s, 0)
    facts = [
        ("Response by", report.person),
        ("Client", _client_words(report)),
        ("When", moment(response.started_at)),
        ("Attempt", str(response.attempt)),
        ("Practised in", report.set_title or "the library, as a single vignette"),
        ("Recording", f"{seconds} s, {_ENDED.get(response.ended_by, response.ended_by)}"),
    ]
    if report.film:
        length = number(report.film.duration_s, 0)
        facts.append(("Film", f"{length} s, kept beside the recording, not in this report"))
    stopped = response.stopped_at_s
    ends_s = report.turn.says[-1].end_s if report.turn else 0.0  # 0: not known
    if stopped is not None and not 0 < ends_s <= stopped:
        facts.append(("Client heard", f"stopped after {number(stopped, 0)} s, to answer"))
    if report.objective:
        facts.append(("Aim of the session", report.objective))
    if response.change_tried:
        facts.append(("Set out to change", response.change_tried))
    return facts


def _client_words(report: ResponseReport) -> str:
    if report.vignette is None:
        return f"no longer in the library ({report.response.vignette.vignette})"
    client = report.vignette.client
    return f"{client.name}, {client.age}. {client.background.strip()}"


def _notices(report: ResponseReport) -> list[str]:
    ref, vignette = report.response.vignette, report.vignette
    notices = [SYNTHETIC] if vignette and vignette.synthetic else []
    if vignette is None:
        notices.append(
            "This vignette is no longer in the library, so what the client said, the criteria and "
            "the examples can't be shown. The rating and the measures stand as they were kept."
        )
    elif vignette.ref.vignette_version != ref.vignette_version:
        notices.append(
            f"The response answered version {ref.vignette_version} of this vignette; the client's "
            f"words, criteria and examples below are of version {vignette.ref.vignette_version}."
        )
    if vignette is not None and report.turn is None:
        notices.append("The turn that was answered is no longer part of this vignette.")
    if report.response.ended_by == "interrupted":
        notices.append("This recording was interrupted; what was said up to there was kept.")
    return notices + missing_sound(report.response.recording)


def _rating(rated: Rated) -> dict[str, object]:
    rating, rubric = rated.rating, rated.rubric
    items = {item.id: item for item in rubric.items} if rubric else {}
    rows = [_score(items.get(item), item, score) for item, score in rating.scores.items()]
    head = _ROLES.get(rating.role, rating.role)
    if rating.role != "self" and rated.rater:
        head = f"{head} ({rated.rater})"
    scale = f", from {rubric.scale.min} to {rubric.scale.max}" if rubric else ""
    return {
        "head": head,
        "rubric": f"{rubric.title if rubric else rating.rubric.rubric}{scale}",
        "how": _how_rated(rating),
        "rows": rows,
        "about": rubric.about.strip() if rubric else "",
        "missing": rubric is None,
    }


def _score(item: Item | None, item_id: str, score: float | None) -> dict[str, str]:
    if score is None:
        words = "Not applicable: this moment did not call for it."
    elif item is None:
        words = "The wording of this score is no longer in the library."
    else:
        words = anchor(item, score)
    return {
        "title": item.title if item else item_id,
        "question": item.question if item else "",
        "given": "N/A" if score is None else f"{score:g}",
        "words": words,
    }


def _how_rated(rating: Rating) -> str:
    if rating.role == CONSENSUS:
        again = " It takes the place of an earlier agreement, which is kept."
        return (
            f"Agreed on in discussion by {len(rating.of)} raters, after each had locked a rating "
            f"of their own; locked {moment(rating.locked_at)}.{again if rating.supersedes else ''}"
        )
    who = "by the person who responded" if rating.role == "self" else "by one rater"
    order = (
        "before any feedback on this response was shown"
        if rating.before_feedback
        else "after feedback on this response had been shown"
    )
    again = " It corrects an earlier rating, which is kept." if rating.supersedes else ""
    return f"Made {who}, {order}; locked {moment(rating.locked_at)}.{again}"


def _criteria(report: ResponseReport) -> list[dict[str, object]]:
    met = report.note.criteria_met if report.note else ()
    criteria = report.turn.criteria if report.turn else ()
    return [{"text": text.strip(), "met": index in met} for index, text in enumerate(criteria)]


def _criteria_words(report: ResponseReport) -> str:
    if report.note is None:
        return "The person has not gone through this list yet."
    criteria = _criteria(report)
    count = sum(1 for criterion in criteria if criterion["met"])
    return f"{count} of {len(criteria)} ticked by the person after listening back."


def _examples(report: ResponseReport) -> list[dict[str, str]]:
    """The weakest and the strongest answer, as in the window."""
    ordered = sorted(report.turn.exemplars, key=lambda e: e.level) if report.turn else []
    ends = [ordered[0], ordered[-1]] if len(ordered) > 1 else ordered
    names = ("A weak answer", "A strong answer")
    titles = {i.id: i.title for r in report.ratings if r.rubric for i in r.rubric.items}
    return [_example(e, name, titles) for e, name in zip(ends, names, strict=False)]


def _example(exemplar: Exemplar, name: str, titles: Mapping[str, str]) -> dict[str, str]:
    # Only what this response was rated on; the same word means something else on another scale.
    scores = ", ".join(f"{titles[i]} {score}" for i, score in exemplar.items.items() if i in titles)
    text, why = exemplar.text.strip(), exemplar.why.strip()
    return {"name": name, "scores": scores, "text": text, "why": why}


def _figure(figure: Figure, earlier: Mapping[str, int]) -> dict[str, str]:
    base, decimals = figure.baseline, figure.decimals
    error = "–"
    if figure.error_said is not None:
        error = f"± {number(figure.error_said, decimals)} {figure.unit}"
    if base is None:
        so_far = earlier.get(figure.name, 0)
        before, place = f"too few yet ({so_far} of {BASELINE_MIN})", "–"
    else:
        low, high, middle = (number(x, decimals) for x in (base.low, base.high, base.median))
        before = f"{low} to {high}, median {middle} (n = {base.n})"
        place = figure.place or "–"
    value = f"{number(figure.value, decimals)} {figure.unit}"
    return {
        "label": figure.label, "value": value, "error": error, "before": before, "place": place,
        "meaning": figure.meaning,
    }  # fmt: skip


def _suggestion(report: ResponseReport) -> dict[str, str] | None:
    advice = report.suggestion
    if advice is None:
        return None
    titles = {i.id: i.title for r in report.ratings if r.rubric for i in r.rubric.items}
    return {"item": titles.get(advice.item, advice.item), "text": advice.text}


def _own_words(report: ResponseReport) -> list[tuple[str, str]]:
    note = report.note
    hooked = {None: "not answered", True: "yes", False: "no"}[note.hooked if note else None]
    return [
        ("What I will try next", note.change_next if note and note.change_next else "not written"),
        ("Hooked: pulled into the client's pattern?", hooked),
        ("Reflection at the end of the session", report.reflection or "not written"),
    ]


def _trust(report: ResponseReport) -> list[str]:
    """How the ratings came about and how far that can be trusted."""
    roles = {rated.rating.role for rated in report.ratings}
    by_raters = (rated.rating for rated in report.ratings if rated.rating.role != CONSENSUS)
    raters = len({rating.rater_id for rating in by_raters})
    lines = [NO_NORMS]
    if not roles:
        return [*lines, "This response has not been rated."]
    if "self" in roles:
        lines.append(
            "Self-ratings tend to be higher than those of observers, and may fall while skill "
            "rises. They are worth most as a record of what the person noticed."
        )
    if raters == 1:
        lines.append(
            "One rater rated one response once. Nothing here tells how far another rater would "
            "agree; for a decision, ask for three or more raters who do not know each other's "
            "ratings, and several vignettes."
        )
    else:
        lines.append(
            f"{raters} raters rated this response. Agreement on a single response can't be told "
            "from chance."
        )
    return lines


def _sources(report: ResponseReport) -> list[tuple[str, str]]:
    response, ref = report.response, report.response.vignette
    recording = response.recording
    sources = [
        ("Pack", f"{ref.pack}, version {ref.pack_version}"),
        ("Vignette", f"{ref.vignette}, version {ref.vignette_version}, turn {response.turn}"),
    ]
    titles = {rated.rubric.ref: rated.rubric.title for rated in report.ratings if rated.rubric}
    rubrics = {rated.rating.rubric for rated in report.ratings}
    sources += [
        ("Rubric", f"{titles.get(r, r.rubric)}, version {r.version}")
        for r in sorted(rubrics, key=lambda r: (r.pack, r.rubric, r.version))
    ]
    if report.vignette:
        authors = ", ".join(report.vignette.authors)
        sources.append(("Vignette by", f"{authors} ({report.vignette.licence})"))
    return [
        *sources,
        ("Recording", recording.file),
        ("SHA-256", f"{recording.sha256[:SHORT_HASH]} (first {SHORT_HASH} of 64 characters)"),
        ("Response", response.id),
        ("Made with", f"Attune {report.attune_version}, {moment(report.made_at)}"),
    ]


def _waited(report: ResponseReport) -> str:
    """The label of the onset: how long it took, with its error."""
    waited = next((f for f in report.figures if f.name == "latency_s"), None)
    if waited is None:
        return "first speech"
    order = "before" if waited.value < 0 else "after"
    error = f" ± {number(max(waited.error, 0.05), 1)}" if waited.error is not None else ""
    return f"begins {number(abs(waited.value), 1)}{error} s {order} the client ends"


def _picture_words(report: ResponseReport) -> str:
    """The picture in words, for those who don't see it and for the caption."""
    waves = report.waves
    words = []
    if waves.client:
        words.append(f"{report.client} is heard for {number(waves.client.duration_s, 0)} s.")
    elif report.turn is None:
        words.append("The client's clip is no longer in the library.")
    if waves.response and waves.onset_s is not None:
        words.append(f"{report.person} {_waited(report)}." if _waited(report) != "first speech"
                     else f"The first speech of {report.person} is marked.")  # fmt: skip
    elif waves.response and report.measures is not None:
        after = report.response.stimulus_end_s
        where = "after the client had finished" if after else "in the response"
        words.append(f"When {report.person} begins is not known." if report.measures.speech_s
                     else f"No speech was found {where}.")  # fmt: skip
    if waves.response and waves.client and not waves.aligned:
        words.append("How long the pause between the two was is not known; they are drawn one "
                     "after the other.")  # fmt: skip
    if waves.response and waves.pauses:
        words.append("Grey stretches are pauses.")
    words += waves.problems
    if waves.client or waves.response:
        words.append("Each sound is drawn up to its own loudest moment.")
    return " ".join(words)
