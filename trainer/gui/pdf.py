"""Paper: a report's HTML laid out on A4 pages, with page numbers, in the bundled font."""

import base64
import os
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QEventLoop,
    QIODevice,
    QMarginsF,
    QObject,
    QRect,
    QRectF,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from trainer.app.paths import bundled
from trainer.domain.errors import KnownError
from trainer.gui.paging import fills_last, keep_together
from trainer.gui.theme import FAMILY, LIGHT

MARGIN_MM = 20.0
FOOT_MM = 10.0
DOTS_PER_INCH = 1200
FOOT_POINT_SIZE = 8.0
# How much smaller all may be set where that saves a page.
SMALLER = (0.97, 0.94)
_SVG = "data:image/svg+xml;base64,"


def write_pdf(html: str, path: Path) -> None:
    """Lay out ``html`` on A4 pages and write them to ``path``, whole or not at all.

    Needs no window and no screen. KnownError when the file can't be written.
    """
    _application = _ensure_application()  # kept alive until the pages are made
    # QTextDocument sets timers even when nobody waits for them; on a worker they need this.
    _dispatcher = QEventLoop()
    data = _pages(html)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise KnownError(
            f"The PDF can't be written ({path}: {error.strerror or error})",
            "Choose another folder, or make room or permission for it.",
        ) from error


class _Drawings(QPyTextObject):
    """Draws SVG pictures as lines and text, so that they stay sharp at any size."""

    def __init__(self, parent: QObject, width: float) -> None:
        super().__init__(parent)
        self._width = width

    def intrinsicSize(self, _document: QTextDocument, _at: int, form: QTextFormat) -> QSizeF:
        """The width of the page's text, and the height that goes with it (dots)."""
        size = QSizeF(_renderer(form).defaultSize())
        if size.isEmpty():
            return QSizeF()
        return QSizeF(self._width, self._width * size.height() / size.width())

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _at: int,
        form: QTextFormat,
    ) -> None:
        """Draw the picture into ``rect``."""
        painter.save()
        painter.setFont(_font())  # QtSvg takes from it what the picture does not say
        _renderer(form).render(painter, QRectF(rect))
        painter.restore()


def _renderer(form: QTextFormat) -> QSvgRenderer:
    """The picture of an image format; an empty one when it is no SVG within the page."""
    name = form.toImageFormat().name()
    data = base64.b64decode(name.removeprefix(_SVG)) if name.startswith(_SVG) else b""
    return QSvgRenderer(QByteArray(data))


def _ensure_application() -> QCoreApplication:
    """The application, made without a screen when there is none."""
    existing = QCoreApplication.instance()
    if existing is not None:
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(["attune"])


def _font() -> QFont:
    """The bundled font; the system's own when it can't be read."""
    if FAMILY not in QFontDatabase.families():
        for file in sorted((bundled("assets") / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
    font = QFont(FAMILY) if FAMILY in QFontDatabase.families() else QFont()
    font.setPointSizeF(9.5)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Other shapes of ( : + between capitals and figures: copied from a PDF, they are wrong letters.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _pages(html: str) -> bytes:
    """The PDF's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    document, scale = _fit(html, writer)
    title = document.metaInformation(QTextDocument.MetaInformation.DocumentTitle)
    writer.setTitle(title)
    writer.setCreator("Attune")
    _draw(document, writer, title, scale)
    return bytes(buffer.data().data())


def _fit(html: str, writer: QPdfWriter) -> tuple[QTextDocument, float]:
    """The document and how large it is set: a little smaller where that saves a page."""
    whole = _lay_out(html, writer, 1.0)
    for scale in SMALLER if whole.pageCount() > 1 else ():
        document = _lay_out(html, writer, scale)
        if document.pageCount() < whole.pageCount():
            return document, scale
    return whole, 1.0


def _lay_out(html: str, writer: QPdfWriter, scale: float) -> QTextDocument:
    """The document, broken into pages of the text's height, before it is drawn at ``scale``."""
    document = _set(html, writer, scale)
    keep_together(document)
    section = fills_last(document)
    if section is None:
        return document
    other = _set(html, writer, scale)
    keep_together(other, section)
    return other if other.pageCount() <= document.pageCount() else document


def _set(html: str, writer: QPdfWriter, scale: float) -> QTextDocument:
    width, height = writer.width() / scale, writer.height() / scale
    document = QTextDocument()
    document.setUseDesignMetrics(True)
    document.setDocumentMargin(0)
    document.setDefaultFont(_font())
    layout = document.documentLayout()
    layout.setPaintDevice(writer)
    drawings = _Drawings(document, width)
    layout.registerHandler(QTextFormat.ObjectTypes.ImageObject, drawings)
    document.setHtml(html)
    document.setPageSize(QSizeF(width, height))
    return document


def _draw(document: QTextDocument, writer: QPdfWriter, title: str, scale: float) -> None:
    painter = QPainter(writer)
    width, height = document.pageSize().width(), document.pageSize().height()
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette = _paper()
    count = document.pageCount()
    for page in range(count):
        if page:
            writer.newPage()
        painter.save()
        painter.scale(scale, scale)
        painter.translate(0, -page * height)
        # One dot less: what begins exactly on the next page is not drawn, unseen, on this one.
        view = QRectF(0, page * height, width, height - 1)
        painter.setClipRect(view)
        context.clip = view
        document.documentLayout().draw(painter, context)
        painter.restore()
        foot = QRectF(0, writer.height(), writer.width(), FOOT_MM / 25.4 * DOTS_PER_INCH)
        _draw_foot(painter, foot, title,
                   f"{page + 1} of {count}")  # fmt: skip
    painter.end()


def _draw_foot(painter: QPainter, room: QRectF, title: str, number: str) -> None:
    """The title on the left, shortened to its room, and the page's number on the right."""
    font = _font()
    font.setPointSizeF(FOOT_POINT_SIZE)
    painter.setFont(font)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # also when a name is Arabic
    painter.setPen(QColor(LIGHT.quiet))
    metrics = painter.fontMetrics()
    space = room.width() - metrics.horizontalAdvance(number) * 2
    shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, round(space))
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | bottom, shown)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | bottom, number)


def _paper() -> QPalette:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.text))
    return palette
