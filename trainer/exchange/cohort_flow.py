"""Who of a cohort is counted, and where the others are left behind: from assigned to compared."""

from collections.abc import Iterable, Sequence

from trainer.domain.counted import counted
from trainer.exchange.cohort_parts import Cell, Table, table
from trainer.exchange.cohort_report import Asked, CohortReport

_OVER = "interrupted in the test, so that no more comes"


def trainees(report: CohortReport, heads: Sequence[str]) -> Table:
    """How many trainees are left at each step, and why the others are not."""
    both = _both(report)
    rows = [
        ("Assigned", [Cell(str(one.enrolled)) for one in both]),
        ("Sent something", [_sent(one) for one in both]),
        (
            "Agreed to its being rated",
            [_less(one.enrolled - one.nothing, _unagreed(one),
                   f"did not, or took it back{_of_them(one.over_unagreed)}") for one in both],
        ),
        ("Complete", [_complete(one) for one in both]),
        ("Rated", [_less(one.agreed, one.agreed - one.rated, "not yet") for one in both]),
        (
            "Rated on every client",
            [_less(one.rated, one.rated - one.rated_all, "on a part") for one in both],
        ),
    ]  # fmt: skip
    if report.before is not None and report.scales:
        rows.append(("Counted in the change", [Cell("–"), _compared(report)]))
    return table("Trainees, from assigned to counted", ["Trainees", *heads], rows)


def answers(report: CohortReport, heads: Sequence[str]) -> Table:
    """What became of the answers that came."""
    both = _both(report)
    rows = [
        (
            "Came",
            [Cell(str(one.responses + sum(one.why_held.values())),
                  _joined([
                      f"late: of {counted(one.late, 'trainee')}" if one.late else "",
                      f"clock not sure: of {counted(one.unsure, 'trainee')}" if one.unsure else "",
                  ])) for one in both],
        ),
        ("May be rated", [_may(one) for one in both]),
        (
            "Rated",
            [
                Cell(
                    str(one.rated_responses),
                    _joined([
                        f"by {counted(one.raters, 'rater')}" if one.raters else "",
                        _not(one.responses - one.rated_responses, "not yet"),
                    ]),
                )
                for one in both
            ],
        ),
    ]  # fmt: skip
    return table("Answers", ["Answers", *heads], rows)


def notes(report: CohortReport) -> list[str]:
    """What the words of the tables mean, where they are met."""
    both = _both(report)
    said = ["Complete: an answer to each client of their form came, and may be rated."]
    if any(one.why_held for one in both):
        said.append(
            "Answers that may not, or no longer, be rated are in no other figure of this report."
        )
    if report.before is not None and any(one.change and one.change.left_out
                                         for one in report.scales):  # fmt: skip
        said.append(
            "Where forms were counterbalanced, who gave a part of a form is not counted in the "
            "change: their mean would be over other clients than the form's."
        )
    return said


def _both(report: CohortReport) -> list[Asked]:
    return [one for one in (report.before, report.now) if one is not None]


def _unagreed(one: Asked) -> int:
    return one.enrolled - one.nothing - one.agreed


def _sent(one: Asked) -> Cell:
    return Cell(
        str(one.enrolled - one.nothing),
        _joined([
            _not(one.nothing - one.over_nothing, "sent nothing"), _not(one.over_nothing, _OVER)
        ]),
    )  # fmt: skip


def _complete(one: Asked) -> Cell:
    some = one.held - _unagreed(one)
    return Cell(
        str(one.complete),
        _joined([
            _not(one.partly - one.over_partly, "gave a part"), _not(one.over_partly, _OVER),
            _not(some, f"let a part be rated{_of_them(one.over_agreed)}"),
        ]),
    )  # fmt: skip


def _of_them(over: int) -> str:
    """Of how many who are counted for another reason no more comes."""
    return f" ({over} of them {_OVER})" if over else ""


def _may(one: Asked) -> Cell:
    return Cell(
        str(one.responses), _joined(_not(count, why) for why, count in one.why_held.items())
    )


def _compared(report: CohortReport) -> Cell:
    pairs = [one.change.pairs for one in report.scales if one.change]
    low, high = min(pairs, default=0), max(pairs, default=0)
    text = str(high) if low == high else f"{low} to {high}"
    return Cell(text, "the others: under Change")


def _less(of: int, less: int, why: str) -> Cell:
    """So many of ``of``, and why the others are not."""
    return Cell(str(of - less), _not(less, why))


def _not(count: int, why: str) -> str:
    return f"{count} {why}" if count else ""


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)
