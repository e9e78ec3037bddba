"""A course by files alone: program, eight trainees, program, three raters, program, report.

Every party has a data folder of its own and runs the commands; what travels is encrypted. Each
figure is worked out here again, from the scores that the raters gave: those that programs read
(``cohort show``) to many digits, and the report has the same ones, in every cell of its tables and
in every sentence that has a figure, rounded.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.course import CODES, FORMS, ITEMS, OCCASIONS, RATERS, Course
from tests.journeys.course_expected import Item
from tests.journeys.course_figures import Limits
from tests.journeys.course_page import (
    Table,
    between,
    cell,
    in_words,
    listed,
    plain,
    points,
    said,
    sentences,
    tables,
)
from tests.journeys.course_variances import ratings_per_answer

TITLES = {"warmth": "Warmth", "repair": "Repair"}
CLIENTS = {
    "marcus-nodding": "Marcus: You sit there and nod",
    "eli-bike-racks": "Eli: It was fine",
    "ruth-corrected-letter": "Ruth: I have corrected your letter",
    "tom-eleven-across": "Tom: Eleven across",
}
PLAIN = (b'fLaC\0\0\0"', b"WAVEfmt", b"recordings", b"SQLite", b"TR-0417", b"marcus-nodding")
NONE = "not known"
CODED = ("R1", "R2", "R3")


def test_a_course_by_files_and_every_figure_of_its_report(
    attune: Callable[..., Any], tmp_path: Path
) -> None:
    course = Course(attune, tmp_path)
    for occasion in OCCASIONS:
        course.assign(occasion)
        course.practise(occasion)
    sent = sorted(course.post.glob("Course * TR-*.attune"))
    came = course.told(course.program, "import", *sent)
    assert [(one["code"], one["added"], one["notes"]) for one in came] == [
        (code, 3, []) for _ in OCCASIONS for code in CODES
    ]
    shared = course.share()
    assert sum(one["responses"] for one in shared) == 48 * 2 + 24
    given = [score for one in shared for score in course.rate(one)]
    found = {item: course.ratings(item) for item in ITEMS}
    assert sorted(one.score for theirs, _ in found.values() for one in theirs) == sorted(given)
    closed = [*sent, *(Path(one["file"]) for one in shared)]
    for path in closed:
        assert not [word for word in PLAIN if word in path.read_bytes()], path
    assert not course.told(course.program, "import", *sent)[0]["added"]

    page = tmp_path / "report.html"
    after = course.given["after"]["id"]
    course.told(course.program, "cohort", "report", after, "--out", page)
    document = course.told(course.program, "cohort", "show", after)
    forms = {when: [course.given[when]["forms"][code] for code in CODES] for when in OCCASIONS}
    items = {
        item: Item(*found[item], forms, document["items"][item])
        for item in ITEMS
    }  # fmt: skip
    names = raters_behind(items["warmth"])
    check_document(document, items, names)
    printed = page.read_text("utf-8")
    expected = [*flow(document), *agreement(items), *scores(items), *others(items)]
    assert tables(printed) == expected
    assert sentences(printed) == [*in_short(items), *told(items)]
    for said_once in (
        "8 of 8 trainees gave every answer that was asked for the second time; 24 of 24 answers "
        "were rated, by 3 raters.",
        f"Answers {2 * 3 * len(CODES)} Ratings {len(given) // 2}, each on every scale",
        *clients_apart(items),
    ):
        assert plain(printed).count(said_once) == 1, said_once
    assert not [name for name in RATERS if name in printed]


def raters_behind(item: Item) -> dict[str, str]:
    """Whose each code is: the report calls raters by code, their severity tells who it is."""
    shown = sorted(item.shown["severity"], key=lambda code: item.shown["severity"][code]["value"])
    own = sorted(RATERS, key=lambda name: item.all.severity(name).value)
    return dict(sorted(zip(shown, own, strict=True)))


def check_document(document: Any, items: dict[str, Item], names: dict[str, str]) -> None:
    """What programs read, to many digits."""
    for name, item in items.items():
        shown = item.shown
        for when, place in (("before", shown["before"]), ("after", shown["now"])):
            same(place["mean"], item.mean(when))
            assert place["sd"] == pytest.approx(item.spread(when))
            assert place["icc_k"] == pytest.approx(ratings_per_answer(item.at[when].ratings))
            values = {code: one["value"] for code, one in place["scores"].items()}
            assert values == pytest.approx(dict(zip(CODES, item.scores(when), strict=True)))
            assert place["words"]["g"] == in_words(item.g[when])
        change = shown["change"]
        same(change["mean"], item.change[0])
        same(change["form_differences"]["B"], item.change[1])
        same(change["g_av"], item.effect)
        same(change["least_reliable_change"], item.band)
        assert change["reliability"] == item.g["before"]
        assert change["sd_before"] == pytest.approx(item.spread("before"))
        for code, one in item.moved.items():
            said_of = change["scores"][code]
            assert (said_of["before"], said_of["after"]) == pytest.approx((one.before, one.after))
            assert said_of["index"] == pytest.approx(one.index, rel=1e-3)
            assert said_of["least_reliable_change"] == pytest.approx(one.band, rel=1e-3)
            near = abs(abs(one.index) - 1.96) < 2e-3  # as near as variances that were searched for
            assert near or said_of["reliable"] == one.outside
        for one in shown["vignettes"]:
            mean, apart, _ = item.client(one["vignette"].partition("/")[2])
            same(one["mean"], mean)
            same(one["beside_others"], apart)
        for code, rater in names.items():
            same(shown["severity"][code], item.all.severity(rater))
            same(shown["severity_change"][code], item.became_stricter(rater))
        gap, together = item.gap()
        same(shown["gap"]["difference"], gap)
        same(shown["gap"]["correlation"], together)
        assert document["assignment"]["items"][name]["mean"] == pytest.approx(
            sum(one.score for one in item.at["after"].ratings) / len(item.at["after"].ratings)
        )


def same(shown: Any, figure: Limits) -> None:
    """To many digits; what rests on variances that were searched for, to those of the search."""
    assert shown == pytest.approx(vars(figure), rel=1e-3, abs=1e-5)


# The report, table by table, of figures that were checked


def flow(document: Any) -> list[Table]:
    day = f"{document['assignment']['made_at'][:10]}"
    year, month, date = day.split("-")
    when = f"{int(date)} {MONTHS[int(month) - 1]} {year}"
    clients = ", ".join(f"{form}: {len(names)}" for form, names in FORMS.items())
    every = str(len(CODES))
    steps = (
        "Assigned", "Sent something", "Agreed to its being rated", "Complete", "Rated",
        "Rated on every client",
    )  # fmt: skip
    rated = f"{3 * len(CODES)} by {len(RATERS)} raters"
    return [
        (
            "What was asked",
            {
                "Given out": [when, when], "Due": ["–", "–"], "As": ["practice", "practice"],
                "Clients": [clients, clients],
            },
        ),
        (
            "Trainees, from assigned to counted",
            {
                **{step: [every, every] for step in steps},
                "Counted in the change": ["–", f"0 to {every} the others: under Change"],
            },
        ),
        (
            "Answers",
            {
                "Came": ["24", "24"], "May be rated": ["24", "24"], "Rated": [rated, rated],
            },
        ),
    ]  # fmt: skip


MONTHS = (
    "January February March April May June July August September October November December"
).split()


def agreement(items: dict[str, Item]) -> list[Table]:
    found = []
    for when in OCCASIONS:
        rows = {}
        for name, item in items.items():
            one, several = item.agreement[when]
            g = item.g[when]
            rows[TITLES[name]] = [cell(one), in_words(one), cell(several), cell(g), in_words(g)]
        found.append(("Agreement", {**rows, "Metacommunication": [NONE, "–", NONE, NONE, "–"]}))
    return found


def scores(items: dict[str, Item]) -> list[Table]:
    means, change, each = {}, {}, {}
    for name, item in items.items():
        shown = item.shown
        both = [cell(shown[place]["mean"]) for place in ("before", "now")]
        means[TITLES[name]] = [*both, said(shown["now"]["sd"]), str(len(CODES))]
        moved = [cell(shown["change"][figure]) for figure in ("mean", "g_av")]
        change[TITLES[name]] = [*moved, str(len(CODES)), band_cell(shown["change"])]
    for code in CODES:
        own = [item.shown["change"]["scores"][code] for item in items.values()]
        pairs = [f"{said(one['before'])} → {said(one['after'])}{mark(one)}" for one in own]
        each[code] = [*pairs, "– no score"]
    means["Metacommunication"] = [NONE, NONE, "–", "0"]
    change["Metacommunication"] = [NONE, NONE, "0", NONE]
    return [("Means", means), ("Change", change), ("Each trainee", each)]


def mark(shown: Any) -> str:
    return (" ▲" if shown["change"] > 0 else " ▼") if shown["reliable"] else ""


def bands(change: Any) -> str:
    widths = [said(one["least_reliable_change"]) for one in change["scores"].values()]
    narrow, wide = min(widths, key=float), max(widths, key=float)
    return narrow if narrow == wide else f"{narrow} to {wide}"


def band_cell(change: Any) -> str:
    average = change["least_reliable_change"]
    if " to " not in bands(change):
        return cell(average)
    return f"{bands(change)} average {said(average['value'])}, {between(average)}"


def others(items: dict[str, Item]) -> list[Table]:
    """Clients (the hardest on the first scale first), raters, own ratings."""
    own = {}
    for name, item in items.items():
        gap = item.shown["gap"]
        own[TITLES[name]] = [cell(gap["difference"]), cell(gap["correlation"]), str(len(CODES))]
    by_client = [
        {one["vignette"].partition("/")[2]: cell(one["mean"]) for one in item.shown["vignettes"]}
        for item in items.values()
    ]
    every = [
        {code: [*(cell(item.shown[what][code]) for item in items.values()), NONE] for code in CODED}
        for what in ("severity", "severity_change")
    ]
    return [
        ("Clients", {CLIENTS[name]: [*(one[name] for one in by_client), NONE]
                     for name in by_client[0]}),
        ("Raters", every[0]),
        ("Change of severity", every[1]),
        ("Own ratings", {**own, "Metacommunication": [NONE, NONE, "0"]}),
    ]  # fmt: skip


# The report, sentence by sentence


def in_short(items: dict[str, Item]) -> list[str]:
    """Those of the beginning that have figures."""
    found = []
    for name, item in items.items():
        shown = item.shown["change"]
        change, marks = shown["mean"], [mark(one) for one in shown["scores"].values()]
        chance = ", which may be chance." if not surely(change) else "."
        above, below = marks.count(" ▲"), marks.count(" ▼")
        whose = "their own" if " to " in bands(shown) else "the"
        found.append(
            f"{TITLES[name]}: {points(change['value'], 'higher', 'lower')} the second time (95 % "
            f"interval {between(change)}){chance} Of {len(CODES)} trainees who could be compared, "
            f"{above} {'lies' if above == 1 else 'lie'} above {whose} band of ±{bands(shown)} "
            f"points, {below} below it."
        )
    gaps = [(TITLES[name], item.shown["gap"]["difference"]) for name, item in items.items()]
    sure = [
        f"{points(gap['value'], 'higher', 'lower')} on {title}"
        for title, gap in gaps
        if surely(gap)
    ]
    if sure:
        found.append(
            f"Trainees rated their own answers otherwise than the raters did: {listed(sure)}."
        )
    return found


def told(items: dict[str, Item]) -> list[str]:
    """Those of the sections that have figures."""
    counts = [
        f"{item.shown[place]['icc_k']:.1f}"
        for item in items.values()
        for place in ("before", "now")
    ]
    low, high = min(counts), max(counts)
    harder = {name: item.shown["change"]["form_differences"]["B"] for name, item in items.items()}
    forms = [
        f"{said(one['value'])} ({between(one)}) on {TITLES[name]}" for name, one in harder.items()
    ]
    found = [
        f"An answer has {low if low == high else f'{low} to {high}'} ratings on average.",
        "Forms were counterbalanced, and how they differ is taken out of the change and of each "
        f"trainee's scores. Points above the first form: form B {listed(forms)}.",
    ]
    for name, item in items.items():
        sure = [
            f"{code} {points(one['value'], 'stricter', 'milder')} (95 % interval {between(one)})"
            for code, one in item.shown["severity_change"].items() if surely(one)
        ]  # fmt: skip
        if sure:
            found.append(f"{TITLES[name]}: more than chance: {listed(sure)}.")
    return [*found, BAND]


BAND = (
    "The band for one trainee is 1.96 · SD · √2 · √(1 − r), with the standard deviation between "
    "trainees at the first occasion and r = G of their scores then, which knows of raters and "
    "clients (it is never the consistency between scales). That is for two scores that rest on as "
    "many raters and clients as those did. For others it is 1.96 · √(e₁² + e₂²), each error by the "
    "raters and clients of that trainee's own score. G is an estimate, so the band is one as well: "
    "the interval of the average band stands in the table. It counts raters and clients as chosen "
    "anew each time, so where they are the same ones fewer trainees lie outside it."
)


def clients_apart(items: dict[str, Item]) -> list[str]:
    """Who is harder or easier for sure, the hardest first."""
    found = []
    for name, item in items.items():
        order = [one["vignette"].partition("/")[2] for one in item.shown["vignettes"]]
        stands = {one: item.client(one)[2] for one in order}
        said_of = [
            f"surely {word} {listed(sure)}" for word in ("harder", "easier")
            if (sure := [f"“{CLIENTS[one]}”" for one in order if stands[one] == word])
        ]  # fmt: skip
        if said_of:
            found.append(f"{TITLES[name]}: {'; '.join(said_of)}.")
    return found or ["No client is surely harder or easier than the others."]


def surely(figure: Any) -> bool:
    return bool(figure["low"] > 0 or figure["high"] < 0)
