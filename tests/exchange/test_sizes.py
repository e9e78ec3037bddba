"""How much one file may hold: what a large program sends passes, and no file stops an Attune."""

import json
import zipfile
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from trainer.domain import results, share
from trainer.domain.assignment import MOST_TRAINEES, Enrolled
from trainer.domain.document import plain
from trainer.domain.errors import KnownError
from trainer.domain.results import GivenBack, RatedAnswer, Results, SaidBack
from trainer.domain.rubric import RubricRef
from trainer.domain.share import (
    Returned,
    SentComment,
    SentRating,
    SentRound,
    SharedFilm,
    SharedItem,
)
from trainer.domain.vignette import VignetteRef
from trainer.exchange import bundle
from trainer.exchange.bundle import Manifest, Member

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
ID, MARK, CODE = "0" * 36, "0" * 32, "00000000-0000-4000-8000-000000000000"
RUBRIC = RubricRef("a-pack-of-our-own", "alliance-skills", 1)
CLIENT = VignetteRef("a-pack-of-our-own", 1, "a-client-with-a-long-name", 1)
SCORES = {f"an-item-of-twenty-{n}": 3.5 for n in range(20)}
WORDS = "Here the client was interrupted, and it was not taken up again. " * 4
RATING = SentRating(ID, CODE, SCORES, True, True, AT, ID, ID, 12.5, False)
COMMENT = SentComment(ID, CODE, 12.5, WORDS, "interrupts", AT, ID)
GIVEN = GivenBack(MARK, MARK, "supervisor", RUBRIC, SCORES, True, True, AT, ())
SAID = SaidBack(MARK, MARK, 12.5, WORDS, "interrupts", AT, MARK)
ITEM = SharedItem(CODE, "0" * 64, CLIENT, "t1", 61.25, 30.1, 42.7, SharedFilm(0.1, 61.2), date.max)
MEMBER = Member(f"recordings/{CODE}.flac", "0" * 64, 123_456)


def returned(responses: int, comments: int) -> Returned:
    of = SentRound(ID, "live", AT, (CODE,) * responses)
    return Returned(
        ID, "", RUBRIC, None, (of,), (RATING,) * responses, (COMMENT,) * (responses * comments)
    )


def came_back(responses: int, raters: int, comments: int) -> Results:
    one = RatedAnswer(ID, ID, (GIVEN,) * raters, (SAID,) * (raters * comments))
    return Results("Institute", "", "T1", (), (), (one,) * responses)


def test_what_a_large_program_sends_is_read():
    for parts in (
        (Enrolled("a-code-as-long-as-codes-may-be-32", "A"), MOST_TRAINEES),
        (ITEM, 2000, MEMBER, 2 * 2000),
        (RATING, 2000, COMMENT, 5 * 2000),
        (GIVEN, 3 * 500, SAID, 5 * 3 * 500),
    ):
        size = sum(
            count * len(json.dumps(plain(asdict(one)), indent=2, default=str).encode())
            for one, count in zip(parts[::2], parts[1::2], strict=True)
        )
        assert size < bundle.MAX_SENT_BYTES
    share.check_size(returned(2000, 5))
    results.check_size(came_back(500, 3, 5))


def test_more_than_one_file_may_hold_is_neither_written_nor_read(tmp_path: Path):
    path, words = tmp_path / "large.attune", "x" * bundle.MAX_SENT_BYTES
    large = Manifest("results", "id", AT.isoformat(), "1", 8, {"words": words}, ())
    with pytest.raises(KnownError, match="too much for one file"):
        bundle.write(path, large, {}, lambda _: None)
    assert not path.exists()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(bundle.MANIFEST, json.dumps(asdict(large) | {"format": 1}))
    with pytest.raises(KnownError, match="manifest.json is too large"):
        bundle.open_bundle(path, ("results", "ratings"))
    for check, much in (
        (share.check_size, returned(3000, 5)),  # ratings and comments
        (results.check_size, came_back(500, 30, 0)),  # scores
    ):
        with pytest.raises(KnownError, match="are more than"):
            check(much)
    with pytest.raises(KnownError, match="5001 responses for Rae are more than"):
        share.check_items(5001, "Rae")
