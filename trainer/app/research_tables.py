"""The tables of a research export, filled page by page from its responses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer.app.research_case import ANEW, CORRECTED, OUTDATED, Case
from trainer.app.research_codes import Codes
from trainer.app.research_columns import Field, Names, about_responses, keys
from trainer.domain.rating import CONSENSUS, ROLES, SELF, SUPERVISOR, Rating
from trainer.domain.rounds import MARKER_WORDS, Comment
from trainer.domain.rubric import Rubric, RubricRef
from trainer.exchange.tables import (
    NOT_APPLICABLE,
    NUMBER,
    SCORE,
    TEXT,
    WHOLE,
    YES,
    Column,
    Table,
    Value,
    variable_names,
)
from trainer.store.exported import Scale

# Those that have a column for each item in the wide table.
_WIDE = (SELF, SUPERVISOR, CONSENSUS)
MOST_COLUMNS = 2000
_ROLES = dict(
    zip(ROLES, ("the trainee's own", "a rater's", "known, of a reference",
                "made while training to rate", "what raters agreed on"), strict=True)
)  # fmt: skip
_KINDS = {
    "live": "a rater who had passed the gate", "ungated": "a rater who had not passed the gate",
    "calibration": "training", "gate": "the gate",
}  # fmt: skip
_WHY = {
    CORRECTED: "its rater corrected it", ANEW: "its rater rated the response anew",
    OUTDATED: "a rating that the consensus rests on has changed since",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for beyond codes; ``names`` are by person's id, None: codes only."""

    names: Names | None
    comments: bool
    dates: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What is written beside the tables."""

    annotations: bool
    sounds: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables refer to: rubrics, kinds of rounds by id, who rated on which scale."""

    rubrics: Mapping[RubricRef, Rubric]
    rounds: Mapping[str, str]
    scales: Sequence[Scale]

    def title(self, rubric: RubricRef, item: str) -> str:
        """What an item is called; its id where the library lacks the rubric."""
        found = self.rubrics.get(rubric)
        return found.item(item).title if found else item


class Tables:
    """All tables of one export."""

    def __init__(self, codes: Codes, ask: Ask, known: Known) -> None:
        self._codes = codes
        self._ask = ask
        self._known = known
        self._keys = keys(ask.names, dates=ask.dates)
        self._responses = about_responses(ask.names, dates=ask.dates)
        self._wide = self._wide_columns()
        rated = [*_columns(self._keys), *self._rating_columns()]
        self.responses = Table("responses", _columns(self._responses))
        self.long = Table("ratings_long", rated)
        self.past = Table("ratings_superseded", [*rated, _PAST])
        self.comments = Table("comments", [*_columns(self._keys), *self._comment_columns()])
        self.wide = Table("ratings_wide", [*_columns(self._keys), *self._wide.values()])

    @property
    def every(self) -> tuple[Table, ...]:
        """Those that are written: where nothing was corrected or marked, there is no table of it.

        There is no wide one either where it would be wider than programs take.
        """
        wide = [self.wide] if len(self._wide) <= MOST_COLUMNS else []
        more = [table for table in (self.past, self.comments) if len(table)]
        return (self.responses, self.long, *wide, *more)

    def add(self, page: Iterable[Case]) -> None:
        """The rows of some responses."""
        rows: dict[Table, list[tuple[Value, ...]]] = {
            table: [] for table in (self.responses, self.long, self.past, self.comments, self.wide)
        }
        for case in page:
            key = tuple(field.value(case) for field in self._keys)
            rows[self.responses].append(tuple(field.value(case) for field in self._responses))
            for one in case.ratings:
                rows[self.long] += [(*key, *more) for more in self._scores(case, one)]
            for one, why in case.past:
                rows[self.past] += [(*key, *more, why) for more in self._scores(case, one)]
            rows[self.comments] += [
                (*key, *self._comment(case, one)) for one in self._told(case.comments)
            ]
            if len(self._wide) <= MOST_COLUMNS:
                rows[self.wide].append((*key, *self._one_row(case)))
        for table, found in rows.items():
            table.add(found)

    # One row a score

    def _rating_columns(self) -> list[Column]:
        named = [Column("rater_name", TEXT, "Name of who rated")] if self._ask.names else []
        titles: dict[str, str] = {}
        for one in self._known.scales:
            titles.setdefault(one.item, self._known.title(one.rubric, one.item))
        return [
            Column("rater", TEXT, "Code of who rated; 'consensus': what raters agreed on"),
            *named,
            Column("role", TEXT, "Whose rating it is", values=_ROLES),
            Column("rubric_pack", TEXT, "Pack of the rubric (id)"),
            Column("rubric", TEXT, "Rubric (id, unique in its pack only)"),
            Column("rubric_version", WHOLE, "Version of the rubric's words"),
            Column("item", TEXT, "Item of the rubric (id)", values=titles),
            Column("score", SCORE, "Score on the item", "points of the rubric's scale"),
            Column("not_applicable", YES, "The rater said that the item does not apply"),
            Column("blind", YES, "The rater knew neither name, date, order nor anybody's rating",
                   missing="nobody kept that in mind"),
            Column("before_feedback", YES, "Nothing about the response had been shown before"),
            Column("second_opinion", YES, "The rater asked for another rater"),
            Column("round_kind", TEXT, "Round in which it was rated", values=_KINDS,
                   missing="in no round"),
            Column("beyond_s", NUMBER, "How long rating took beyond the sound itself", "s",
                   missing="not known"),
            Column("rated_day", NUMBER, "When it was locked; counted as 'day'", "days"),
        ]  # fmt: skip

    def _scores(self, case: Case, one: Rating) -> Iterator[tuple[Value, ...]]:
        names, ref = self._ask.names, one.rubric
        named = () if names is None else (names.get(one.rater_id),)
        before = (self._codes.rater(one.rater_id, one.role), *named, one.role, ref.pack,
                  ref.rubric, ref.version)  # fmt: skip
        after = (one.blind, one.before_feedback, one.second_opinion,
                 self._known.rounds.get(one.round_id or ""), one.beyond_s,
                 case.day(one.locked_at))  # fmt: skip
        for item, score in one.scores.items():
            given = NOT_APPLICABLE if score is None else score
            yield (*before, item, given, score is None, *after)

    # One row a response

    def _wide_columns(self) -> dict[tuple[RubricRef, str, str], Column]:
        """By rubric, item and who: ``self``, ``consensus`` or a rater's id."""
        scales = [one for one in self._known.scales if one.role in _WIDE]
        rubrics: dict[str, set[RubricRef]] = {}
        for one in scales:
            rubrics.setdefault(one.item, set()).add(one.rubric)
        found: dict[tuple[RubricRef, str, str], Column] = {}
        taken = [field.column.name for field in self._keys]
        for one in sorted(scales, key=lambda one: (_WIDE.index(one.role), one.rater_id)):
            key = (one.rubric, one.item, _who(one.role, one.rater_id))
            if key not in found:
                column = self._wide_column(one, alone=len(rubrics[one.item]) == 1, taken=taken)
                found[key] = column
                taken.append(column.name)
        return found

    def _wide_column(self, one: Scale, *, alone: bool, taken: list[str]) -> Column:
        rater = self._codes.rater(one.rater_id, one.role)
        ref = one.rubric
        of = one.item if alone else f"{ref.rubric}_v{ref.version}_{one.item}"
        who = SELF if one.role == SELF else rater
        (name,) = variable_names([f"{of}__{who}"], taken)
        rubric = self._known.rubrics.get(ref)
        anchors = rubric.item(one.item).anchors if rubric else {}
        called = (self._ask.names or {}).get(one.rater_id)
        by = {SELF: "own rating", CONSENSUS: "consensus"}.get(one.role, f"by {called or rater}")
        return Column(
            name, SCORE, f"{self._known.title(ref, one.item)}, {by} ({ref.rubric}, {ref.version})",
            "points of the rubric's scale",
            {float(score): words for score, words in anchors.items()},
            "not rated",
        )  # fmt: skip

    def _one_row(self, case: Case) -> list[Value]:
        given = {
            (one.rubric, item, _who(one.role, one.rater_id)): score
            for one in case.ratings
            if one.role in _WIDE
            for item, score in one.scores.items()
        }
        return [
            None if key not in given else _score(given[key])
            for key in self._wide
        ]  # fmt: skip

    # Moments

    def _told(self, comments: Iterable[Comment]) -> Iterator[Comment]:
        """Without words of their own, only those that carry a mark."""
        return (one for one in comments if self._ask.comments or one.marker)

    def _comment_columns(self) -> list[Column]:
        named = [Column("rater_name", TEXT, "Name of who said it")] if self._ask.names else []
        text = [Column("text", TEXT, "What was said of it", missing="a mark without words")]
        return [
            Column("rater", TEXT, "Code of who said it"),
            *named,
            Column("at_s", NUMBER, "Moment in the recording", "s"),
            Column("after_client_s", NUMBER, "The same from the end of the client on", "s",
                   missing="where the client ended is not known"),
            Column("marker", TEXT, "What was heard, as a mark", values=MARKER_WORDS,
                   missing="words without a mark"),
            *(text if self._ask.comments else []),
        ]  # fmt: skip

    def _comment(self, case: Case, one: Comment) -> tuple[Value, ...]:
        names, end = self._ask.names, case.response.stimulus_end_s
        named = () if names is None else (names.get(one.rater_id),)
        text = (one.text or None,) if self._ask.comments else ()
        after = None if end is None else one.at_s - end
        return (self._codes.person(one.rater_id), *named, one.at_s, after, one.marker or None,
                *text)  # fmt: skip


_PAST = Column("why", TEXT, "Why the rating does not count any more", values=_WHY)


def _columns(fields: Iterable[Field]) -> list[Column]:
    return [field.column for field in fields]


def _who(role: str, rater_id: str) -> str:
    return f"{role} " + (rater_id if role == SUPERVISOR else "")


def _score(given: float | None) -> float:
    return NOT_APPLICABLE if given is None else given
