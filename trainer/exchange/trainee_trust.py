"""How far the feedback report of a trainee can be trusted, in sentences to its reader."""

from typing import TYPE_CHECKING

from trainer.domain.counted import counted
from trainer.domain.progress import INTERVAL_MIN
from trainer.exchange.wording import counted_answers

if TYPE_CHECKING:
    from trainer.exchange.trainee_report import TraineeReport

NO_NORMS = (
    "This report is not a norm-referenced assessment. There are no norms to compare these figures "
    "with, the scales are Attune's own and not equivalent to any published instrument, and they "
    "say nothing about how clients fare."
)


def trust(report: "TraineeReport") -> list[str]:
    """What to bear in mind, a paragraph each: norms, intervals, raters, own ratings."""
    parts = (_of_intervals(report), _of_raters(report), _of_own(report))
    return [NO_NORMS, *(" ".join(lines) for lines in parts if lines)]


def _of_intervals(report: "TraineeReport") -> list[str]:
    method = (
        "Means are over clients: several answers to one client count as one. The 95 % interval "
        "(Student's t over these, never narrower than whole points allow) tells how far a mean "
        "could move with other clients of this kind, rated by the same people; that other people "
        "might rate differently is not in it."
    )
    few = (
        f"A scale with fewer than {INTERVAL_MIN} clients has no interval. Whether it is truly "
        "higher or lower than another cannot be said."
    )
    lines = []
    if any(one.low is not None for one in report.items):
        lines.append(method)
    if any(one.mean is not None and one.low is None for one in report.items):
        lines.append(few)
    if any(one.fair is not None for one in report.items):
        lines.append(
            "The fair mean is what an average rater would have given: it allows for some raters "
            "scoring lower than others, worked out from all "
            f"{counted(report.rated_in_all, 'response')} they rated here."
        )
    return lines


def _of_raters(report: "TraineeReport") -> list[str]:
    lines = []
    if report.raters == 1:
        lines.append("One rater gave all these ratings. How far another would agree is not known.")
    elif report.pairs:
        lines.append(
            f"In {report.within_one} of {counted(report.pairs, 'pair')} of ratings of the same "
            "answer on the same scale, two raters were within one point."
        )
    if report.raters < 3:
        lines.append(
            "For a decision about somebody, three raters or more who do not know each other's "
            "ratings are needed; this is feedback to practise with."
        )
    if not report.blind:
        lines.append("Not every rating is known to have been given blind.")
    if any(one.agreed is not None for one in report.items):
        lines.append(
            "What raters agreed on in discussion is no further rating: it stands apart and is in "
            "no mean."
        )
    if report.other_rubrics:
        lines.append(
            "There are also ratings on other scales, or an earlier wording of these; they are not "
            "in this report."
        )
    return lines


def _of_own(report: "TraineeReport") -> list[str]:
    pairs = [one.pairs for one in report.items if one.own is not None]
    if not pairs:
        return ["There is no self-rating of these answers, so nothing can be said of a gap."]
    least, most = min(pairs), max(pairs)
    over = (
        "the same answer"
        if most == 1
        else f"the same {counted_answers(most)}"
        if least == most
        else f"the same answers ({least} to {counted_answers(most)}, scale by scale)"
    )
    return [
        f"The gap is your own rating minus the raters', both on {over}. "
        "Self-ratings tend to be higher than those of observers, and may fall while skill rises."
    ]
