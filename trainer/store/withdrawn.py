"""References that are none any more, because whoever had a part in them withdrew them."""

from collections.abc import Iterable

from trainer.domain.rating import REFERENCE
from trainer.domain.rounds import WITHDRAWN
from trainer.domain.rubric import RubricRef
from trainer.store import comments, ratings
from trainer.store.db import Log


def withdrawn_among(log: Log, rubric: RubricRef, response_ids: Iterable[str]) -> frozenset[str]:
    """Those that were made references for a rubric, and every time were withdrawn."""
    found = set()
    for one in response_ids:
        marks = (said.marker for said in comments.comments_of(log, one))
        gone = {mark.removeprefix(WITHDRAWN) for mark in marks if mark.startswith(WITHDRAWN)}
        every = ratings.standing(ratings.ratings_of(log, one)) if gone else ()
        made = {given.id for given in every if given.role == REFERENCE and given.rubric == rubric}
        if made and made <= gone:
            found.add(one)
    return frozenset(found)
