"""The report's words: everything is said, nothing is markup by accident, gaps read well."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.exchange.reported import FIGURES, RATING, REPORT, RUBRIC, VIGNETTE, Page, text
from trainer.domain.response import Video
from trainer.exchange.report import Rated, render_html

EVERYTHING = (
    "M. K.",
    "Dana, 35. Air traffic controller.",
    "31 March 2026, 23:30 (UTC+05:30)",
    "First evening",
    "32 s, ended by the person",
    "stay curious",
    "Say my part first.",
    "Synthetic voice: for practice, not equivalent to filmed clients.",
    "begins 1.6 ± 0.1 s after the client ends",
    "Own rating",
    "Alliance skills, from 1 to 5",
    "before any feedback on this response was shown",
    "Warmth anchor 3",
    "4.5",
    "Repair anchor 4 – Repair anchor 5",
    "N/A",
    "Not applicable: this moment did not call for it.",
    "Fourteenth session.",
    "I paid for the parking. Is there a form?",
    "She wanted to stay.",
    "Reassuring her.",
    "1 of 2 ticked by the person",
    "Leaves the form alone.",
    "Says who leaves.",
    "A weak answer",
    "I respect that.",
    "Hands her on.",
    "Warmth 2, Repair 1",
    "A strong answer",
    "There is a form, in the drawer.",
    "Owns it.",
    "Warmth 5, Repair 4",
    "Shown, never scored",
    "Waited before answering",
    "± 0.1 s",
    "0.9 to 1.4, median 1.2 (n = 6)",
    "to the first word",
    "above",
    "−22 LUFS",
    "too few yet (2 of 4)",
    "The room is noisy.",
    "Say back one detail.",
    "Wait after the question.",
    "Slower; the detail first.",
    "not a norm-referenced assessment",
    "One rater rated one response once",
    "Self-ratings tend to be higher",
    "Not validated, no norms.",
    "core, version 3",
    "dana-parking, version 2, turn t1",
    "Alliance skills, version 2",
    "2026/03/rec-1.flac",
    "0123456789ab (first 12 of 64 characters)",
    "resp-1",
    "Attune 9.8.7, 1 April 2026, 08:05 (UTC+00:00)",
)


def test_everything_is_said_on_both(for_print: bool) -> None:
    said = text(REPORT, for_print)
    assert [fact for fact in EVERYTHING if fact not in said] == []


def test_no_diagnosis_or_other_tag_of_the_bank_is_told(for_print: bool) -> None:
    said = text(REPORT, for_print).lower()
    for tag in ("ptsd", "dismissing", "hostile", "submissive", "withdrawal", "diagnos"):
        assert tag not in said


def test_nothing_is_fetched_from_elsewhere(for_print: bool) -> None:
    page = Page(render_html(REPORT, for_print=for_print))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object", "base"})
    places = [v for _, a in page.tags for k, v in a.items() if k in ("src", "href", "xlink:href")]
    assert all((place or "").startswith("data:image/svg+xml;base64,") for place in places)
    assert "url(" not in render_html(REPORT, for_print=for_print)


def test_a_screen_reader_finds_its_way(for_print: bool) -> None:
    page = Page(render_html(REPORT, for_print=for_print))
    assert dict(page.tags)["html"]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    alternatives = [
        a.get("alt") or a.get("aria-label") for t, a in page.tags if t in ("img", "svg")
    ]
    assert len(alternatives) == 1
    assert "M. K. begins 1.6 ± 0.1 s after the client ends." in str(alternatives[0])


@pytest.mark.parametrize(
    "name",
    [
        "<b>Bo</b> & \"Co\" 'x'",
        "{{ 7 * 7 }}",
        "مريم الخطيب",
        "👩🏽‍🚀 Ada",
        "</svg><script>",
        "Ü" * 400,
    ],
)
def test_a_name_is_never_markup(name: str, for_print: bool) -> None:
    client = replace(VIGNETTE.client, name=name)
    report = replace(
        REPORT,
        person=name,
        vignette=replace(VIGNETTE, client=client, title=name, context=name),
        note=replace(REPORT.note, change_next=name) if REPORT.note else None,
        reflection=name,
        objective=name,
    )
    html = render_html(report, for_print=for_print)
    page = Page(html)
    assert page.text.count(name) >= 6
    assert "script" not in {tag for tag, _ in page.tags}
    assert "b" not in {tag for tag, _ in page.tags}


def test_an_early_answer_is_told_as_one(for_print: bool) -> None:
    early = replace(FIGURES[0], value=-0.44)
    said = text(replace(REPORT, figures=(early,)), for_print)
    assert "begins 0.4 ± 0.1 s before the client ends" in said
    assert "−0.4 s" in said


def test_other_raters_are_named_with_their_role(for_print: bool) -> None:
    other = replace(RATING, id="rating-2", rater_id="p2", role="supervisor", before_feedback=False,
                    supersedes="rating-0")  # fmt: skip
    report = replace(REPORT, ratings=(*REPORT.ratings, Rated(other, RUBRIC, "Dr. Who")))
    said = text(report, for_print)
    assert "Supervisor's rating (Dr. Who)" in said
    assert "after feedback on this response had been shown" in said
    assert "It corrects an earlier rating" in said
    assert "2 raters rated this response" in said


def test_what_raters_agreed_on_is_no_third_rater(for_print: bool) -> None:
    other = replace(RATING, id="rating-2", rater_id="p2", role="supervisor")
    both = replace(RATING, id="rating-3", rater_id="consensus:x", role="consensus",
                   before_feedback=False, of=("rating-1", "rating-2"))  # fmt: skip
    more = (Rated(other, RUBRIC, "Dr. Who"), Rated(both, RUBRIC, ""))
    said = text(replace(REPORT, ratings=(*REPORT.ratings, *more)), for_print)
    assert "What raters agreed on" in said
    assert "Agreed on in discussion by 2 raters, after each had locked" in said
    assert "2 raters rated this response" in said


def test_a_film_is_named_with_its_length_and_not_handed_on(for_print: bool) -> None:
    assert "Film" not in text(REPORT, for_print)
    film = Video("rec-1", "2026/03/rec-1.mkv", "f" * 64, 9_000, 41.6, 640, 480, 2.0, 0.04)
    said = text(replace(REPORT, film=film), for_print)
    assert "Film42 s, kept beside the recording, not in this report" in said
    page = render_html(replace(REPORT, film=film), for_print=for_print)
    assert "<video" not in page
    assert film.file not in page
