"""What an assignment asks, in plain words, wherever somebody is about to begin with it."""

from PySide6.QtCore import QCoreApplication

from trainer.app.assigned import Assigned, Unsent
from trainer.app.kept_back import why_kept
from trainer.domain.assignment import FILM, SOUND, Assignment
from trainer.domain.counted import by_count


def terms(one: Assigned) -> str:
    """What will happen, in one line: mode, clients, time, takes, what is recorded."""
    asked = one.assignment
    count = len(one.left) if one.taken is not None else one.of
    clients = _tr("one client") if count == 1 else _tr("{0} clients").format(count)
    length = about(one.minutes)
    if asked.is_test:
        said = [_tr("A test: one playing, one answer, no pause; {0}, {1}").format(clients, length)]
    else:
        said = [_tr("Practice, with feedback after each answer; {0}, {1}").format(clients, length)]
        if asked.attempts:
            times = _tr("one take") if asked.attempts == 1 else _tr("at most {0} takes")
            said.append(_tr("{0} of each client").format(times.format(asked.attempts)))
    if asked.window_s is not None:
        said.append(_tr("{0:g} seconds for an answer").format(asked.window_s))
    return "; ".join((*said, *recorded(asked))) + "."


def about(minutes: int) -> str:
    """How long it takes."""
    return by_count(minutes, _tr("about one minute"), _tr("about {0} minutes")).format(minutes)


def answered(one: Assigned) -> str:
    """How many clients are answered, and how many were cut off in a test."""
    said = (
        _tr("1 of {1} clients is answered.")
        if one.answered == 1
        else _tr("{0} of {1} clients are answered.")
    )
    said = _tr("{0} of 1 client is answered.") if one.of == 1 else said
    said = said.format(one.answered, one.of)
    if one.interrupted == 1:
        return f"{said} {_tr('One was interrupted and is not heard again.')}"
    if one.interrupted:
        told = _tr("{0} were interrupted and are not heard again.").format(one.interrupted)
        return f"{said} {told}"
    return said


def kept(one: Assigned) -> str:
    """How many clients are kept for a test, and why."""
    count = len(one.kept)
    said = _tr("One client is kept for a test.")
    if count > 1:
        said = _tr("{0} clients are kept for a test.").format(count)
    return " ".join((said, *dict.fromkeys(why_kept(each) for each in one.kept)))


def unsent(new: Unsent) -> str:
    """What the next file tells, where that is more than answers."""
    counts = (
        (new.answers, _tr("1 answer"), _tr("{0} answers")),
        (new.interruptions, _tr("1 interruption"), _tr("{0} interruptions")),
        (
            new.uses,
            _tr("what you said since of the use of 1 answer"),
            _tr("what you said since of the use of {0} answers"),
        ),
    )
    said = [one if count == 1 else more.format(count) for count, one, more in counts if count]
    return _tr("Not sent yet: {0}.").format(", ".join(said))


def recorded(asked: Assignment) -> tuple[str, ...]:
    """What is recorded, where the trainee does not choose."""
    if asked.recorded == FILM:
        return (_tr("your answers are filmed"),)
    return (_tr("your voice is recorded, not your picture"),) if asked.recorded == SOUND else ()


def who_sees(asked: Assignment | None) -> str:
    """Who is shown a self-rating."""
    if asked is None:
        return _tr("Nobody sees this but you.")
    return _tr("It goes to {0} with your answer.").format(asked.program)


def after_locking(*, test: bool) -> str:
    """What comes once a self-rating is locked."""
    if test:
        return _tr("After locking the rating stays as it is, and the test goes on.")
    return _tr("After locking you see the feedback, and the rating stays as it is.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Terms", text)
