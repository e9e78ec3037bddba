"""What the report of a trainee says before the supervisor edits it: which answers, which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from statistics import fmean
from typing import TYPE_CHECKING

from trainer.app.trainee_material import Material, RatedResponse
from trainer.domain.feedback import HIGH_SHARE
from trainer.domain.rubric import Item, Rubric, Scale, heard_at

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
        _closing(material),
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


def why(
    slot: str, one: RatedResponse, material: Material, profile: "Profile", *, as_suggested: bool
) -> str:
    """Why this answer is in the report, in a sentence."""
    if len(material.responses) == 1:
        return "It is the only answer of yours that is rated so far."
    if not as_suggested:
        return "Chosen by your supervisor."
    if slot == STRONGEST:
        return "Chosen because, scale by scale, it was rated highest."
    if slot == TYPICAL:
        return "Chosen because its ratings are nearest to your own means."
    if profile.lowest is None or one.means.get(profile.lowest.item) is None:
        return "Chosen because its ratings lie furthest below your own means."
    lowest = _title(material.rubric, profile.lowest)
    return f"Chosen because it was rated lowest on {lowest}, the scale with your lowest mean."


def _or_most(score: float | None) -> float:
    return float("inf") if score is None else score


# Words


def _opening(material: Material) -> str:
    answers, raters = len(material.responses), material.raters
    clients = len({one.ref.vignette if one.ref else one.response_id for one in material.responses})
    them, were = ("it", "it was") if answers == 1 else ("them", "they were")
    blind = f", without knowing whose {were}" if material.blind else ""
    who = counted(raters, "rater")
    return (
        f"Dear {material.name},\n\n{who[:1].upper()}{who[1:]} listened to "
        f"{counted(answers, 'answer')} of yours, to {counted(clients, 'client')}{blind}. This is "
        f"what was heard in {them}. Read it with your recordings at hand: it is about single "
        "minutes of practice, not about you as a therapist. Thank you for letting us listen."
    )


def _closing(material: Material) -> str:
    which = (
        "Listen to this answer" if len(material.responses) == 1
        else "Choose one of these answers and listen to it"
    )  # fmt: skip
    return (
        f"{which} once as if you were the client. Then answer that client again, aloud, with the "
        "one thing to practise in mind. Bring what you notice to our next meeting."
    )


def paragraph(
    slot: str, one: RatedResponse, material: Material, profile: "Profile", *,
    as_suggested: bool = True,
) -> str:  # fmt: skip
    """The words for one answer."""
    rubric = material.rubric
    scored = [(item, score) for item in rubric.items if (score := one.means[item.id]) is not None]
    if not scored:
        return "No scale applied to this answer; it is here for what was heard in it."
    if slot == TO_WORK_ON:
        lowest = profile.lowest.item if profile.lowest and as_suggested else ""
        item, score = next(
            ((i, s) for i, s in scored if i.id == lowest), min(scored, key=lambda each: each[1])
        )
        if score >= rubric.scale.max:
            return f"Even here {item.title} was rated {score:.1f}. {_said_by(item, floor(score))}"
        return (
            f"There is most room here on {item.title} ({score:.1f}). "
            f"{_step(item, score, rubric.scale)}"
        )
    item, score = max(scored, key=lambda each: each[1])
    low = score < _middle(rubric.scale)  # such words are no praise
    strongest = slot == STRONGEST and as_suggested and len(material.responses) > 1 and not low
    begins = (
        f"This is the answer in which raters heard the most, above all on {item.title}"
        if strongest
        else f"The highest scale here is {item.title}"
    )
    if low:
        return f"{begins} ({score:.1f}). {_step(item, score, rubric.scale)}"
    again = " Listen for how you did it." if strongest else ""
    return f"{begins} ({score:.1f}). {_said_by(item, floor(score))}{again}"


def _said_by(item: Item, level: int) -> str:
    return f"In the words of the scale: “{heard_at(item, level)}”"


def _step(item: Item, score: float, scale: Scale) -> str:
    """What to do next: below the middle of a scale, anchors say what was missed."""
    level = max(floor(score) + 1, _middle(scale))
    return f"A next step, in the words of the scale: “{heard_at(item, level)}”"


def _middle(scale: Scale) -> int:
    return (scale.min + scale.max + 1) // 2


def practise(rubric: Rubric, profile: "Profile") -> str:
    """One thing to practise, from the lowest item; and honest about how sure that is."""
    lowest = profile.lowest
    mean = profile.items[lowest.item].mean if lowest else None
    if lowest is None or mean is None:
        return "No scale applied often enough to suggest anything from the ratings."
    item, scale = rubric.item(lowest.item), rubric.scale
    high = mean.value >= scale.min + HIGH_SHARE * (scale.max - scale.min)
    text = item.practise_high if high else item.practise
    if lowest.below is None:
        return text
    if lowest.stands_out:
        reason = "rated lower than your other scales, by more than chance would make likely."
    elif lowest.below.high is None:
        reason = (
            "your lowest mean this time. So few answers cannot tell whether it truly is the "
            "lowest; it is a place to begin."
        )
    else:
        reason = (
            "your lowest mean this time. None of your scales stands out as lower than the others; "
            "it is a place to begin."
        )
    return f"{text}\n\nThis comes from {item.title}, {reason}"


def _title(rubric: Rubric, lowest: "Lowest | None") -> str:
    return rubric.item(lowest.item).title if lowest else "every scale"


def counted(number: int, what: str) -> str:
    """``one answer``, ``three answers``, ``12 answers``."""
    words = "no one two three four five six seven eight nine".split()
    said = words[number] if number < len(words) else str(number)
    return f"{said} {what}{'' if number == 1 else 's'}"
