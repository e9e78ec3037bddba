"""A course by files alone: program, five trainees, program, three raters, program, report.

Every party has a data folder of its own and runs the commands; what travels is encrypted. Each
figure of the report is worked out here again, from the scores that the raters gave.
"""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.app.travelled import Program, Rater, Trainee
from tests.journeys.course_figures import Figures, Limits, Rating, within
from trainer.app.paths import Home
from trainer.store.shares import codes_of

CODES = ("TR-0417", "TR-0552", "TR-0608", "TR-0731", "TR-0996")
SKILL = dict(zip(CODES, (1.5, 2.0, 2.6, 3.2, 3.9), strict=True))
STRICT = {"Rae": -0.4, "Sol": 0.0, "Uma": 0.7}
FORMS = {
    "A": ("marcus-nodding", "eli-bike-racks"),
    "B": ("ruth-corrected-letter", "tom-eleven-across"),
}


class Course:
    """The parties, and where their files lie."""

    def __init__(self, attune: Callable[..., Any], folder: Path) -> None:
        self._attune = attune
        self.post = folder / "post ü"
        self.post.mkdir()
        self.program = Program(Home(folder / "program"))
        self.trainees = {code: Trainee(Home(folder / code)) for code in CODES}
        self.raters = {name: Rater(Home(folder / name), name=name) for name in STRICT}
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
        for code, trainee in self.trainees.items():
            to = trainee.begin(Path(self.given[occasion]["file"]), code)
            trainee.answer(to)
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
        """A rater takes a share in, rates all of it and sends it back; what they gave."""
        rater = self.raters[shared["rater"]]
        with self.program.log() as log:
            stands_for = codes_of(log, shared["id"])
            about = {row["id"]: row for row in log.rows(ANSWERS)}
        going, given = rater.begin(Path(shared["file"])), []
        for code in rater.codes(shared["id"]):
            one = about[stands_for[code]]
            exact = SKILL[one["code"]] + 0.6 * (one["occasion"] == "after") - STRICT[rater.name]
            chance = random.Random(f"{rater.name} {one['code']} {one['vignette']}")
            exact += 0.4 * (one["vignette"] in FORMS["B"]) + chance.uniform(-0.5, 0.5)
            given.append(float(min(max(round(exact), 1), 5)))
            rater.rate(going, [code], given[-1])
        (sent,) = self.told(rater, "ratings", "send", "--out", self.post)
        (back,) = self.told(self.program, "import", sent["file"])
        assert back["problem"] is None
        return given

    def ratings(self) -> list[Rating]:
        """What the program has of warmth, from the tables of its log."""
        with self.program.log() as log:
            about = {row["id"]: row for row in log.rows(ANSWERS)}
            found = log.rows(
                "SELECT t.response_id, p.name, s.score FROM ratings t JOIN scores s"
                " ON s.rating_id = t.id JOIN people p ON p.id = t.rater_id"
                " WHERE t.role = 'supervisor' AND s.item = 'warmth'"
            )
        return [
            Rating(row["response_id"], one["code"], one["occasion"], one["vignette"], row["name"],
                   row["score"])
            for row in found for one in (about[row["response_id"]],)
        ]  # fmt: skip


ANSWERS = """SELECT r.id, r.vignette, s.code, json_extract(a.document, '$.occasion') AS occasion
    FROM responses r JOIN submitted d ON d.response_id = r.id
    JOIN submissions s ON s.id = d.submission_id
    JOIN assignments a ON a.assignment_id = s.assignment_id"""


def test_a_course_by_files_and_every_figure_of_its_report(
    attune: Callable[..., Any], tmp_path: Path
) -> None:
    course = Course(attune, tmp_path)
    for occasion in ("before", "after"):
        course.assign(occasion)
        course.practise(occasion)
    sent = sorted(course.post.glob("Course * TR-*.attune"))
    came = course.told(course.program, "import", *sent)
    assert [(one["code"], one["added"], one["notes"]) for one in came] == [
        (code, 2, []) for code in CODES
    ] * 2
    shared = course.share()
    assert sum(one["responses"] for one in shared) == 20 * 2 + 10
    given = [score for one in shared for score in course.rate(one)]
    found = course.ratings()
    assert sorted(one.score for one in found) == sorted(given)
    closed = [*sent, *(Path(one["file"]) for one in shared)]
    for path in closed:
        assert not [word for word in PLAIN if word in path.read_bytes()], path
    assert not course.told(course.program, "import", *sent)[0]["added"]

    page = tmp_path / "report.html"
    after = course.given["after"]["id"]
    course.told(course.program, "cohort", "report", after, "--out", page)
    said = re.sub(r"<style.*?</style>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.S)
    said = re.sub(r"\s+", " ", said.replace("\N{NO-BREAK SPACE}", " "))
    document = course.told(course.program, "cohort", "show", after)
    check(document["items"]["warmth"], said, Figures(found), course.given)
    assert "5 of 5 trainees gave every answer that was asked for" in said
    assert "10 of 10 answers were rated, by 3 raters" in said
    assert not [code for code in STRICT if code in said]


PLAIN = (b"fLaC", b"RIFF", b"recordings", b"SQLite", b"TR-0417", b"marcus-nodding")


def check(shown: Any, said: str, own: Figures, given: Any) -> None:
    """What the document and the report say of an item, against the figures worked out here."""
    forms = {occasion: [given[occasion]["forms"][code] for code in CODES] for occasion in given}
    means = {
        occasion: np.array([own.mean(trainee=code, occasion=occasion) for code in CODES])
        for occasion in given
    }
    by_occasion = {
        occasion: Figures([one for one in own.ratings if one.occasion == occasion])
        for occasion in given
    }
    check_raters(shown, said, own, by_occasion)
    for place, occasion in (("before", "before"), ("now", "after")):
        values = means[occasion] @ own.fair
        scores = {code: one["value"] for code, one in shown[place]["scores"].items()}
        assert scores == pytest.approx(dict(zip(CODES, values, strict=True)))
        mean = own.over_trainees(means[occasion], own.least(occasion=occasion))
        same(shown[place]["mean"], mean, said)
        assert shown[place]["sd"] == pytest.approx(within(values, forms[occasion]))
        check_agreement(shown[place], said, by_occasion[occasion])
    for one in shown["vignettes"]:
        check_vignette(one, said, own, one["vignette"].partition("/")[2])
    check_change(shown, said, own, means, forms)
    # Everybody gave themselves 3.0 everywhere.
    of_raters = own.over_trainees(np.array([own.mean(trainee=code) for code in CODES]), own.least())
    gap = shown["gap"]["difference"]
    mirrored = {"value": 3 - of_raters.value, "low": 3 - of_raters.high, "high": 3 - of_raters.low}
    assert gap == pytest.approx(mirrored, abs=1e-3)
    assert f"{signed(gap['value'])} {signed(gap['low'])} to {signed(gap['high'])}" in said


def check_raters(shown: Any, said: str, own: Figures, by_occasion: dict[str, Figures]) -> None:
    """Who is stricter, and who became so. They have codes, so the figures tell whose each is."""
    severity = sorted((own.severity(one) for one in own.raters), key=lambda one: one.value)
    found = sorted(shown["severity"].values(), key=lambda one: one["value"])
    for one, figure in zip(found, severity, strict=True):
        same(one, figure, said)
    before, after = by_occasion["before"].effect, by_occasion["after"].effect
    changed = sorted(shown["severity_change"].values(), key=lambda one: one["value"])
    assert [one["value"] for one in changed] == pytest.approx(sorted(before - after))
    for one in changed:  # the limits are worked out in tests of drift
        same(one, Limits(one["value"], one["low"], one["high"]), said)


def check_agreement(shown: Any, said: str, own: Figures) -> None:
    """Of single ratings and of answers; the limits, and G, are worked out in tests of scoring.

    Five trainees with two answers each leave the many components of G without one best estimate.
    """
    single, several = own.agreement()
    found = (shown["icc"]["ICC(A,1)"], shown["icc"]["ICC(A,k)"], shown["g"])
    assert [one["value"] for one in found[:2]] == pytest.approx([single, several], abs=1e-4)
    for one in found:
        assert f"{one['value']:.2f} {one['low']:.2f} to {one['high']:.2f}" in said


def check_vignette(one: Any, said: str, own: Figures, name: str) -> None:
    """Each trainee met it once; "beside" is against the other one of that occasion."""
    met = [code for code in CODES if own.rows(trainee=code, vignette=name).any()]
    mine = np.array([own.mean(trainee=code, vignette=name) for code in met])
    least = own.least(vignette=name)
    same(one["mean"], own.over_trainees(mine, least), said)
    beside = []
    for code, row in zip(met, mine, strict=True):
        occasion = own.of[own.responses[int(row.argmax())]].occasion
        other = own.rows(trainee=code, occasion=occasion) - row
        beside.append(row - other / other.sum())
    figure = own.over_trainees(np.array(beside), least)
    assert one["beside_others"] == pytest.approx(vars(figure))


def check_change(shown: Any, said: str, own: Figures, means: Any, forms: Any) -> None:
    """Change and forms by least squares, the effect size, and each trainee's reliable change."""
    change = shown["change"]
    moved = means["after"] - means["before"]
    turned = [
        float(two == "B") - float(one == "B")
        for one, two in zip(forms["before"], forms["after"], strict=True)
    ]
    design = np.column_stack([np.ones(len(CODES)), turned])
    solve = np.linalg.pinv(design)
    values = moved @ own.fair
    left = values - design @ (solve @ values)
    freedom = len(CODES) - 2
    least = sum(own.least(occasion=one) ** 2 for one in ("before", "after"))
    spread = max(left @ left / freedom, least)
    mean, harder = (own.limits(row @ moved, spread * (row @ row), freedom) for row in solve)
    same(change["mean"], mean, said)
    assert change["form_differences"]["B"] == pytest.approx(vars(harder))
    deviations = [within(means[one] @ own.fair, forms[one]) for one in ("before", "after")]
    unit = np.sqrt(np.square(deviations).mean())
    assert change["d_av"] == pytest.approx(mean.value / unit)
    assert change["g_av"]["value"] == pytest.approx(mean.value / unit * (1 - 3 / (4 * freedom - 1)))
    level = np.array([-harder.value / 2, harder.value / 2])
    # As unsure as two scores of the first time, and by how many raters each had more or less.
    variances = shown["before"]["error_variances"]
    both = [own.errors(occasion, variances) for occasion in ("before", "after")]
    assert shown["before"]["error"] == pytest.approx(both[0].mean())
    times = (both[0] + both[1]) / (2 * both[0].mean())
    assert np.ptp(times) > 0
    error = deviations[0] * np.sqrt(2 * (1 - change["reliability"]["value"]) * times)
    average = np.sqrt(np.square(error).mean())
    assert change["least_reliable_change"]["value"] == pytest.approx(1.96 * average)
    for at, code in enumerate(CODES):
        one, two = (
            float(means[when][at] @ own.fair - level[int(forms[when][at] == "B")])
            for when in ("before", "after")
        )
        told = change["scores"][code]
        assert (told["before"], told["after"]) == pytest.approx((one, two))
        assert told["index"] == pytest.approx((two - one) / error[at])
        assert told["reliable"] == (abs(two - one) > 1.96 * error[at])
        assert told["least_reliable_change"] == pytest.approx(1.96 * error[at])
        assert re.search(rf"{code} .?.?{one:.2f} → {two:.2f}", said)


def same(shown: Any, figure: Limits, said: str) -> None:
    """In the document to many digits, in the report to the printed ones."""
    assert shown == pytest.approx(vars(figure))
    assert f"{signed(figure.value)} {signed(figure.low)} to {signed(figure.high)}" in said


def signed(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")  # and no minus nought
