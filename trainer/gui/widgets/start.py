"""The button that begins practice on Today."""

from PySide6.QtWidgets import QPushButton

from trainer.gui import theme


class Start(QPushButton):
    """The primary action, unless something that is due comes before practice."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("primary", True)
        self.setEnabled(False)
        theme.big(self, 1.15)
        self.name_it(going_on=False, beside=False, primary=True)

    def name_it(self, *, going_on: bool, beside: bool, primary: bool) -> None:
        """Say what it begins; ``beside``: something else can be begun on the same page."""
        if beside:
            said = self.tr("Go on with practice") if going_on else self.tr("Begin practice")
        else:
            said = self.tr("Go on") if going_on else self.tr("Begin")
        self.setText(self.tr("{0}  (Enter)").format(said) if primary else said)
        if primary != self.property("primary"):
            self.setProperty("primary", primary)
            self.style().unpolish(self)
            self.style().polish(self)
