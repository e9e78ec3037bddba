"""How far the report of a cohort can be trusted, in sentences to whoever decides by it."""

from typing import TYPE_CHECKING

from trainer.domain.counted import by_count, counted

if TYPE_CHECKING:
    from trainer.exchange.cohort_report import CohortReport

NO_NORMS = (
    "These figures describe this cohort on these clients. There are no norms to compare them with, "
    "the scales are Attune's own and not equivalent to any published instrument, and they say "
    "nothing about how clients in treatment fare."
)


def trust(report: "CohortReport") -> list[str]:
    """What to bear in mind, a paragraph each."""
    said = [NO_NORMS]
    if report.before is not None:
        said.append(
            "A change between two occasions has many causes: training, practice with the task, the "
            "time between, who came back the second time. Without a group that was not trained, "
            "none of it can be put down to the training alone. If raters became stricter or milder "
            "from one occasion to the other, that looks like a change, too; rate both occasions "
            "together, blind to which is which."
        )
    if report.scales:
        said.append(
            "Means with overlapping intervals may still differ, and those that do not overlap were "
            "compared on several scales at once: one in twenty intervals misses by chance. The "
            "standings of single trainees are feedback, and no decision about a person should rest "
            "on one set of answers or on fewer than three raters."
        )
        if any(one.trust.g is not None for one in report.scales) and report.before is not None:
            said.append(
                "The band for one trainee is 1.96 · SD · √2 · √(1 − r), with the standard "
                "deviation between trainees at the first occasion and r = G of their scores then, "
                "which knows of raters and clients (it is never the consistency between scales). "
                "That is for two scores that rest on as many raters and clients as those did. For "
                "others it is 1.96 · √(e₁² + e₂²), each error by the raters and clients of that "
                "trainee's own score. G is an estimate, so the band is one as well: the interval "
                "of the average band stands in the table. It counts raters and clients as chosen "
                "anew each time, so where they are the same ones fewer trainees lie outside it."
            )
    if not report.blind:
        said.append("Not every rating is known to have been given blind.")
    if report.unseen:
        count = report.unseen
        said.append(
            f"{counted(count, 'answer')} {by_count(count, 'is', 'are')} left out, because who made "
            f"this report has still to rate {by_count(count, 'it', 'them')}."
        )
    return said
