"""The window: the only place for PySide6 and pyqtgraph."""

from PySide6.QtCore import QLoggingCategory

# Before QtMultimedia is loaded, which names media files and misses PipeWire wherever there is none.
QLoggingCategory.setFilterRules(
    "qt.multimedia.*.info=false\nqt.multimedia.symbolsresolver.warning=false"
)
