"""How Attune looks: Fusion, a palette from one table of colours, a small style sheet, one font.

Offscreen and some desktops report no colour scheme, so the app's own setting decides.
"""

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QWidget

from trainer.app.paths import bundled

_LOOK = "attune-look"
_BIG = "attune-factor"  # under this name a widget keeps how much larger its text is
BASE_POINT_SIZE = 10.5
# Inter, renamed: an Inter that the system has may be another version, with other widths
FAMILY = "Attune Inter"


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of one appearance; text on its ground has at least 4.5 : 1.

    ``edge``, around what can be pressed or written in, has 3 : 1 on card and ground.
    """

    ground: str
    card: str
    line: str
    edge: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    soft: str
    warn_ground: str
    warn: str
    client: str
    own: str
    others: str


LIGHT = Colours(
    "#f5f3ef", "#ffffff", "#ddd7cc", "#928c81", "#22272b", "#5b6268", "#2b6a6e",
    "#ffffff", "#e3eeee", "#fbefdc", "#7a4a08", "#8a5a3c", "#2b6a6e",
    "#8a3f74",
)  # fmt: skip
DARK = Colours(
    "#191b1d", "#232629", "#3a3f43", "#6c7379", "#e9e6e0", "#a3a9ae", "#6db8b6",
    "#0f2122", "#24383a", "#3d3019", "#f0c98a", "#d6a27e", "#6db8b6",
    "#dc9bc8",
)  # fmt: skip
CONTRAST = Colours(
    "#000000", "#000000", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffe14d",
    "#000000", "#262600", "#000000", "#ffe14d", "#ffb27a", "#7dfcff",
    "#ff9df0",
)  # fmt: skip


def colours_of(theme: str) -> Colours:
    """The colours of a setting: light, dark, contrast, or what the system says."""
    if theme == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
    return {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}[theme]


def current() -> Colours:
    """The colours in force."""
    name = QGuiApplication.palette().color(QPalette.ColorRole.Window).name()
    return next((c for c in (LIGHT, DARK, CONTRAST) if c.ground == name), LIGHT)


def apply(app: QApplication, theme: str, text_size: int) -> None:
    """Give the whole application its look, if it has another. ``text_size`` in per cent."""
    colours = colours_of(theme)
    look = f"{colours} {text_size}"
    if app.property(_LOOK) == look:  # to style every widget anew takes 60 ms and more
        return
    app.setProperty(_LOOK, look)
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    font = QFont(_family())
    font.setPointSizeF(BASE_POINT_SIZE * text_size / 100)
    app.setFont(font)
    app.setStyleSheet(_style_sheet(colours))
    for widget in app.allWidgets():
        if factor := widget.property(_BIG):
            big(widget, factor, bold=widget.font().bold())


def big(widget: QWidget, factor: float, *, bold: bool = False) -> None:
    """Set ``widget`` in the application's font, ``factor`` times as large, now and later."""
    widget.setProperty(_BIG, factor)
    font = QApplication.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    widget.setFont(font)


def icon(name: str, colour: str | None = None) -> QIcon:
    """A Lucide icon by file name, drawn in ``colour`` (default: the text colour)."""
    from PySide6.QtSvg import QSvgRenderer

    source = (bundled("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    source = source.replace("currentColor", colour or current().text)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    result = QIcon()
    for size in (16, 20, 24, 32, 48, 64):
        pixmap = QPixmap(QSize(size, size))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(pixmap)
    return result


def _family() -> str:
    """The bundled font, loaded once; the system's own when it cannot be read."""
    if FAMILY not in QFontDatabase.families():
        for file in sorted((bundled("assets") / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))
    return FAMILY if FAMILY in QFontDatabase.families() else QApplication.font().family()


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, colour in {
        role.Window: c.ground, role.WindowText: c.text, role.Base: c.card, role.Text: c.text,
        role.AlternateBase: c.ground, role.Button: c.card, role.ButtonText: c.text,
        role.ToolTipBase: c.card, role.ToolTipText: c.text, role.Highlight: c.accent,
        role.HighlightedText: c.on_accent, role.PlaceholderText: c.quiet, role.Link: c.accent,
        role.Mid: c.line, role.Accent: c.accent,
    }.items():  # fmt: skip
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(c.quiet))
    return palette


def _style_sheet(c: Colours) -> str:
    """One part a group of widgets. Of two rules that fit alike, the later one holds."""
    icons = (bundled("assets") / "icons").as_posix()
    return "".join(
        (
            _surfaces(c),
            _buttons(c),
            _special_buttons(c),
            _fields(c, icons),
            _ticks(c, icons),
            _scroll_bars(c),
            _lists(c),
            _banners(c),
        )
    )


def _surfaces(c: Colours) -> str:
    return f"""
    QToolTip {{ background: {c.card}; color: {c.text}; border: 1px solid {c.line}; padding: 4px; }}
    QFrame[card="true"] {{ background: {c.card}; border: 1px solid {c.line}; border-radius: 12px; }}
    QLabel[quiet="true"] {{ color: {c.quiet}; }}
    QLabel[fault="true"] {{ color: {c.warn}; }}
    QLabel[badge="true"] {{ background: {c.soft}; color: {c.text}; border-radius: 8px;
        padding: 2px 8px; }}
    QLabel[moment="true"] {{ background: {c.others}; color: {c.card}; border-radius: 8px;
        padding: 1px 7px; font-weight: 600; }}
    """


def _buttons(c: Colours) -> str:
    return f"""
    QPushButton {{ background: {c.card}; border: 1px solid {c.edge}; border-radius: 9px;
        padding: 8px 16px; outline: none; }}
    QPushButton:hover {{ border-color: {c.accent}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 7px 15px; }}
    QPushButton:checked {{ background: {c.soft}; border-color: {c.accent}; }}
    QPushButton:disabled {{ color: {c.quiet}; background: {c.ground}; }}
    """


def _special_buttons(c: Colours) -> str:
    return f"""
    QPushButton[primary="true"] {{ background: {c.accent}; color: {c.on_accent};
        border-color: {c.accent}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {c.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {c.ground}; color: {c.quiet};
        border-color: {c.line}; }}
    QPushButton[flat="true"] {{ background: transparent; border: 1px solid transparent; }}
    QPushButton[flat="true"]:hover {{ background: {c.soft}; }}
    QPushButton[flat="true"]:focus {{ border: 2px solid {c.accent}; }}
    QPushButton[chip="true"] {{ padding: 3px 9px; border-radius: 8px; }}
    QPushButton[chip="true"][marking="true"] {{ background: {c.soft}; border-color: {c.accent}; }}
    QPushButton[nav="true"] {{ background: transparent; border: 2px solid transparent;
        text-align: left; padding: 9px 12px; border-radius: 9px; }}
    QPushButton[nav="true"]:hover {{ background: {c.soft}; }}
    QPushButton[nav="true"]:checked {{ background: {c.soft}; font-weight: 600; }}
    QPushButton[nav="true"]:focus {{ border: 2px solid {c.accent}; }}
    """


def _fields(c: Colours, icons: str) -> str:
    return f"""
    QLineEdit, QPlainTextEdit, QComboBox {{ background: {c.card}; border: 1px solid {c.edge};
        border-radius: 8px; padding: 7px 10px; selection-background-color: {c.accent};
        selection-color: {c.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 2px solid {c.accent};
        padding: 6px 9px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QComboBox::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: url("{icons}/chevron-down.svg"); width: 16px; height: 16px; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox QAbstractItemView {{ background: {c.card}; border: 1px solid {c.line};
        border-radius: 0; outline: none; }}
    QComboBox QAbstractItemView:focus {{ border: 1px solid {c.quiet}; }}
    QComboBox QAbstractItemView::item {{ padding: 6px 10px; color: {c.text}; }}
    QComboBox QAbstractItemView::item:selected {{ background: {c.soft}; color: {c.text}; }}
    """


def _ticks(c: Colours, icons: str) -> str:
    tick = "light" if QColor(c.on_accent).lightness() > 128 else "dark"
    return f"""
    QCheckBox::indicator {{ width: 17px; height: 17px; border: 1px solid {c.quiet};
        border-radius: 5px; background: {c.card}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
        image: url("{icons}/check-{tick}.svg"); }}
    QCheckBox:focus {{ color: {c.accent}; }}
    """


def _scroll_bars(c: Colours) -> str:
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {c.edge}; border-radius: 4px; min-height: 36px;
        margin: 2px; }}
    QScrollBar::handle:vertical:hover {{ background: {c.quiet}; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {c.edge}; border-radius: 4px; min-width: 36px;
        margin: 2px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _lists(c: Colours) -> str:
    # Where lines are as bright as the text, an empty bar in their colour would look full.
    groove = f"none; background: {c.line}"
    if c is CONTRAST:
        groove = f"1px solid {c.line}; background: {c.card}"
    return f"""
    QProgressBar {{ border: {groove}; border-radius: 4px; max-height: 8px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 4px; }}
    QTableView, QListView {{ background: {c.card}; border: 1px solid {c.line}; padding: 1px;
        border-radius: 10px; gridline-color: {c.line}; }}
    QTableView:focus, QListView:focus {{ border: 2px solid {c.accent}; padding: 0; }}
    QHeaderView::section {{ background: {c.card}; color: {c.quiet}; border: none;
        border-bottom: 1px solid {c.line}; padding: 8px; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section:first, QHeaderView::section:only-one {{ border-top-left-radius: 8px; }}
    QHeaderView::section:last, QHeaderView::section:only-one {{ border-top-right-radius: 8px; }}
    """


def _banners(c: Colours) -> str:
    return f"""
    QFrame[banner="warning"] {{ background: {c.warn_ground}; border: 1px solid {c.warn};
        border-radius: 10px; }}
    QFrame[banner="warning"] QLabel {{ color: {c.warn}; }}
    QFrame[banner="notice"] {{ background: {c.soft}; border: 1px solid {c.accent};
        border-radius: 10px; }}
    """
