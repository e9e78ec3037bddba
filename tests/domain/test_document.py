"""What a stranger's JSON may say is read, or refused with a sentence that names the field."""

import json

import pytest

from trainer.domain.document import Document
from trainer.domain.errors import KnownError


@pytest.mark.parametrize(
    ("read", "text"),
    [("text", '"\\ud800"'), ("text", '"\\u001b[2J"'), ("text", '"two\\nlines"'), ("text", "3"),
     ("number", "NaN"), ("number", "Infinity"), ("number", "1" + "0" * 400), ("number", "true"),
     ("time", '"2026-01-01"'), ("time", '"2026-01-01T00:00:00+23:59:40"'),
     ("time", '"0001-01-01T00:00:00+00:00"'), ("matching", '"../x"'), ("matching", '"a\\n"'),
     ("scores", "{}"), ("scores", '{"../x": 1}'), ("whole", "-1"), ("flag", "1")],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_told(read, text):
    doc = Document(json.loads(f'{{"field": {text}}}'), "share")
    most = {"text": (20,), "number": (1e6,), "whole": (9,)}.get(read, ())
    with pytest.raises(KnownError, match="This share is not whole: field"):
        getattr(doc, read)("field", *most)
