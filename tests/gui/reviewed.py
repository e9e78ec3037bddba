"""A response that is rated, its feedback shown, and what can be read of it. No test is in here."""

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fakes import WAIT_MS
from tests.gui.practised import Practised
from trainer.domain.response import Response
from trainer.gui.screens.feedback import FeedbackView
from trainer.gui.screens.review import ReviewScreen


class Window:
    """Where a screen leads to, written down."""

    def __init__(self) -> None:
        self.went: list[str] = []
        self.banner = self  # what is noted there is written down as well

    def note(self, text: str) -> None:
        self.went.append(text)

    def go(self, room: str) -> None:
        self.went.append(room)

    def rate(self, response_id: str) -> None:
        self.went.append(f"rate {response_id}")

    def review(self, response_id: str) -> None:
        self.went.append(f"review {response_id}")

    def failed(self, error: Exception) -> None:
        raise error


def rated(practised: Practised, *, of: str = "dana-parking", seconds: float = 8.0) -> Response:
    response = practised.respond(practised.library.find_vignette(of), seconds=seconds)
    practised.rate(response, practised.library.rubric("alliance-skills"), 2, 4, None)
    return response


def words(widget: QWidget) -> str:
    """Everything that can be read in ``widget`` now."""
    labels = (label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))
    return "\n".join(label.text() for label in labels)


def show(view: FeedbackView, response_id: str) -> None:
    """Show a response and wait until its cards are all there: they come one after another."""
    loop = QEventLoop()
    view.whole.connect(loop.quit)
    QTimer.singleShot(WAIT_MS, loop, lambda: loop.exit(1))
    view.show_response(response_id)
    assert loop.exec() == 0, "the cards do not come"


def review(practised: Practised, qtbot: QtBot, response_id: str) -> tuple[ReviewScreen, Window]:
    window = Window()
    screen = ReviewScreen(practised.desk(), response_id, window)
    qtbot.addWidget(screen)
    screen.resize(900, 700)
    with qtbot.waitActive(screen):
        screen.show()
    screen.entered()
    return screen, window
