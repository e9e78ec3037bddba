"""What a program asks of a cohort: drawn fairly, read back as written, refused with a sentence."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from trainer.domain.assignment import (
    Assignment,
    Enrolled,
    Form,
    as_document,
    balanced,
    check,
    is_late,
    read_document,
    turned,
    vignettes_for,
)
from trainer.domain.errors import KnownError
from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef

FORMS = tuple(
    Form(name, tuple(VignetteRef("core", 3, f"{name.lower()}-{n}", 1) for n in range(4)))
    for name in "AB"
)
CODES = [f"T{n:02}" for n in range(9)]


def assignment(**changed: object) -> Assignment:
    made = Assignment(
        id="0190-x", title="Autumn course", program="Institute Übung", occasion="before",
        mode="test", forms=FORMS, order="shuffled",
        enrolled=balanced(CODES, ["A", "B"], "0190-x"),
        rubric=RubricRef("core", "alliance-skills", 2),
        due_at=datetime(2026, 12, 1, 18, 0, tzinfo=timezone(timedelta(hours=1))),
        late="marked", window_s=90.0, attempts=1, recorded="sound",
        consent_text="May your supervisors listen to it?", use="rating", keep_months=12,
        made_at=datetime(2026, 11, 26, 9, 0, tzinfo=UTC), read_by="age1x", signs_as="key",
    )  # fmt: skip
    return replace(made, **changed)


def test_it_is_read_as_it_was_written():
    one = assignment()
    assert read_document(json.loads(json.dumps(as_document(one)))) == one
    open_ended = assignment(due_at=None, window_s=None, occasion="")
    assert read_document(as_document(open_ended)) == open_ended


def test_forms_are_drawn_evenly_and_turned_for_the_next_occasion():
    before = assignment()
    assert sorted(Counter(one.form for one in before.enrolled).values()) == [4, 5]
    assert balanced(CODES, ["A", "B"], "0190-x") == before.enrolled
    assert balanced(CODES, ["A", "B"], "another") != before.enrolled
    after = {one.code: one.form for one in turned(before, ["A", "B"])}
    assert all(after[one.code] != one.form for one in before.enrolled)


def test_a_shuffled_order_is_the_trainees_own_and_stays():
    one = assignment(enrolled=tuple(Enrolled(code, "A") for code in CODES))
    orders = {code: vignettes_for(one, code) for code in CODES}
    assert orders == {code: vignettes_for(one, code) for code in CODES}
    assert len(set(orders.values())) > 3
    assert all(set(order) == set(FORMS[0].vignettes) for order in orders.values())
    assert vignettes_for(replace(one, order="fixed"), "T00") == FORMS[0].vignettes


def test_a_code_that_is_not_in_it_is_told():
    with pytest.raises(KnownError, match="no t01 in this assignment"):
        vignettes_for(assignment(), "t01")


def test_late_is_after_the_due_date_wherever_the_clock_stands():
    one = assignment()
    assert not is_late(one, datetime(2026, 12, 1, 17, 0, tzinfo=UTC))
    assert is_late(one, datetime(2026, 12, 1, 17, 0, 1, tzinfo=UTC))
    assert not is_late(assignment(due_at=None), datetime(2099, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("id", "../x", "signs"), ("id", None, "id"), ("title", "", "title: it is empty"),
     ("title", "x" * 121, "title"), ("program", 3, "program"), ("mode", "exam", "mode"),
     ("forms", [], "forms"), ("forms", "A", "forms"),
     ("forms", [{"name": "a", "vignettes": []}], "capital letter"),
     ("forms", [{"name": "A", "vignettes": [{"pack": "/"}]}], "pack: '/' has other signs"),
     ("order", "any", "order"), ("enrolled", [{"code": "a b", "form": "A"}], "'a b' is no code"),
     ("enrolled", [{"code": "T1", "form": "C"}], "T1 has the form 'C'"),
     ("enrolled", [{"code": "T1", "form": "A"}] * 2, "T1 is there twice"),
     ("enrolled", [[]], "enrolled"), ("rubric", None, "rubric"),
     ("rubric", {"pack": "core", "rubric": "x", "version": -1}, "version"),
     ("due_at", "tomorrow", "due_at"), ("due_at", "2026-11-26T09:00:00", "due_at"),
     ("late", True, "late"), ("window_s", 0, "window_s"), ("window_s", True, "window_s"),
     ("window_s", float("nan"), "window_s"), ("attempts", 1.0, "attempts"),
     ("attempts", 2, "a test has one attempt"), ("recorded", "", "recorded"),
     ("consent_text", " ", "consent_text"), ("use", "all", "use"),
     ("keep_months", 1000, "keep_months"), ("made_at", None, "made_at"),
     ("read_by", 1, "read_by"), ("signs_as", None, "signs_as")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_field(field, value, said):
    document = {**as_document(assignment()), field: value}
    with pytest.raises(KnownError, match=said):
        read_document(document)


def test_no_document_at_all_is_told():
    for found in (None, [], "x", {}):
        with pytest.raises(KnownError, match="cannot be used"):
            read_document(found)


def test_one_client_comes_once_in_a_form():
    twice = (Form("A", FORMS[0].vignettes * 2), FORMS[1])
    with pytest.raises(KnownError, match="there twice"):
        check(assignment(forms=twice))
