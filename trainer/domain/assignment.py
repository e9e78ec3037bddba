"""What a training program asks of a cohort: which clients, in which mode, until when, and how.

The file that goes out names people by code only; who is behind a code stays with the program.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from trainer.domain.consent import MONTHS, USES
from trainer.domain.errors import KnownError
from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef

# Practice: as often as wanted, with feedback. Test: one play, one take, no feedback before others
# have rated it.
PRACTICE, TEST = "practice", "test"
MODES = (PRACTICE, TEST)
# What happens to what comes after the due date: it is told as late, or it is not taken.
MARKED, REFUSED = "marked", "refused"
LATE = (MARKED, REFUSED)
FIXED, SHUFFLED = "fixed", "shuffled"
ORDERS = (FIXED, SHUFFLED)
SOUND, FILM, EITHER = "sound", "film", "either"
RECORDED = (SOUND, FILM, EITHER)
MOST_ATTEMPTS, MOST_WINDOW_S, MOST_TRAINEES, MOST_VIGNETTES = 20, 600.0, 20_000, 200
_NO_TEXT = re.compile("[\ud800-\udfff]")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_LONGEST = {"title": 120, "program": 120, "occasion": 40, "consent_text": 5000}


@dataclass(frozen=True, slots=True)
class Form:
    """One list of clients that some of the cohort answer; its name is a letter, such as A."""

    name: str
    vignettes: tuple[VignetteRef, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A trainee by code, and the form that they answer."""

    code: str
    form: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment for one cohort and one occasion (such as "before").

    ``window_s`` is the longest response (s; None: what each vignette says), ``attempts`` how many
    of a client are taken (0: any number). ``use`` and ``keep_months`` are asked for with
    ``consent_text``. ``read_by`` and ``signs_as`` are the program's public keys. ``after`` is the
    assignment (id) of the occasion before this one; empty: there is none, None: nobody said.
    """

    id: str
    title: str
    program: str
    occasion: str
    mode: str
    forms: tuple[Form, ...]
    order: str
    enrolled: tuple[Enrolled, ...]
    rubric: RubricRef
    due_at: datetime | None
    late: str
    window_s: float | None
    attempts: int
    recorded: str
    consent_text: str
    use: str
    keep_months: int
    made_at: datetime
    read_by: str
    signs_as: str
    after: str | None = None

    @property
    def is_test(self) -> bool:
        """Whether it is a test: one playing, one take, nothing shown before others rated it."""
        return self.mode == TEST


def balanced(codes: Sequence[str], forms: Sequence[str], seed: str) -> tuple[Enrolled, ...]:
    """Give each code a form by chance, so that each form has as many as the others, or one more.

    The same ``seed`` gives the same, so that what was drawn can be shown.
    """
    drawn = random.Random(seed)
    order = list(codes)
    drawn.shuffle(order)
    start = drawn.randrange(len(forms))
    form_of = {code: forms[(start + at) % len(forms)] for at, code in enumerate(order)}
    return tuple(Enrolled(code, form_of[code]) for code in codes)


def turned(earlier: Assignment, forms: Sequence[str]) -> tuple[Enrolled, ...]:
    """Each of an earlier occasion's trainees with the form after theirs: who had A has B now."""
    names = [one.name for one in earlier.forms]
    return tuple(
        Enrolled(one.code, forms[(names.index(one.form) + 1) % len(forms)])
        for one in earlier.enrolled
    )


def vignettes_for(assignment: Assignment, code: str) -> tuple[VignetteRef, ...]:
    """The clients of a trainee's form, in the order in which they come; KnownError: no such code.

    Shuffled, the order is the trainee's own and the same whenever it is asked for.
    """
    one = next((one for one in assignment.enrolled if one.code == code), None)
    if one is None:
        raise KnownError(
            f"There is no {code} in this assignment: {assignment.title}",
            "Look at the code as it was given out: capital and small letters differ.",
        )
    return order_of(assignment, one)


def order_of(assignment: Assignment, one: Enrolled) -> tuple[VignetteRef, ...]:
    """The same of somebody who was found in it already."""
    form = next(form for form in assignment.forms if form.name == one.form)
    order = list(form.vignettes)
    if assignment.order == SHUFFLED:
        digest = hashlib.sha256(f"{assignment.id} {one.code}".encode()).digest()
        random.Random(digest).shuffle(order)
    return tuple(order)


def is_late(assignment: Assignment, at: datetime) -> bool:
    """Whether something made at that time comes after the due date."""
    return assignment.due_at is not None and at > assignment.due_at


def as_document(assignment: Assignment) -> dict[str, Any]:
    """The assignment as JSON has it."""
    return {
        **asdict(assignment),
        "due_at": None if assignment.due_at is None else assignment.due_at.isoformat(),
        "made_at": assignment.made_at.isoformat(),
    }


def read_document(found: object) -> Assignment:
    """An assignment from JSON that anybody may have written; KnownError names the first fault."""
    doc = _mapping(found, "assignment")
    assignment = Assignment(
        id=_code(doc, "id", 64),
        title=_text(doc, "title"),
        program=_text(doc, "program"),
        occasion=_text(doc, "occasion", empty=True),
        mode=_one_of(doc, "mode", MODES),
        forms=tuple(_form(one) for one in _several(doc, "forms", 26)),
        order=_one_of(doc, "order", ORDERS),
        enrolled=tuple(_enrolled(one) for one in _several(doc, "enrolled", MOST_TRAINEES)),
        rubric=_rubric(_mapping(doc.get("rubric"), "rubric")),
        due_at=_time(doc, "due_at", none=True),
        late=_one_of(doc, "late", LATE),
        window_s=_window(doc),
        attempts=_whole(doc, "attempts", MOST_ATTEMPTS),
        recorded=_one_of(doc, "recorded", RECORDED),
        consent_text=_text(doc, "consent_text"),
        use=_one_of(doc, "use", USES),
        keep_months=_whole(doc, "keep_months", max(MONTHS)),
        made_at=_made(doc),
        read_by=_line(doc, "read_by", 200),
        signs_as=_line(doc, "signs_as", 200),
        after=None if doc.get("after") is None else _line(doc, "after", 64),
    )
    check(assignment)
    return assignment


@lru_cache(maxsize=8)
def read_text(text: str) -> Assignment:
    """The same from the text of the log, read once for the many files that belong to it."""
    return read_document(json.loads(text))


def check(assignment: Assignment) -> None:
    """Whether it holds together; KnownError says what does not."""
    names = [form.name for form in assignment.forms]
    _once(names, "forms", "the form")
    _once([one.code for one in assignment.enrolled], "enrolled", "the code")
    for one in assignment.enrolled:
        if not CODE.fullmatch(one.code):
            raise _fault(
                "enrolled", f"{one.code!r} is no code (letters, digits, - and _; 32 at most)"
            )
        if one.form not in names:
            raise _fault("enrolled", f"{one.code} has the form {one.form!r}, which there is not")
    for form in assignment.forms:
        _once([f"{one.pack} {one.vignette}" for one in form.vignettes], "forms", f"in {form.name},")
    if assignment.mode == TEST and assignment.attempts != 1:
        raise _fault("attempts", "a test has one attempt")


# Reading


def _fault(field: str, why: str) -> KnownError:
    return KnownError(
        f"This assignment cannot be used ({field}: {why})",
        "Nothing was changed. Ask the program for another one.",
    )


def _mapping(found: object, field: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _fault(field, "it is not there, or no list of fields")
    return found


def _several(doc: Mapping[str, Any], field: str, most: int) -> Sequence[Any]:
    found = doc.get(field)
    if not isinstance(found, list | tuple) or not 1 <= len(found) <= most:
        raise _fault(field, f"1 to {most} are wanted")
    return found


def _line(doc: Mapping[str, Any], field: str, longest: int) -> str:
    found = doc.get(field)
    if not isinstance(found, str) or len(found) > longest:
        raise _fault(field, f"a text of at most {longest} letters is wanted")
    if _NO_TEXT.search(found):
        raise _fault(field, "it has signs that are no text")
    return found


def _text(doc: Mapping[str, Any], field: str, *, empty: bool = False) -> str:
    found = _line(doc, field, _LONGEST[field])
    if not (empty or found.strip()):
        raise _fault(field, "it is empty")
    return found


def _code(doc: Mapping[str, Any], field: str, longest: int) -> str:
    found = _line(doc, field, longest)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", found):
        raise _fault(field, f"{found!r} has other signs than letters, digits, - and _")
    return found


def _one_of(doc: Mapping[str, Any], field: str, choice: tuple[str, ...]) -> str:
    found = doc.get(field)
    if found not in choice:
        raise _fault(field, f"one of {', '.join(choice)} is wanted")
    return str(found)


def _whole(doc: Mapping[str, Any], field: str, most: int) -> int:
    found = doc.get(field)
    if type(found) is not int or not 0 <= found <= most:
        raise _fault(field, f"a whole number from 0 to {most} is wanted")
    return found


def _window(doc: Mapping[str, Any]) -> float | None:
    found = doc.get("window_s")
    if found is None:
        return None
    if type(found) not in (int, float) or not 5 <= found <= MOST_WINDOW_S:
        raise _fault("window_s", f"seconds from 5 to {MOST_WINDOW_S:.0f} are wanted")
    return float(found)


def _time(doc: Mapping[str, Any], field: str, *, none: bool = False) -> datetime | None:
    found = doc.get(field)
    if found is None and none:
        return None
    try:
        at = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _fault(field, "a time with its offset is wanted, such as 2026-11-26T18:00:00+01:00")
    return at


def _made(doc: Mapping[str, Any]) -> datetime:
    at = _time(doc, "made_at")
    assert at is not None  # None is a fault there
    return at


def _form(found: object) -> Form:
    doc = _mapping(found, "forms")
    if not re.fullmatch(r"[A-Z]", _line(doc, "name", 1)):
        raise _fault("forms", "a form is named by one capital letter")
    several = _several(doc, "vignettes", MOST_VIGNETTES)
    return Form(doc["name"], tuple(_vignette(_mapping(one, "vignettes")) for one in several))


def _vignette(doc: Mapping[str, Any]) -> VignetteRef:
    return VignetteRef(
        _code(doc, "pack", 64),
        _whole(doc, "pack_version", 1_000_000),
        _code(doc, "vignette", 64),
        _whole(doc, "vignette_version", 1_000_000),
    )


def _rubric(doc: Mapping[str, Any]) -> RubricRef:
    return RubricRef(
        _code(doc, "pack", 64), _code(doc, "rubric", 64), _whole(doc, "version", 1_000_000)
    )


def _enrolled(found: object) -> Enrolled:
    doc = _mapping(found, "enrolled")
    return Enrolled(_line(doc, "code", 32), _line(doc, "form", 1))


def _once(names: Iterable[str], field: str, what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _fault(field, f"{what} {name} is there twice")
        seen.add(name)
