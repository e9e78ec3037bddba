"""What others gave to a response is nowhere to be seen before its person has rated it."""

import json
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tests.app.rated import by_other, said
from tests.gui.practised import Practised
from tests.gui.reviewed import review
from tests.gui.test_log import opened as opened_log
from tests.gui.test_progress import opened
from trainer.app import logbook, progress, today
from trainer.app.review import review as read_review
from trainer.domain.response import Response
from trainer.gui.screens.progress import ProgressScreen
from trainer.gui.widgets.chart import Chart

# None of these can come from anything but the ratings that must not be seen.
TRACES = (
    "4.2",
    "4.25",
    "1.75",
    "1.8",
    "Dr. Verborgen",
    "UNHEARD",
    "turns it back",
    "turns-it-back",
)
_SAID = ("text", "accessibleName", "accessibleDescription", "toolTip", "whatsThis", "statusTip",
         "windowTitle", "placeholderText", "title")  # fmt: skip
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.EditRole,
          Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole,
          Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.WhatsThisRole)  # fmt: skip


def everything(widget: QWidget) -> Iterator[str]:
    """All that a person can read, hear or point at in a widget, hidden parts too."""
    for one in (widget, *widget.findChildren(QWidget)):
        for name in _SAID:
            found = getattr(one, name, None)
            if callable(found):
                yield str(found())
        spoken = QAccessible.queryAccessibleInterface(one)
        if spoken is not None:
            for text in QAccessible.Text:
                if text is not QAccessible.Text.UserText:
                    yield spoken.text(text)
        if isinstance(one, QComboBox):
            yield from (one.itemText(place) for place in range(one.count()))
        if isinstance(one, QAbstractItemView) and one.model() is not None:
            yield from cells(one)
        if isinstance(one, Chart):
            yield from points(one)


def cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            yield from (str(model.index(row, column).data(role)) for role in _ROLES)


def points(chart: Chart) -> Iterator[str]:
    """What is drawn, and what each point tells when it is chosen or pointed at."""
    for drawn in (chart._dots, chart._diamonds):
        yield from (f"{y:g}" for y in drawn.data["y"])
    for place, stop in enumerate(chart._stops):
        chart.choose(place)
        yield chart._tip(stop)
        yield chart.accessibleDescription()


def found(texts: Iterator[str]) -> set[str]:
    every = "\n".join(texts)
    return {trace for trace in TRACES if trace in every}


def judged(practised: Practised) -> tuple[Response, Response]:
    """One rated response, and one that only others have rated and spoken of."""
    boss = today.add_person(practised.log, "Dr. Verborgen").value
    scale = practised.library.rubric("alliance-skills")
    vignette = practised.library.find_vignette("dana-parking")
    seen = practised.respond(vignette, seconds=1)
    practised.rate(seen, scale, 3, 3, 3)
    unrated = practised.respond(vignette, seconds=1)
    a = by_other(practised.log, unrated, scale, boss.id, 4.25, 1.75, 4.25)
    b = by_other(practised.log, unrated, scale, "x", 4.25, 1.75, 4.25)
    by_other(practised.log, unrated, scale, boss.id, 4.25, 1.75, 4.25, of=(a, b))
    other = practised.library.rubric("facilitative-eight")
    by_other(practised.log, unrated, other, "x", *[4.25] * len(other.items))
    said(practised.log, unrated, boss.id, 0.5, "UNHEARD", "turns-it-back")
    return seen, unrated


def shown(practised: Practised, qtbot: QtBot, unrated: Response) -> dict[str, set[str]]:
    """Which traces each screen of the person holds."""
    progress_screen, _ = opened(practised, qtbot)
    assert isinstance(progress_screen, ProgressScreen)
    log_screen, _ = opened_log(practised, qtbot)
    assert log_screen.findChildren(QTableView)
    review_screen, _ = review(practised, qtbot, unrated.id)
    screens = {"progress": progress_screen, "log": log_screen, "review": review_screen}
    seen = {name: found(everything(screen)) for name, screen in screens.items()}
    review_screen.left()
    return seen


def exported(practised: Practised, unrated: Response, out: Path) -> dict[str, set[str]]:
    """Which traces each export and read model holds."""
    log, library, person = practised.log, practised.library, practised.person.id
    logbook.export(practised.home, out / "wide.csv", long=False)
    logbook.export(practised.home, out / "long.csv", long=True)
    rows = logbook.rows(practised.home, 10, None)
    document = logbook.show(practised.home, unrated.id)
    texts = {
        "wide": (out / "wide.csv").read_text("utf-8"),
        "long": (out / "long.csv").read_text("utf-8"),
        "list": json.dumps(rows) + "\n".join(logbook.as_lines(rows)),
        "show": json.dumps(document) + "\n".join(logbook.show_lines(document)),
        "review": repr(read_review(log, library, unrated.id).others),
        "progress": repr(progress.progress(log, library, person, "alliance-skills")),
    }
    return {name: found(iter([text])) for name, text in texts.items()}


def test_nothing_is_seen_before_and_all_of_it_after(
    practised: Practised, qtbot: QtBot, tmp_path: Path
) -> None:
    _, unrated = judged(practised)
    assert not any(shown(practised, qtbot, unrated).values())
    assert not any(exported(practised, unrated, tmp_path).values())
    practised.rate(unrated, practised.library.rubric("alliance-skills"), 3, 3, 3)
    seen = shown(practised, qtbot, unrated)  # so that the search is known to find
    assert {"4.2", "4.25"} <= seen["progress"]  # written, and drawn
    assert {"4.2", "1.8"} <= seen["log"]
    assert {"4.25", "1.75", "Dr. Verborgen", "UNHEARD", "turns it back"} <= seen["review"]
    assert all(exported(practised, unrated, tmp_path).values())


def test_another_scale_that_only_others_used_is_no_choice_before(
    practised: Practised, qtbot: QtBot
) -> None:
    _, unrated = judged(practised)
    screen, _ = opened(practised, qtbot)
    assert screen.rubric.count() == 1
    practised.rate(unrated, practised.library.rubric("alliance-skills"), 3, 3, 3)
    screen.read()
    assert screen.rubric.count() == 2
