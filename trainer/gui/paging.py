"""What stays together on a page of paper: headings with what follows, rows, small tables, captions.

Everything above a block is settled before the block is looked at, as what is pushed down changes
only what comes after it.
"""

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)

# How a section begins, or a row, up to this share of a page is moved to the next one rather than
# torn; a section as a whole and a table up to lesser ones.
LONGEST_KEPT = 0.5
LONGEST_SECTION = 0.35
LARGEST_TABLE = 0.25
# How much of a last page is too little to stand alone: then the section before comes along.
LEAST_ON_LAST = 0.25
FEW_LINES = 5  # of a paragraph: it is not torn
_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"


def keep_together(document: QTextDocument, begins: int | None = None) -> None:
    """Begin new pages where a document, of a page's size, would be torn apart in a bad place.

    The section of this number (``begins``) begins a page in any case. Once, as what was settled is
    not undone.
    """
    block, number = document.begin(), 0
    while block.isValid():
        table = _table(block)
        if table is not None:
            _settle_table(document, table)
            block = table.lastCursorPosition().block().next()
            continue
        if _begins_section(block):
            if number == begins or _is_torn(document, block):
                _break_before(document, block)
            number += 1
        elif _is_torn_paragraph(block) or _loses_caption(block):
            before = block.previous()
            alone = before.isValid() and before.blockFormat().headingLevel() > 0
            _break_before(document, before if alone else block)
        block = block.next()


def fills_last(document: QTextDocument) -> int | None:
    """The section (number) that should begin the last page, as that holds a few lines alone."""
    height, end = document.pageSize().height(), _rect(document.lastBlock()).bottom()
    first = (document.pageCount() - 1) * height
    if not 0 < first < end <= first + LEAST_ON_LAST * height:
        return None
    headings = [block for block in _blocks(document) if _begins_section(block)]
    before = [
        number
        for number, one in enumerate(headings)
        if first - LONGEST_KEPT * height < _rect(one).top() < first
    ]
    if not before or end - _rect(headings[before[-1]]).top() > height:
        return None
    return before[-1]


def _break_before(document: QTextDocument, block: QTextBlock) -> None:
    form = block.blockFormat()
    form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    form.setTopMargin(0)
    QTextCursor(block).setBlockFormat(form)
    _lay_out_again(document)


def _lay_out_again(document: QTextDocument) -> None:
    """As a whole: Qt would leave the tables below where they were."""
    document.markContentsDirty(0, document.characterCount())


# Sections


def _begins_section(block: QTextBlock) -> bool:
    """A heading of a section, or of a part (4) that does not follow its section's at once."""
    level = block.blockFormat().headingLevel()
    return level == 2 or (level == 4 and block.previous().blockFormat().headingLevel() != 2)


def _is_torn(document: QTextDocument, heading: QTextBlock) -> bool:
    """Whether a short section, or how a section begins, lies on two pages."""
    height = document.pageSize().height()
    top, first = _rect(heading).top(), heading.next()
    if top // height != _first_line_ends(first) // height:
        return True
    ends = max(_rect(_last_of_section(document, heading)).bottom(), _rect(first).bottom())
    return any(
        top // height != (one - 1) // height and one - 1 - top <= share * height
        for one, share in ((ends, LONGEST_SECTION), (_beginning_ends(heading), LONGEST_KEPT))
    )


def _last_of_section(document: QTextDocument, heading: QTextBlock) -> QTextBlock:
    block = heading.next()
    while block.isValid() and not _begins_section(block):
        block = block.next()
    return block.previous() if block.isValid() else document.lastBlock()


def _beginning_ends(heading: QTextBlock) -> float:
    """The foot of what a section is about: its first picture, or its first table's first row.

    The heading's own foot where a section has neither.
    """
    block = heading.next()
    while block.isValid() and not _begins_section(block):
        table = _table(block)
        if table is not None:
            return _row(table, min(_heads(table), table.rows() - 1))[1]
        if _is_picture(block):
            return _rect(block).bottom()
        block = block.next()
    return _rect(heading).bottom()


# Paragraphs and pictures


def _is_torn_paragraph(block: QTextBlock) -> bool:
    """Whether a few lines lie on two pages."""
    lines, height = block.layout().lineCount(), block.document().pageSize().height()
    if not 1 < lines <= FEW_LINES:
        return False
    top = _rect(block).top()
    last = top + block.layout().lineAt(lines - 1).rect().bottom() - 1
    return _first_line_ends(block) // height != last // height


def _is_picture(block: QTextBlock) -> bool:
    return block.text() == _PICTURE


def _loses_caption(block: QTextBlock) -> bool:
    """Whether a picture's caption, or the table's note right below it, begins on the next page."""
    after, height = block.next(), block.document().pageSize().height()
    if not _is_picture(block) or not after.isValid() or _is_picture(after):
        return False
    if _table(after) is not None or after.blockFormat().headingLevel():
        return False
    page = _first_line_ends(block) // height
    first_there = _first_line_ends(block) - _rect(block).height() <= page * height + 1
    return not first_there and _first_line_ends(after) // height != page


# Tables


def _table(block: QTextBlock) -> QTextTable | None:
    found: QTextTable | None = QTextCursor(block).currentTable()  # None, whatever its stub says
    return found


def _settle_table(document: QTextDocument, table: QTextTable) -> None:
    """A small table is not torn, the first row stays with the head, and no row is torn."""
    height = document.pageSize().height()
    first, last = min(_heads(table), table.rows() - 1), table.rows() - 1
    top, ends = _row(table, 0)[0], _row(table, last)[1]
    small = ends - top <= LARGEST_TABLE * height
    if top // height != (ends if small else _row(table, first)[1]) // height:
        form = table.format()
        form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        table.setFormat(form)
        _lay_out_again(document)
    row = first
    while row < table.rows():
        top, ends = _row(table, row)
        if top // height != ends // height and ends - top <= LONGEST_KEPT * height:
            _fill_page(document, table, row, height - top % height)
            row += 1
        row += 1


def _heads(table: QTextTable) -> int:
    return table.format().headerRowCount()


def _row(table: QTextTable, row: int) -> tuple[float, float]:
    """The top of a row's first line and the foot of its last one."""
    tops, feet = [], []
    for column in range(table.columns()):
        cell = table.cellAt(row, column)
        block, last = cell.firstCursorPosition().block(), cell.lastCursorPosition().block()
        while block.isValid():
            layout, top = block.layout(), _rect(block).top()
            lines = [layout.lineAt(at).rect() for at in range(layout.lineCount())]
            tops += [top + line.top() for line in lines]
            feet += [top + line.bottom() - 1 for line in lines]
            if block == last:
                break
            block = block.next()
    return min(tops), max(feet)


def _fill_page(document: QTextDocument, table: QTextTable, row: int, room: float) -> None:
    """Put an empty row without lines before a row, so high that this one begins the next page."""
    text = table.cellAt(row, 0).firstCursorPosition().block().layout()
    too_low = min(room, text.lineAt(0).height())  # what is left must not hold a line
    table.insertRows(row, 1)
    tiny, form = QTextCharFormat(), QTextBlockFormat()
    font = QFont()
    font.setPixelSize(1)
    tiny.setFont(font)
    form.setLineHeight(
        max(room - too_low * 0.75, 1.0), QTextBlockFormat.LineHeightTypes.FixedHeight.value
    )
    for column in range(table.columns()):
        cursor = table.cellAt(row, column).firstCursorPosition()
        table.cellAt(row, column).setFormat(QTextCharFormat().toTableCellFormat())
        cursor.setBlockFormat(form)
        cursor.setBlockCharFormat(tiny)
    _lay_out_again(document)


# Places


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _rect(block: QTextBlock) -> QRectF:
    return block.document().documentLayout().blockBoundingRect(block)


def _first_line_ends(block: QTextBlock) -> float:
    """The foot of a block's first line, which may be on the page after the block's own top."""
    layout, top = block.layout(), _rect(block).top()
    return top + layout.lineAt(0).rect().bottom() - 1 if layout.lineCount() else top
