"""A response of which everything is known, its report and the words of its page. No test here."""

import re
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

from trainer.domain.feedback import Figure, Suggestion
from trainer.domain.rating import Rating
from trainer.domain.response import Note, Recording, Response
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


class Page(HTMLParser):
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


def text(report: ResponseReport, for_print: bool) -> str:
    return Page(render_html(report, for_print=for_print)).text
