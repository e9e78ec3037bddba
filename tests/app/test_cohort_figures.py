"""How far a cohort is, its figures and its report, out of a log."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app import classed
from tests.app.classed import Answer
from tests.app.travelled import Program, Trainee, library
from tests.store import made
from trainer.app.bus import Bus
from trainer.app.cohort_figures import (
    Cohort,
    all_given_out,
    earlier,
    figures,
    overview,
    read_cohort,
    read_later,
)
from trainer.app.cohort_report import cohort_report, make_report, write, write_later
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.domain.assignment import turned
from trainer.domain.errors import KnownError
from trainer.domain.rounds import SEEN_OTHERS
from trainer.exchange.cohort_report import render_html
from trainer.exchange.cohort_svg import Panel, Value, dots_svg
from trainer.store import comments, people, ratings, rounds
from trainer.store.db import Log, open_log
from trainer.store.times import to_text

MARCUS, ELI, RUTH, TOM = "marcus-nodding", "eli-bike-racks", *classed.FORMS["B"]
DUE = classed.START + timedelta(days=31)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with closing(open_log(tmp_path / "data")) as opened:
        yield opened


OF_RESPONSES = "SELECT id FROM responses"


def two_occasions(log: Log) -> tuple[str, str]:
    """Five trainees, two raters of every answer (r2 a point stricter), half a point's gain.

    T4 does not come back, T3 gives one of two answers, T1 lets nobody use the second one.
    """
    first = classed.assignment(
        1, {"T1": "A", "T2": "B", "T3": "A", "T4": "B", "T5": "A"}, due_at=DUE, occasion="before"
    )
    second = classed.assignment(
        2, {one.code: one.form for one in turned(first, ["A", "B"])}, occasion="after"
    )
    skill = {"T1": 2.0, "T2": 3.0, "T3": 4.0, "T4": 5.0, "T5": 3.5}

    def answers(of: object, gain: float) -> list[Answer]:
        return [
            Answer(
                one.code, client,
                {"r1": (warm := skill[one.code] + gain, warm, None), "r2": (warm - 1, warm, None)},
                (warm + 1, warm, None),
            )
            for one in of.enrolled
            for client in classed.FORMS[one.form]
        ]  # fmt: skip

    classed.give_out(log, first)
    classed.give_back(log, first, answers(first, 0.0))
    classed.give_out(log, second)
    back = [one for one in answers(second, 0.5) if one.code != "T4"]
    back[1] = replace(back[1], use="practice")
    classed.give_back(log, second, [one for one in back if (one.code, one.client) != ("T3", TOM)])
    return first.id, second.id


def test_how_far_a_cohort_is_is_counted(log: Log) -> None:
    first, second = two_occasions(log)
    found = overview(log, first)
    counts = found.enrolled, found.begun, found.complete, found.late
    assert counts == (5, 5, 5, 0)
    assert (found.responses, found.rated, found.ratings, found.raters) == (10, 10, 20, 2)
    assert [(one.item, one.scores, one.mean) for one in found.items] == [
        ("warmth", 20, 3.0), ("repair", 20, 3.5), ("metacommunication", 0, None),
    ]  # fmt: skip
    found = overview(log, second)
    # T2 and T5 gave all, T3 a part; T1, who withdrew, is counted apart.
    assert (found.enrolled, found.begun, found.complete) == (5, 3, 2)
    assert found.flow.held == {"T1"}
    assert found.flow.nothing == {"T4"}
    assert found.flow.agreed == found.flow.rated == {"T1", "T2", "T3", "T5"}
    assert found.flow.rated_all == {"T2", "T5"}
    assert found.flow.why_held == {"practice only": 1}
    assert (found.responses, found.rated, found.ratings, found.held_back) == (6, 6, 12, 1)
    assert all_given_out(log) == (second, first)
    assert earlier(log, found.assignment).id == first
    assert earlier(log, overview(log, first).assignment) is None
    # What is said counts, not what looks alike; what was rated otherwise is no occasion before.
    homework = replace(found.assignment, id="homework", after="")
    assert earlier(log, homework) is None
    assert earlier(log, replace(homework, after=first)).id == first
    other = replace(homework.rubric, rubric="another")
    assert earlier(log, replace(homework, after=first, rubric=other)) is None
    # A file given again may be rated again: the rater's newest counts, once.
    for response_id in ("0001-000000", "0001-000001"):
        scores = {"warmth": 5.0, "repair": 3.0, "metacommunication": None}
        again = made.rating(
            response_id, "r2", role="supervisor", scores=scores, rubric=classed.RUBRIC
        )
        ratings.add_rating(log, replace(again, locked_at=DUE, blind=True))
    found = overview(log, first)
    assert (found.ratings, found.raters, found.items[0].scores) == (20, 2, 20)
    assert found.items[0].mean == pytest.approx(3.0 + 2 * (5.0 - 1.0) / 20)
    late = replace(overview(log, first).assignment, due_at=DUE - timedelta(days=2))
    classed.give_out(log, replace(late, id=first, made_at=late.made_at + timedelta(seconds=1)))
    assert overview(log, first).late == 5
    # Sent once more after the due date, with nothing new, nothing came late.
    of = found.assignment
    sent, again = f"{second[-4:]}-T2", to_text(DUE + timedelta(days=90))
    with log.atomic():
        log.db.conn.execute(
            "INSERT INTO submissions VALUES ('again', ?, 'T2', 'p-T2', 'key', 0, ?, 0, NULL)",
            (second, again),
        )
        log.db.conn.execute(
            "INSERT INTO submitted SELECT 'again', response_id FROM submitted"
            " WHERE submission_id = ?", (sent,),
        )  # fmt: skip
    due, at = DUE + timedelta(days=80), of.made_at + timedelta(seconds=1)
    classed.give_out(log, replace(of, due_at=due, made_at=at))
    assert overview(log, second).late == 0
    with pytest.raises(KnownError, match="No assignment nothing"):
        overview(log, "nothing")


def test_figures_of_both_occasions_are_worked_out_from_the_log(log: Log) -> None:
    first, second = two_occasions(log)
    found = figures(read_cohort(log, library(), second, first))
    warmth, repair, metacommunication = found.items
    assert [one.item for one in found.items] == list(classed.ITEMS)
    assert found.title("warmth") == "Warmth"
    # r2 is a point stricter; the average rater's scores lie half a point below r1's.
    severity = {who: one.value for who, one in warmth.severity.points.items()}
    assert severity == pytest.approx({"R1": -0.5, "R2": 0.5})
    assert warmth.before.mean.value == pytest.approx((1.5 + 2.5 + 3.5 + 4.5 + 3.0) / 5)
    scores = {one.trainee: one.score.value for one in warmth.now.scores}
    assert scores == pytest.approx({"T1": 2.0, "T2": 3.0, "T3": 4.0, "T5": 3.5})
    change = warmth.change
    # T1 and T3 have a part of another form than before, which nothing can be compared with.
    assert (change.pairs, change.left_out, change.forms) == (2, 2, "turned")
    assert (change.only_before, change.only_after) == (1, 0)
    assert change.mean.value == pytest.approx(0.5)
    assert change.form_differences["B"].value == pytest.approx(0.0, abs=1e-9)
    assert repair.change.mean.value == pytest.approx(0.5)
    # Own ratings of warmth are 1 above r1's, 1.5 above the average rater's.
    assert warmth.gap.pairs == 5
    assert warmth.gap.difference.value == pytest.approx(1.5)
    assert repair.gap.difference.value == pytest.approx(0.0)
    assert metacommunication.change.mean is None
    assert metacommunication.now.reasons == ("nothing was rated",)
    heard: list[tuple[int, int]] = []
    alone = figures(read_cohort(log, library(), first), lambda *step: heard.append(step))
    assert heard == [(done, 3) for done in range(4)]  # by item
    assert alone.items[0].change is None
    assert alone.items[0].now.mean.value == pytest.approx(3.0)
    other = classed.assignment(3, {"X1": "A"})
    classed.give_out(log, other)
    wordy = replace(other.rubric, version=1)
    third = classed.assignment(4, {"T1": "A"}, rubric=wordy)
    classed.give_out(log, third)
    for before, said in (
        (first, "one assignment, not two"), (other.id, "have no trainee in common"),
        (third.id, "to be rated on different scales"),
    ):  # fmt: skip
        with pytest.raises(KnownError, match=said):
            read_cohort(log, library(), first, before)


def test_a_rater_counts_once_and_sees_nothing_that_is_still_to_be_rated(log: Log) -> None:
    """The newest rating of two rounds; the viewer's own open round hides its responses."""
    one = classed.assignment(1, {"T1": "A", "T2": "A"})
    classed.give_out(log, one)
    ids = classed.give_back(log, one, [
        Answer(code, client, {"r1": (2.0,), "r2": (2.0,)})
        for code in ("T1", "T2") for client in classed.FORMS["A"]
    ], items=("warmth",))  # fmt: skip
    again = {"warmth": 4.0}
    ratings.add_rating(log, made.rating(ids[0], "r1", role="supervisor", scores=again,
                                        rubric=classed.RUBRIC, at=made.later(9e5)))  # fmt: skip
    found = figures(read_cohort(log, library(), one.id)).items[0]
    assert {each.trainee: each.score.value for each in found.now.scores}["T1"] == pytest.approx(2.5)
    assert found.now.ratings == 8
    rounds.add_round(log, replace(made.round_of(ids[3], rater_id="r9"), rubric=classed.RUBRIC))
    seen = read_cohort(log, library(), one.id, viewer="r9")
    assert (seen.material.unseen, figures(seen).items[0].now.responses) == (1, 3)
    # What they rate later of what they saw is not blind.
    assert comments.marked_by(log, "r9", SEEN_OTHERS) == set(ids) - {ids[3]}
    assert read_cohort(log, library(), one.id, viewer="r1").material.unseen == 0


def reported(log: Log, first: str, second: str, *, names: bool = False) -> tuple[Cohort, str]:
    found = figures(read_cohort(log, library(), second, first, names=names))
    report = make_report(found)
    pages = [render_html(report, for_print=kind) for kind in (False, True)]
    said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)) for page in pages]
    assert all(line in said[1] for line in ("In short", "How far this can be trusted"))
    plain = said[0].replace("\N{NO-BREAK SPACE}", " ")
    assert ("The band is how far" in plain) == ("band of ±" in plain)
    return found, plain


def test_the_report_says_what_the_figures_say(log: Log) -> None:
    first, second = two_occasions(log)
    people.rename(log, "p-T1", "Anna Übel")
    _, said = reported(log, first, second)
    for words in (
        "Course 2 – after", "compared with Course 1 – before",
        "2 of 5 trainees gave every answer that was asked for the second time; 6 of 6 answers were",
        "Trainees before after Assigned 5 5 Sent something 5 4 1 sent nothing "
        "Agreed to its being rated 5 4 Complete 5 2 1 gave a part; 1 let a part be rated "
        "Rated 5 4 Rated on every client 5 2 2 on a part "
        "Counted in the change – 0 to 2 the others: under Change",
        "Came 10 7 May be rated 10 6 1 agreed to for practice only Rated 10 by 2 raters 6 by 2",
        "Warmth and Repair: not compared: 2 with a part of a form and 1 only before.",
        "T1 – a part of a form – a part of a form – no score T2 2.50 → 3.00",
        "T4 – only before – only before – no score",
        "Warmth: 0.50 points higher the second time; too few for an interval",
        "Not complete (Course 2 – after): T3 (1 of 2), T4 (0 of 2).",
        "Forms were counterbalanced",
        "who gave a part of a form is not counted in the change",
        "on a part of their clients only (up to 2 after) count with the mean over that part",
        "2 of 4 trainees with both occasions were rated on a part of a form only",
        "Scores on Warmth and Repair are fair ones",
        "Both occasions are estimated together, so that a mean may differ from the one in a report",
        "Scores are as given, and not fair ones – Metacommunication: nothing was rated.",
        "Metacommunication: how the cohort changed cannot be said.",
        "1.50 points higher on Warmth",
        "R1 \N{MINUS SIGN}0.50 no interval 0.00 no interval", "R2 0.50",
        "Warmth and Repair: the raters never differ but in severity, so nothing shows",
        "Repair: The ratings differ too little, or never, so nothing shows how far the agreement",
        "Became stricter by Warmth Repair Metacommunication R1 0.00 no interval",
        "how raters changed from before to after is not known, as nothing was rated.",
        "3.50 1.02 to 5.98", "An arrow: it goes on beyond the ends of the scale",
        "There are no norms to compare them with",
        "none of it can be put down to the training alone", "Synthetic voice",
    ):  # fmt: skip
        assert words in said, words
    assert "Anna" not in said
    assert "p-T1" not in said
    alone = reported(log, "", first, names=True)[1]
    assert "Anna Übel (T1) 1.50" in alone
    assert "counterbalanced" not in alone
    assert "are fair ones" in alone
    assert "estimated together" not in alone
    assert "causes: training" not in alone


def test_the_band_is_told_with_its_figure_also_where_the_change_is_not(log: Log) -> None:
    """Six trainees before, of whom one comes back: no change of a cohort, and yet a band."""
    codes = dict.fromkeys(("T1", "T2", "T3", "T4", "T5", "T6"), "A")
    first, second = (classed.assignment(n, codes, {"A": [MARCUS, ELI, RUTH]}) for n in (1, 2))
    given = ((2, 3, 2, 2, 3, 3), (4, 4, 3, 4, 3, 4), (1, 2, 3, 2, 2, 2), (5, 4, 4, 5, 5, 4),
             (3, 3, 2, 3, 4, 3), (2, 2, 3, 2, 2, 3))  # fmt: skip
    for one, who in ((first, 6), (second, 1)):
        classed.give_out(log, one)
        classed.give_back(log, one, [
            Answer(code, client, {"r1": (float(row[2 * at]),), "r2": (float(row[2 * at + 1]),)})
            for code, row in list(zip(codes, given, strict=True))[:who]
            for at, client in enumerate([MARCUS, ELI, RUTH])
        ], items=("warmth",))  # fmt: skip
    found, said = reported(log, first.id, second.id)
    change = found.items[0].change
    assert change.bands is not None
    narrow, wide = (f"{one:.2f}" for one in change.bands)
    assert narrow == wide
    assert f"Of 1 trainee who could be compared, 0 lie above the band of ±{narrow}" in said


def test_what_goes_on_beyond_a_scale_is_drawn_with_an_arrow() -> None:
    within, beyond = (
        dots_svg(["a"], [Panel("Warmth", [Value(2.0, low, 3.0)])], (1, 5, 1), "")
        for low in (1.0, 0.9)
    )
    assert "<polygon" not in within
    (points,) = re.findall(r'<polygon points="([^"]+)"', beyond)
    tip, *foot = (float(one.split(",")[0]) for one in points.split())
    assert foot == [190.0, 190.0]  # the scale's lower end
    assert tip < 190.0


def test_it_is_written_to_one_file_or_to_both(log: Log, tmp_path: Path) -> None:
    _, second = two_occasions(log)
    home, place = Home(log.folder), tmp_path / "out ü"

    def paper(html: str, path: Path) -> None:
        path.write_text(f"printed {len(html)}")

    page, printed = place / "a.html", place / "a.pdf"
    assert cohort_report(home, second, None, page, paper) == {"html": page}
    assert "compared with Course 1" in page.read_text("utf-8")
    marks = re.search('name="attune-responses" content="([^"]*)"', page.read_text("utf-8"))
    assert len(marks.group(1).split()) == 16
    # An id would tell when the answer was given.
    assert not any(row["id"] in page.read_text("utf-8") for row in log.rows(OF_RESPONSES))
    desk = Desk(home, Settings(home.settings_file), Bus(), InlineRunner(log), library())
    found: list[Cohort] = []
    written: list[dict[str, Path]] = []
    read_later(desk, second, None, found.append, pytest.fail, lambda: True)
    report = make_report(found[0])
    assert write(report, printed, paper) == {"pdf": printed}
    assert printed.read_text().startswith("printed")
    write_later(desk, found[0], place, paper, written.append, pytest.fail, lambda: True)
    (both,) = written
    assert sorted(both) == ["html", "pdf"]
    assert both["html"].name.startswith("attune-cohort-course-2-after-20")
    with pytest.raises(KnownError, match="a file of this name already"):
        write(report, page, paper)
    with pytest.raises(KnownError, match=r"is a .html or a .pdf file"):
        cohort_report(home, second, None, place / "a.docx", paper)


def test_nothing_rated_yet_is_a_report_as_well(log: Log) -> None:
    one = classed.assignment(1, {"T1": "A"}, mode="test", attempts=1)
    classed.give_out(log, one)
    found, said = reported(log, "", one.id)
    assert found.items == ()
    assert "0 of 1 trainee gave every answer" in said
    assert "Nothing was rated on the scales that were asked for" in said
    assert "a test" in said
    assert "T1 (0 of 2)" in said


def test_from_files_of_trainees_to_figures(tmp_path: Path) -> None:
    """A program gives out, two trainees send, two raters rate: the figures are theirs."""
    program = Program(Home(tmp_path / "program"))
    given, path = program.give_out(tmp_path / "out.attune", codes=("T1", "T2"))
    for code in given.enrolled:
        trainee = Trainee(Home(tmp_path / code.code))
        to = trainee.begin(path, code.code)
        trainee.answer(to)
        program.receive(trainee.submit(to, tmp_path / f"{code.code}.attune").path)
    with program.log() as log:
        before = overview(log, given.id)
        assert (before.complete, before.responses, before.rated) == (2, 4, 0)
        nothing = figures(read_cohort(log, library(), given.id)).items[0]
        assert (nothing.now.mean, nothing.gap.pairs) == (None, 0)
        for row in log.rows("SELECT r.id, s.code FROM responses r JOIN submissions s"
                            " ON s.person_id = r.person_id ORDER BY r.id"):  # fmt: skip
            for rater, strict in (("r1", 0.0), ("r2", 1.0)):
                exact = {"T1": 3.0, "T2": 4.0}[row["code"]] - strict
                ratings.add_rating(log, made.rating(
                    row["id"], rater, role="supervisor", rubric=given.rubric,
                    scores={"warmth": exact, "repair": exact, "metacommunication": None},
                ))  # fmt: skip
        assert overview(log, given.id).rated == 4
        found = figures(read_cohort(log, library(), given.id)).items[0]
    assert {one.trainee: one.score.value for one in found.now.scores} == pytest.approx(
        {"T1": 2.5, "T2": 3.5}
    )
    # Each rated their own warmth 3.
    assert found.gap.difference.value == pytest.approx(0.0)
