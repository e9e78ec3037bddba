"""The feedback report of one trainee: one set of facts and words, for a browser and for paper.

What the supervisor wrote stands as it was typed; the figures and how far they can be trusted are
said here, as plain words, and the templates only lay them out.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import floor

from trainer.domain.markers import told
from trainer.domain.moments import clock
from trainer.domain.progress import printed_difference
from trainer.domain.rubric import Item, Rubric, heard_at
from trainer.exchange.page import RIGHT_TO_LEFT, SYNTHETIC, page
from trainer.exchange.profile_svg import Row, profile_svg
from trainer.exchange.trainee_trust import trust
from trainer.exchange.wording import counted_answers, day, moment, number


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One scale's figures, in points; None where there is none. As ``scoring.profile`` has them:

    ``own``, ``others`` (the raters) and ``gap`` are all three over the same ``pairs`` answers.
    """

    item: Item
    mean: float | None
    low: float | None
    high: float | None
    responses: int
    clients: int
    raters: int
    fair: float | None
    own: float | None
    others: float | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    pairs: int
    agreed: float | None
    agreed_on: int


@dataclass(frozen=True, slots=True)
class QuotedMoment:
    """What a rater said of a moment: seconds into the answer, words, marker (or empty)."""

    at_s: float
    text: str
    marker: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers written about. ``text`` is the supervisor's; ``why`` it was chosen.

    ``scores`` are means over ``raters`` by item (None: not applicable), ``agreed`` a consensus and
    ``outdated`` that it rests on an old rating. ``at`` is None where nobody knows when it was.
    """

    head: str
    why: str
    client: str
    title: str
    at: datetime | None
    scores: Mapping[str, float | None]
    raters: int
    agreed: Mapping[str, float | None] | None
    outdated: bool
    text: str
    quotes: tuple[QuotedMoment, ...]
    from_client_end: bool


@dataclass(frozen=True, slots=True)
class TraineeReport:
    """All that a report says. ``pairs`` are pairs of ratings, of which ``within_one`` are near.

    ``rated_in_all`` is how many responses the fair scores are worked out from. ``response_ids``
    stand unseen in the page, so that who forgets one of them finds the report.
    """

    person: str
    rubric: Rubric
    opening: str
    items: tuple[ItemFigures, ...]
    answers: tuple[Answer, ...]
    practise: str
    closing: str
    raters: int
    responses: int
    clients: int
    pairs: int
    within_one: int
    blind: bool
    synthetic: bool
    other_rubrics: int
    rated_in_all: int
    first: datetime | None
    last: datetime | None
    response_ids: tuple[str, ...]
    made_at: datetime
    attune_version: str


def render_html(report: TraineeReport, *, for_print: bool) -> str:
    """One HTML page without anything outside it: for a browser, or for ``QTextDocument``."""
    return page("trainee_print.html" if for_print else "trainee.html", _words(report))


def _words(report: TraineeReport) -> dict[str, object]:
    language = report.rubric.language
    return {
        **_picture(report),
        "language": "en",
        "content_language": language,
        "content_direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
        "title": f"Feedback for {report.person}",
        "person": report.person,
        "response_ids": " ".join(report.response_ids),
        "notices": [SYNTHETIC] if report.synthetic else [],
        "opening": _paragraphs(report.opening),
        "scale": f"{report.rubric.title}, from {report.rubric.scale.min} to "
                 f"{report.rubric.scale.max}",
        "items": [_item(one, report) for one in report.items],
        "answers": [_answer(one, report.rubric) for one in report.answers],
        "answers_head": _answers_head(len(report.answers)),
        "of_times": _of_times(report.answers),
        "practise": _paragraphs(report.practise),
        "closing": _paragraphs(report.closing),
        "trust": trust(report),
        "about": report.rubric.about.strip(),
        "sources": _sources(report),
    }  # fmt: skip


def _paragraphs(text: str) -> list[str]:
    """What was typed, by its blank lines; a line break within one stays a line break."""
    return [part.strip("\n") for part in text.strip().split("\n\n") if part.strip()]


def _answers_head(count: int) -> str:
    words = {1: "one answer", 2: "two answers", 3: "three answers"}
    return f"What was heard in {words.get(count, f'{count} answers')}"


def _picture(report: TraineeReport) -> dict[str, object]:
    scale = report.rubric.scale
    rows = [Row(i.item.title, i.mean, i.low, i.high, i.own) for i in report.items]
    said = ["Filled dot: mean of the raters."]
    if any(row.low is not None for row in rows):
        said.append("Line: its 95 % interval.")
    if any(row.own is not None for row in rows):
        part = any(one.own is not None and one.pairs < one.responses for one in report.items)
        which = "those of the answers that you rated too" if part else "the same answers"
        said.append(f"Ring: your own mean, on {which}.")
    words = " ".join(said)
    alt = f"Means on a scale from {scale.min} to {scale.max}; the table below has the figures."
    svg = profile_svg(rows, scale.min, scale.max, alt)
    uri = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return {"picture": svg, "picture_uri": uri, "picture_words": words}


# The profile


def _item(one: ItemFigures, report: TraineeReport) -> dict[str, str]:
    if one.mean is None:
        return {
            "title": one.item.title, "question": one.item.question, "mean": "–",
            "interval": "not applicable in any answer", "rests": "", "compared": "", "own": "–",
            "gap": "", "agreed": "", "stands": "",
        }  # fmt: skip
    scale = report.rubric.scale
    interval = "no interval yet"
    if one.low is not None and one.high is not None:
        low, high = max(one.low, scale.min), min(one.high, scale.max)
        interval = f"{number(low, 1)} to {number(high, 1)}"
    agreed = ""
    if one.agreed is not None:
        where = "answer" if one.agreed_on == 1 else "answers"
        agreed = f"Agreed on in discussion: {number(one.agreed, 1)} ({one.agreed_on} {where})"
    return {
        "title": one.item.title,
        "question": one.item.question,
        "mean": number(one.mean, 1),
        "interval": interval,
        "rests": _rests(one),
        "compared": _compared(one),
        "own": "–" if one.own is None else number(one.own, 1),
        "gap": _gap(one),
        "agreed": agreed,
        "stands": _stands(one.item, one.mean),
    }


def _rests(one: ItemFigures) -> str:
    answers = "answer" if one.responses == 1 else "answers"
    clients = "client" if one.clients == 1 else "clients"
    raters = "rater" if one.raters == 1 else "raters"
    said = f"{one.responses} {answers} to {one.clients} {clients}, {one.raters} {raters}"
    return said if one.fair is None else f"{said}; fair mean {number(one.fair, 1)}"


def _compared(one: ItemFigures) -> str:
    """What own rating and gap rest on, where that is less than the raters' mean rests on."""
    if one.others is None or one.own is None or one.pairs == one.responses:
        return ""
    return (
        f"Your own and the gap: on the {counted_answers(one.pairs)} you rated too, where the "
        f"raters' mean is {number(one.others, 1)}"
    )


def _gap(one: ItemFigures) -> str:
    """How much higher or lower one's own ratings are, and whether that can be told from chance."""
    raters = one.others if _compared(one) else one.mean  # what stands beside it
    if one.gap is None or one.own is None or raters is None:
        return ""
    said = _apart(printed_difference(one.own, raters))
    if one.gap_low is None or one.gap_high is None:
        return f"{said}; too few to tell"
    if one.gap_low <= 0 <= one.gap_high:
        return f"{said} ({_apart(one.gap_low)} to {_apart(one.gap_high)}: may be chance)"
    low, high = sorted((abs(one.gap_low), abs(one.gap_high)))
    return f"{said} ({number(low, 1)} to {number(high, 1)})"


def _apart(points: float) -> str:
    shown = number(abs(points), 1)
    return "the same" if shown == number(0, 1) else f"{shown} {'higher' if points > 0 else 'lower'}"


def _stands(item: Item, mean: float) -> str:
    level = floor(mean + 0.5)
    words = heard_at(item, level)
    return f"Nearest to your mean, {level}: “{words}”" if words else ""


# The answers


def _answer(one: Answer, rubric: Rubric) -> dict[str, object]:
    facts = [part for part in (one.client, one.title) if part]
    when = [day(one.at)] if one.at is not None else []
    return {
        "head": one.head,
        "facts": "  ·  ".join([*facts, *when]) or "An answer to a client nobody knows",
        "why": one.why,
        "scores": _scores(one, rubric),
        "text": _paragraphs(one.text),
        "quotes": [_quote(quote) for quote in one.quotes],
        "from": _from(one),
    }


def _of_times(answers: Iterable[Answer]) -> str:
    """What the times of quotes count from, where there are any."""
    if not any(one.quotes and one.from_client_end for one in answers):
        return ""
    return (
        "Quoted is what raters wrote as they listened. Times count from where the client ends, as "
        "in Review."
    )


def _from(one: Answer) -> str:
    if not one.quotes or one.from_client_end:
        return ""
    return "Of this answer, times count from where the recording begins."


def _scores(one: Answer, rubric: Rubric) -> str:
    titles = {item.id: item.title for item in rubric.items}
    given = ", ".join(f"{titles.get(i, i)} {_given(score)}" for i, score in one.scores.items())
    who = "one rater" if one.raters == 1 else f"mean of {one.raters} raters"
    said = f"{given} ({who})."
    if one.agreed is not None:
        scores = ", ".join(f"{titles.get(i, i)} {_given(score)}" for i, score in one.agreed.items())
        said += f" Agreed on in discussion: {scores}."
        if one.outdated:
            said += " One of the ratings this rests on was corrected since."
    return said


def _given(score: float | None) -> str:
    if score is None:
        return "N/A"
    return f"{score:g}" if float(score).is_integer() else number(score, 1)


def _quote(quote: QuotedMoment) -> dict[str, str]:
    marker = told(quote.marker)
    return {
        "when": clock(quote.at_s),
        "marker": f"You {marker}." if marker else "",
        "text": _quoted(quote.text),
    }


def _quoted(text: str) -> str:
    """In quotation marks, unless it brings its own."""
    return f"“{text}”" if text and not set(text) & set('"“”„«»') else text


# What it rests on


def _days(first: datetime, last: datetime) -> str:
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def _sources(report: TraineeReport) -> list[tuple[str, str]]:
    sources = [
        ("Answers", f"{report.responses}, to {report.clients} "
                    f"{'client' if report.clients == 1 else 'clients'}"),
        ("Raters", str(report.raters)),
        ("Scales", f"{report.rubric.title}, version {report.rubric.ref.version}"),
    ]  # fmt: skip
    if report.first is not None and report.last is not None:
        sources.insert(1, ("Given", _days(report.first, report.last)))
    return [*sources, ("Made with", f"Attune {report.attune_version}, {moment(report.made_at)}")]
