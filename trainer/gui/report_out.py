"""Writing the report of a response from the window, and saying where it is."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from trainer.app.report import save_later
from trainer.gui.jobs import alive
from trainer.gui.pdf import write_pdf

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


def write_report(window: "MainWindow", response_id: str) -> None:
    """Write a report into the data folder; out of a locked one only to where the person says.

    In there nobody else could open it, and that is what a report is for.
    """
    if window.home.key is None:
        _into(window, response_id, str(window.home.reports))
        return
    dialog = QFileDialog(window, _tr("Where shall the report lie? It is not locked there"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(partial(_into, window, response_id))
    dialog.open()


def _into(window: "MainWindow", response_id: str, folder: str) -> None:
    """Write it beside, then say where it is."""
    assert window.desk is not None

    def written(files: dict[str, Path]) -> None:
        place = files["pdf"].parent
        window.banner.say(
            _tr("The report is in {0}").format(files["pdf"]),
            _tr("Open the folder"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))),
        )

    save_later(window.desk, response_id, Path(folder), write_pdf, written, alive(window))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Report", text)
