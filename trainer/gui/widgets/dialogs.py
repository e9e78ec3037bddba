"""The system's own dialogs for files and folders; they begin in the person's documents."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_TABLES = "CSV (*.csv *.tsv *.txt)"


def ask_folder(owner: QWidget, then: Callable[[Path], object]) -> None:
    """Let a folder be chosen for a file to be written; nothing happens when none is."""
    dialog = _dialog(owner, owner.tr("Where shall the file lie?"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def ask_files(owner: QWidget, then: Callable[[list[Path]], object]) -> None:
    """Let Attune files be chosen, one or many."""
    dialog = _dialog(owner, owner.tr("Which files?"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(owner.tr("Attune files (*.attune)"))
    dialog.filesSelected.connect(lambda chosen: then([Path(one) for one in chosen]))
    dialog.open()


def ask_table(owner: QWidget, then: Callable[[Path], object]) -> None:
    """Let a table of ratings be chosen."""
    dialog = _dialog(owner, owner.tr("Open a table of ratings"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_TABLES)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def ask_target(owner: QWidget, name: str, then: Callable[[Path], object]) -> None:
    """Let it be said where a table is to lie, and how it is to be called."""
    dialog = _dialog(owner, owner.tr("Save as CSV"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(_TABLES)
    dialog.setDefaultSuffix("csv")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def _dialog(owner: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(owner, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    dialog.setDirectory(QStandardPaths.writableLocation(documents))
    return dialog
