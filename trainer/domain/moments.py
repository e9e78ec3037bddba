"""How a moment of an answer is told: everywhere by the same clock, which begins with the answer.

0:07 is seven seconds after the client has ended, whoever says it and wherever it stands: while one
rates, in a discussion, in Review, in a report. What lies before the client's end is below zero.
"""


def into_answer(file_s: float, client_end_s: float | None) -> float:
    """Seconds into the answer of a second of its file, in which the client ends at another one.

    Where it is not known when the client ended (None), from where the recording begins.
    """
    return file_s - (client_end_s or 0.0)


def clock(seconds: float) -> str:
    """Seconds as m:ss, below zero with a minus sign."""
    whole = round(abs(seconds))
    sign = "\N{MINUS SIGN}" if seconds < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"
