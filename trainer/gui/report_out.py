"""Writing reports from the window, and saying where they are."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from trainer.app.report import check_outside, save_later
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.pdf import write_pdf

if TYPE_CHECKING:
    from trainer.app.cohort_figures import Cohort
    from trainer.app.trainee_report import Sheet
    from trainer.gui.main_window import MainWindow


def write_report(window: "MainWindow", response_id: str) -> None:
    """Write the report of a response, and say where it is."""

    def into(folder: Path) -> None:
        assert window.desk is not None
        save_later(
            window.desk, response_id, folder, write_pdf, partial(_say, window), alive(window)
        )

    _ask_where(window, into)


def write_feedback(window: "MainWindow", sheet: "Sheet") -> None:
    """Write the feedback report of a trainee as it stands, and say where it is."""

    def into(folder: Path) -> None:
        from trainer.app.trainee_report import write_sheet

        assert window.desk is not None
        window.desk.runner.background(
            lambda _cancel: write_sheet(sheet, folder, write_pdf),
            partial(_say, window),
            window.failed,
            alive(window),
        )

    _ask_where(window, into)


def write_cohort(window: "MainWindow", found: "Cohort") -> None:
    """Write the report of a cohort, and say where it is."""

    def into(folder: Path) -> None:
        from trainer.app.cohort_report import write_later

        assert window.desk is not None
        write_later(
            window.desk, found, folder, write_pdf, partial(_say, window), window.failed,
            alive(window),
        )  # fmt: skip

    _ask_where(window, into)


def _ask_where(window: "MainWindow", into: Callable[[Path], None]) -> None:
    """Into the data folder; out of a locked one only to where the person says.

    A report is for others to open, so it cannot be locked, and nothing readable lies in there.
    """
    if window.home.key is None:
        into(window.home.reports)
        return
    dialog = QFileDialog(window, _tr("Where shall the report lie? It is not locked there"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda folder: _into_outside(window, into, Path(folder)))
    dialog.open()


def _into_outside(window: "MainWindow", into: Callable[[Path], None], folder: Path) -> None:
    try:
        check_outside(window.home, folder)
    except KnownError as error:
        window.failed(error)
    else:
        into(folder)


def _say(window: "MainWindow", files: dict[str, Path]) -> None:
    place = files["pdf"].parent
    said = _tr("The report is in {0}").format(files["pdf"])
    if window.home.key is not None:
        said = _tr("{0}. It is not locked there: whoever has the file can read it").format(said)
    window.banner.say(
        said,
        _tr("Open the folder"),
        lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("Report", text)
