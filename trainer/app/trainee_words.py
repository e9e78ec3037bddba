"""What the report of a trainee says before the supervisor edits it: which answers, which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from statistics import fmean
from typing import TYPE_CHECKING

from trainer.app.trainee_material import Material, RatedResponse
from trainer.domain.feedback import HIGH_SHARE
from trainer.domain.rubric import Item, Rubric, meaning

if TYPE_CHECKING:  # it brings what would hold up a window that only shows the words
    from trainer.scoring.profile import Lowest, Profile

STRONGEST, TYPICAL, TO_WORK_ON = "strongest", "typical", "to-work-on"
SLOTS = (STRONGEST, TYPICAL, TO_WORK_ON)


@dataclass(frozen=True, slots=True)
class Suggested:
    """The words for each part, and the answer for each slot (ids; a slot may be empty)."""

    opening: str
    chosen: Mapping[str, str]
    practise: str
    closing: str


def suggested(material: Material, profile: "Profile") -> Suggested:
    """All that can be written without the supervisor."""
    return Suggested(
        _opening(material), choose(material, profile), practise(material.rubric, profile),
        "Choose one of these answers and listen to it once as if you were the client. Then answer "
        "again, aloud. Bring what you notice to our next meeting.",
    )  # fmt: skip


# Which answers


def choose(material: Material, profile: "Profile") -> dict[str, str]:
    """An answer for each slot, always the same ones: see ``why`` for the rule.

    Of equals the one with more comments, then the newest. With fewer than three answers the typical
    one is left out first, then the one to work on.
    """
    left = sorted(material.responses, key=lambda one: (len(one.quotes), one.response_id))[::-1]
    lowest = profile.lowest.item if profile.lowest else ""
    apart = {one.response_id: deviation(one, profile) for one in left}
    chosen = {}

    def take(slot: str, first: RatedResponse) -> None:
        chosen[slot] = first.response_id
        left.remove(first)

    if left:
        take(STRONGEST, max(left, key=lambda one: apart[one.response_id]))
    if left:
        take(
            TO_WORK_ON,
            min(left, key=lambda one: (_or_most(one.means.get(lowest)), apart[one.response_id])),
        )
    if left:
        take(TYPICAL, min(left, key=lambda one: abs(apart[one.response_id])))
    return {slot: chosen.get(slot, "") for slot in SLOTS}


def deviation(one: RatedResponse, profile: "Profile") -> float:
    """How far a response is above the trainee's own means, over the items that applied (points).

    So that one in which a hard item did not apply is not the strongest for that alone.
    """
    above = [
        score - mean.value
        for item, score in one.means.items()
        if score is not None and item in profile.items
        and (mean := profile.items[item].mean) is not None
    ]  # fmt: skip
    return fmean(above) if above else 0.0


def why(slot: str, rubric: Rubric, profile: "Profile", *, as_suggested: bool) -> str:
    """Why this answer is in the report, in a sentence."""
    if not as_suggested:
        return "Chosen by your supervisor."
    if slot == STRONGEST:
        return "Chosen because it was rated highest above your own means."
    if slot == TYPICAL:
        return "Chosen because its ratings are nearest to your own means."
    lowest = _title(rubric, profile.lowest)
    return f"Chosen because it was rated lowest on {lowest}, the scale with your lowest mean."


def _or_most(score: float | None) -> float:
    return float("inf") if score is None else score


# Words


def _opening(material: Material) -> str:
    answers, raters = len(material.responses), material.raters
    clients = len({one.ref.vignette if one.ref else one.response_id for one in material.responses})
    blind = " They did not know whose answers they heard." if material.blind and raters > 1 else ""
    if material.blind and raters == 1:
        blind = " That person did not know whose answers they heard."
    return (
        f"{material.name}, this is what {counted(raters, 'rater')} heard in "
        f"{counted(answers, 'answer')} of yours to {counted(clients, 'client')}.{blind} Read it "
        "with your recordings at hand. It is about single minutes of practice, not about you as a "
        "therapist."
    )


def paragraph(
    slot: str, one: RatedResponse, rubric: Rubric, profile: "Profile", *, as_suggested: bool = True
) -> str:
    """The words for one answer."""
    scored = [(item, score) for item in rubric.items if (score := one.means[item.id]) is not None]
    if not scored:
        return "No scale applied to this answer; it is here for what was heard in it."
    if slot == TO_WORK_ON:
        lowest = profile.lowest.item if profile.lowest and as_suggested else ""
        item, score = next(
            ((i, s) for i, s in scored if i.id == lowest), min(scored, key=lambda each: each[1])
        )
        return _one_step(item, score, rubric)
    item, score = max(scored, key=lambda each: each[1])
    begins = (
        f"Here your answer did most of what the moment asked for, on {item.title} above all"
        if slot == STRONGEST and as_suggested
        else f"The highest scale here is {item.title}"
    )
    return f"{begins} ({score:.1f}). {meaning(item, floor(score))}".strip()


def _one_step(item: Item, score: float, rubric: Rubric) -> str:
    level = floor(score)
    if level >= rubric.scale.max:
        return f"Even here {item.title} was rated {score:.1f}. {meaning(item, level)}".strip()
    return (
        f"Here there is most to gain, on {item.title} ({score:.1f}). One step more: "
        f"{meaning(item, level + 1)}"
    )


def practise(rubric: Rubric, profile: "Profile") -> str:
    """One thing to practise, from the lowest item; and honest about how sure that is."""
    lowest = profile.lowest
    mean = profile.items[lowest.item].mean if lowest else None
    if lowest is None or mean is None:
        return "No scale applied often enough to suggest anything from the ratings."
    item, scale = rubric.item(lowest.item), rubric.scale
    high = mean.value >= scale.min + HIGH_SHARE * (scale.max - scale.min)
    text = item.practise_high if high else item.practise
    if lowest.stands_out:
        return (
            f"{item.title} was rated lower than your other scales, by more than chance would make "
            f"likely. {text}"
        )
    if lowest.below is None:
        return text
    if lowest.below.high is None:
        reason = "So few answers cannot tell which of your scales is the lowest."
    else:
        reason = "None of your scales stands out as lower than the others."
    return (
        f"{reason} If you want one thing to begin with, take it from {item.title}, whose mean is "
        f"the lowest this time: {text}"
    )


def _title(rubric: Rubric, lowest: "Lowest | None") -> str:
    return rubric.item(lowest.item).title if lowest else "every scale"


def counted(number: int, what: str) -> str:
    """``one answer``, ``three answers``, ``12 answers``."""
    words = "no one two three four five six seven eight nine".split()
    said = words[number] if number < len(words) else str(number)
    return f"{said} {what}{'' if number == 1 else 's'}"
