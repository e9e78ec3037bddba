"""Days, times and lengths as the person's own system writes them."""

from datetime import date, datetime

from PySide6.QtCore import QDate, QLocale, QTime


def day(at: datetime) -> str:
    """The day in the offset it was written in."""
    return of_day(at)


def of_day(on: date) -> str:
    """A day of the calendar."""
    return QLocale().toString(QDate(on.year, on.month, on.day), "d MMM yyyy")


def moment(at: datetime) -> str:
    """Day and minute in the offset they were written in."""
    time = QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
    return f"{day(at)}, {time}"


def length(seconds: float) -> str:
    """Seconds as m:ss."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
