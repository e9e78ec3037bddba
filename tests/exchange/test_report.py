"""The report's words: everything is said, nothing is markup by accident, gaps read well."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from trainer.domain.feedback import Figure, Suggestion
from trainer.domain.rating import Rating
from trainer.domain.response import (
    ASLEEP,
    GAP,
    LOST,
    MOVED,
    MUTED,
    Hole,
    Note,
    Recording,
    Response,
    Video,
)
from trainer.domain.rubric import Item, Rubric, RubricRef, Scale
from trainer.domain.speech import Baseline, Pause, SpeechMeasures
from trainer.domain.vignette import (
    Client,
    Exemplar,
    Media,
    Sentence,
    Tags,
    Turn,
    Vignette,
    VignetteRef,
)
from trainer.exchange.report import Rated, ResponseReport, Wave, Waves, render_html

AT = datetime(2026, 3, 31, 23, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
REF = RubricRef("core", "alliance", 2)
SCALE_ITEMS = tuple(
    Item(name.lower(), name, f"{name}?", True, {n: f"{name} anchor {n}" for n in range(1, 6)},
         (), (), f"Practise {name}.", f"Refine {name}.")
    for name in ("Warmth", "Repair", "Metacommunication")
)  # fmt: skip
RUBRIC = Rubric(REF, "Alliance skills", "en", "Not validated, no norms.", Scale(1, 5), SCALE_ITEMS,
                ("Somebody",), "CC-BY-4.0")  # fmt: skip
TURN = Turn(
    "t1",
    (Sentence("I paid for the parking.", "neutral"), Sentence("Is there a form?", "withdrawn")),
    Media(Path("dana.opus"), None, None),
    (),
    120.0,
    "She wanted to stay.",
    "Reassuring her.",
    ("Leaves the form alone.", "Says who leaves."),
    (
        Exemplar(5, {"warmth": 5, "repair": 4}, "There is a form, in the drawer.", "Owns it."),
        Exemplar(3, {"warmth": 3}, "A middling answer.", "So-so."),
        Exemplar(1, {"warmth": 2, "repair": 1}, "I respect that.", "Hands her on."),
    ),
    {},
)
VIGNETTE = Vignette(
    VignetteRef("core", 3, "dana-parking", 2),
    "Is there a form?",
    "en",
    Client("Dana", 35, "she", "dana", "dana", "Air traffic controller."),
    "Fourteenth session.",
    Tags("withdrawal", ("denial",), "hostile-submissive", "dismissing", ("ptsd",), "cbt",
         "in-person", "ending", ("repair",), "advanced", "indicated"),
    (),
    (TURN,),
    ("Attune project",),
    "CC-BY-4.0",
)  # fmt: skip
RESPONSE = Response(
    "resp-1", "person-1", "session-1", VIGNETTE.ref, "t1", 2, 1, AT, "person",
    Recording("rec-1", "2026/03/rec-1.flac", "0123456789abcdef" * 4, 4711, 31.6, 48_000, AT),
    2.0, 0.02, "Say my part first.",
)  # fmt: skip
MEASURES = SpeechMeasures(31.6, 3.6, 0.08, 25.0, (Pause(9.0, 10.2),), 1.2, -21.5, -3.0, 0, 180.0,
                          2.5, 4.25, 30.0, ("The room is noisy.",))  # fmt: skip
FIGURES = (
    Figure(
        "latency_s",
        "Waited before answering",
        1.6,
        "s",
        1,
        0.083,
        Baseline(6, 1.2, 0.9, 1.4),
        "from the end of the client's sound to the first word",
    ),
    Figure("loudness_lufs", "Loudness", -21.5, "LUFS", 0, None, None),
)
COLUMNS = tuple((-0.01 * (n % 90), 0.01 * (n % 70)) for n in range(500))
WAVES = Waves(Wave(20.0, COLUMNS), Wave(31.6, COLUMNS), 20.0, 18.0, True, 21.6, 0.08,
              ((27.0, 28.2),), ())  # fmt: skip
RATING = Rating(
    "rating-1", "resp-1", "person-1", "self", REF,
    {"warmth": 3.0, "repair": 4.5, "metacommunication": None}, True, AT + timedelta(minutes=3),
)  # fmt: skip
REPORT = ResponseReport(
    person="M. K.",
    response=RESPONSE,
    vignette=VIGNETTE,
    turn=TURN,
    ratings=(Rated(RATING, RUBRIC, "M. K."),),
    measures=MEASURES,
    figures=FIGURES,
    earlier={"loudness_lufs": 2},
    suggestion=Suggestion("warmth", "Say back one detail."),
    note=Note("note-1", "resp-1", "Wait after the question.", False, (1,), AT),
    set_title="First evening",
    objective="stay curious",
    reflection="Slower; the detail first.",
    waves=WAVES,
    made_at=datetime(2026, 4, 1, 8, 5, tzinfo=UTC),
    attune_version="9.8.7",
)
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


class _Page(HTMLParser):
    """Text, tags and attributes of a page; fails on tags that don't close."""

    VOID = frozenset({"meta", "img", "br", "rect", "line", "polygon"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.fixture(params=[False, True], ids=["page", "paper"])
def for_print(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def text(report: ResponseReport, for_print: bool) -> str:
    return _Page(render_html(report, for_print=for_print)).text


@pytest.mark.parametrize("fact", EVERYTHING)
def test_everything_is_said_on_both(fact: str, for_print: bool) -> None:
    assert fact in text(REPORT, for_print)


def test_no_diagnosis_or_other_tag_of_the_bank_is_told(for_print: bool) -> None:
    said = text(REPORT, for_print).lower()
    for tag in ("ptsd", "dismissing", "hostile", "submissive", "withdrawal", "diagnos"):
        assert tag not in said


def test_nothing_is_fetched_from_elsewhere(for_print: bool) -> None:
    page = _Page(render_html(REPORT, for_print=for_print))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object", "base"})
    places = [v for _, a in page.tags for k, v in a.items() if k in ("src", "href", "xlink:href")]
    assert all((place or "").startswith("data:image/svg+xml;base64,") for place in places)
    assert "url(" not in render_html(REPORT, for_print=for_print)


def test_a_screen_reader_finds_its_way(for_print: bool) -> None:
    page = _Page(render_html(REPORT, for_print=for_print))
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
    page = _Page(html)
    assert page.text.count(name) >= 6
    assert "script" not in {tag for tag, _ in page.tags}
    assert "b" not in {tag for tag, _ in page.tags}


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


def test_a_film_is_named_with_its_length_and_not_handed_on(for_print: bool) -> None:
    assert "Film" not in text(REPORT, for_print)
    film = Video("rec-1", "2026/03/rec-1.mkv", "f" * 64, 9_000, 41.6, 640, 480, 2.0, 0.04)
    said = text(replace(REPORT, film=film), for_print)
    assert "Film42 s, kept beside the recording, not in this report" in said
    page = render_html(replace(REPORT, film=film), for_print=for_print)
    assert "<video" not in page
    assert film.file not in page


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
