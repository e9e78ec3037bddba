"""A course and its parties, each with a data folder of their own. No test is in here.

Everything goes by the commands and by files that lie in one folder, as in the post.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.app.travelled import Program, Rater, Trainee
from tests.journeys.course_figures import Own, Rating
from trainer.app.paths import Home
from trainer.store.shares import codes_of

CODES = (
    "TR-0417", "TR-0552", "TR-0608", "TR-0731", "TR-0844", "TR-0859", "TR-0902", "TR-0996",
)  # fmt: skip
SKILL = {
    "warmth": dict(zip(CODES, (1.5, 3.7, 2.0, 3.4, 2.4, 2.6, 3.0, 3.9), strict=True)),
    "repair": dict(zip(CODES, (2.6, 3.9, 1.4, 2.2, 3.1, 1.9, 3.6, 2.9), strict=True)),
}
STRICT = {
    "warmth": {"Rae": -0.4, "Sol": 0.0, "Uma": 0.7},
    "repair": {"Rae": 0.2, "Sol": -0.5, "Uma": 0.4},
}
ITEMS = tuple(SKILL)
RATERS = ("Rae", "Sol", "Uma")
VIGNETTES = ("marcus-nodding", "eli-bike-racks", "ruth-corrected-letter", "tom-eleven-across")
OCCASIONS = ("before", "after")
FORMS = {"A": (*VIGNETTES[:2], VIGNETTES[2]), "B": (*VIGNETTES[:2], VIGNETTES[3])}
"""Two clients are met by everybody, so that forms are linked."""
HARD = dict(zip(VIGNETTES, (0.3, -0.2, -0.3, 0.2), strict=True))
_PER_ITEM = """SELECT t.response_id, s.score, s.item, t.role, p.name FROM ratings t
    JOIN scores s ON s.rating_id = t.id JOIN people p ON p.id = t.rater_id"""
_ANSWERS = """SELECT r.id, r.vignette, s.code, json_extract(a.document, '$.occasion') AS occasion
    FROM responses r JOIN submitted d ON d.response_id = r.id
    JOIN submissions s ON s.id = d.submission_id
    JOIN assignments a ON a.assignment_id = s.assignment_id"""


class Course:
    """The parties, and where their files lie."""

    def __init__(self, attune: Callable[..., Any], folder: Path) -> None:
        self._attune = attune
        self.post = folder / "post ü"
        self.post.mkdir()
        self.program = Program(Home(folder / "program"))
        self.trainees = {code: Trainee(Home(folder / code)) for code in CODES}
        self.raters = {name: Rater(Home(folder / name), name=name) for name in RATERS}
        self.given: dict[str, Any] = {}

    def told(self, of: Program | Trainee | Rater, *words: object) -> Any:
        code, out, err = self._attune("--home", of.home.folder, *words, "--json")
        assert code == 0, err
        return json.loads(out)

    def assign(self, occasion: str) -> None:
        before = self.given.get("before")
        whom = [word for code in CODES for word in ("--trainee", code)]
        forms = [
            word for name, ids in FORMS.items() for word in ("--form", f"{name}={','.join(ids)}")
        ]
        self.given[occasion] = self.told(
            self.program, "assign", "--title", f"Course {occasion}", "--program", "Übung",
            *(("--after", before["id"]) if before else (*forms, *whom)), "--occasion", occasion,
            "--consent", "May your supervisors listen?", "--out", self.post,
        )  # fmt: skip

    def practise(self, occasion: str) -> None:
        """Every trainee takes the file in, answers, rates the answers and sends them."""
        for code, trainee in self.trainees.items():
            to = trainee.begin(Path(self.given[occasion]["file"]), code)
            trainee.answer(to, scores=own_scores(code, occasion))
            self.told(trainee, "submit", "--assignment", to.id, "--out", self.post)

    def share(self) -> list[Any]:
        asked = [word for one in self.given.values() for word in ("--assignment", one["id"])]
        named = [
            word for name, rater in self.raters.items()
            for word in ("--rater", f"{name}={self.told(rater, 'ratings', 'key')['address']}")
        ]  # fmt: skip
        return self.told(self.program, "ratings", "share", *asked, *named, "--per-response", "2",
                         "--overlap", "0.5", "--out", self.post)  # fmt: skip

    def rate(self, shared: Any) -> list[float]:
        """A rater takes a share in, rates all of it and sends it back; the scores they gave."""
        rater = self.raters[shared["rater"]]
        with self.program.log() as log:
            stands_for = codes_of(log, shared["id"])
            about = {row["id"]: row for row in log.rows(_ANSWERS)}
        going, given = rater.begin(Path(shared["file"])), []
        for code in rater.codes(shared["id"]):
            one = about[stands_for[code]]
            scores = {item: heard(item, rater.name, one) for item in ITEMS}
            given += scores.values()
            rater.rate(going, [code], **scores)
        (sent,) = self.told(rater, "ratings", "send", "--out", self.post)
        (back,) = self.told(self.program, "import", sent["file"])
        assert back["problem"] is None
        return given

    def ratings(self, item: str) -> tuple[list[Rating], list[Own]]:
        """What the program has of an item, by raters and by trainees, from its log's tables."""
        with self.program.log() as log:
            about = {row["id"]: row for row in log.rows(_ANSWERS)}
            found = [row for row in log.rows(_PER_ITEM) if row["item"] == item]
        theirs, own = [], []
        for row in found:
            one = about[row["response_id"]]
            of = (row["response_id"], one["code"], one["occasion"])
            if row["role"] == "supervisor":
                theirs.append(Rating(*of, one["vignette"], row["name"], row["score"]))
            else:
                own.append(Own(*of, row["score"]))
        return theirs, own


def heard(item: str, rater: str, answer: Any) -> float:
    """What a rater gives an answer: skill, training, the client, their severity, and chance."""
    exact = SKILL[item][answer["code"]] - STRICT[item][rater]
    exact += 0.6 * (answer["occasion"] == "after") - HARD[answer["vignette"]]
    chance = random.Random(f"{item} {rater} {answer['code']} {answer['vignette']}")
    return whole(exact + chance.uniform(-0.8, 0.8))


def own_scores(code: str, occasion: str) -> dict[str, float | None]:
    """What trainees give themselves: more than raters do, and less of it with training."""
    more = 0.9 if occasion == "before" else 0.7
    given = {item: whole(0.7 * SKILL[item][code] + more) for item in ITEMS}
    return {**given, "metacommunication": None}


def whole(exact: float) -> float:
    return float(min(max(round(exact), 1), 5))
