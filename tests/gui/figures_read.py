"""What the reliability screen shows, read and counted. No test is in here."""

from PySide6.QtTest import QTest

from tests.gui.practised import Practised
from tests.gui.reviewed import words
from trainer.app import today
from trainer.domain.ids import new_id
from trainer.domain.rating import Rating
from trainer.gui.screens.reliability import ReliabilityScreen
from trainer.gui.widgets.banner import Banner
from trainer.gui.widgets.figures import Fold
from trainer.gui.widgets.intervals import Interval
from trainer.store import ratings


class Around:
    """Where the screen leads to, and what it says went wrong."""

    def __init__(self) -> None:
        self.banner = Banner()
        self.went: list[str] = []
        self.told: list[Exception] = []

    def go(self, room: str) -> None:
        self.went.append(room)

    def failed(self, error: Exception) -> None:
        self.told.append(error)


def read(figures: ReliabilityScreen) -> str:
    """Everything that can be read, once all sections are there."""
    settle(figures)
    return words(figures)


def settle(figures: ReliabilityScreen) -> None:
    """Until the sections, which come one after another, are there and shown."""
    for _ in range(1000):
        QTest.qWait(1)
        if figures.page.whole and all(one.isVisibleTo(figures) for one in figures.page.sections):
            return
    raise AssertionError("the sections do not come")


def drawn(figures: ReliabilityScreen) -> dict[str, Interval]:
    """Every drawn interval by what it is of; what is folded away is opened."""
    for fold in inside(figures, Fold):
        fold.button.setChecked(True)
    return {_name(one.accessibleName()): one for one in inside(figures, Interval)}


def inside(figures: ReliabilityScreen, kind: type) -> list:
    """The widgets of a kind in the sections that are shown."""
    settle(figures)
    return [one for section in figures.page.sections for one in section.findChildren(kind)]


def _name(said: str) -> str:
    """Without the figures: the value is the last word before the interval."""
    return said.split(", 95 % interval")[0].rsplit(" ", 1)[0]


def rate_by_two(practised: Practised, *, self_rated: bool = True) -> tuple[str, str]:
    """Two supervisors rate four answers of the person here; their names."""
    rubric = practised.library.rubric("alliance-skills")
    kim, lee = (today.add_person(practised.log, name).value for name in ("Kim Ü.", "Lee O."))
    for number in range(4):
        response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=0.5)
        if self_rated:
            practised.rate(response, rubric, 3, 3, 3)
        for less, rater in enumerate((kim, lee)):
            scores = dict.fromkeys((item.id for item in rubric.items), float(2 + number % 3 - less))
            ratings.add_rating(practised.log, Rating(
                new_id(), response.id, rater.id, "supervisor", rubric.ref, scores, True,
                practised.at, blind=True,
            ))  # fmt: skip
    return kim.name, lee.name
