"""One module a screen. A screen reads through the desk's runner and never blocks the window."""

from typing import TYPE_CHECKING

from trainer.app.desk import Desk
from trainer.gui.screen import Screen

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


def make(room: str, desk: Desk, window: "MainWindow") -> Screen:
    """Build the screen of one of the rooms on the rail; its modules are imported only now."""
    match room:
        case "today":
            from trainer.gui.screens.today import TodayScreen

            return TodayScreen(desk, window)
        case "library":
            from trainer.gui.screens.library import LibraryScreen

            return LibraryScreen(desk, window)
        case "log":
            from trainer.gui.screens.log import LogScreen

            return LogScreen(desk, window)
        case "progress":
            from trainer.gui.screens.progress import ProgressScreen

            return ProgressScreen(desk, window)
        case "rate":
            from trainer.gui.screens.rate import RateScreen

            return RateScreen(desk, window)
        case "reliability":
            from trainer.gui.screens.reliability import ReliabilityScreen

            return ReliabilityScreen(desk, window)
        case "calibration":
            from trainer.gui.screens.calibration import CalibrationScreen

            return CalibrationScreen(desk, window)
        case "consensus":
            from trainer.gui.screens.consensus import ConsensusScreen

            return ConsensusScreen(desk, window)
        case "trainee-report":
            from trainer.gui.screens.trainee_report import TraineeReportScreen

            return TraineeReportScreen(desk, window)
        case "program":
            from trainer.gui.screens.program import ProgramScreen

            return ProgramScreen(desk, window)
        case "settings":
            from trainer.gui.screens.settings import SettingsScreen

            return SettingsScreen(desk, window)
    raise ValueError(f"no room is called {room}")
