"""What an assignment takes over from the one it comes after, unless something else is said."""

from collections.abc import Iterable, Mapping
from typing import Any

from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError

DEFAULTS: Mapping[str, Any] = {
    "mode": rules.PRACTICE, "window_s": None, "attempts": 0, "recorded": rules.EITHER,
    "order": rules.FIXED, "rubric": "alliance-skills", "late": rules.MARKED, "use": "rating",
    "keep_months": 12,
}  # fmt: skip
"""What is asked for where nothing is said and there is no earlier assignment."""
_TOLD_IN_CONSENT = {
    "program": "the program", "use": "the use", "keep_months": "the months",
    "recorded": "what is recorded",
}  # fmt: skip


def settled(said: Mapping[str, Any], earlier: Assignment | None) -> tuple[dict[str, Any], set[str]]:
    """The settings to use, and the names of those that are the earlier assignment's.

    ``said`` has None for what was not said. Where the mode is another one now, the number of takes
    is not taken over: a test has one, practice as many as wanted.
    """
    before = _of(earlier) if earlier else {}
    if said.get("mode") not in (None, before.get("mode")):
        before.pop("attempts", None)
    taken = {name for name in before if said.get(name) is None}
    used = {
        name: before.get(name, DEFAULTS[name]) if said.get(name) is None else said[name]
        for name in DEFAULTS
    }
    return {**used, "window_s": used["window_s"] or None}, taken


def consent_words(
    said: str | None, asked: Mapping[str, Any], earlier: Assignment | None
) -> tuple[str, set[str]]:
    """What trainees agree to, and its name where it is the earlier assignment's.

    KnownError: nothing is ``said``, and what is asked now is not what the earlier words tell.
    """
    if said is not None or earlier is None:
        return said or "", set()
    other = [
        what for name, what in _TOLD_IN_CONSENT.items() if asked[name] != getattr(earlier, name)
    ]
    if other:
        raise KnownError(
            f"What trainees agreed to for {earlier.title} is not taken over: {' and '.join(other)} "
            f"{'is' if len(other) == 1 else 'are'} not as there",
            "Write with --consent what they agree to now.",
        )
    return earlier.consent_text, {"consent"}


def _of(one: Assignment) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in DEFAULTS if name != "rubric"},
        "rubric": f"{one.rubric.pack}/{one.rubric.rubric}",
    }


def as_lines(
    made: Assignment, earlier: Assignment, taken: Iterable[str], *, forms: bool
) -> list[str]:
    """What was taken over, for people; and where the two cannot be compared."""
    names = set(taken)
    told = {
        "mode": made.mode,
        "window_s": f"{made.window_s:g} s for an answer" if made.window_s
        else "for an answer what each client has",
        "attempts": f"{made.attempts} {'take' if made.attempts == 1 else 'takes'} of a client"
        if made.attempts else "any number of takes",
        "recorded": {rules.SOUND: "sound alone", rules.FILM: "film"}.get(
            made.recorded, "sound or film"),
        "order": f"{made.order} order",
        "rubric": f"rated on {made.rubric.rubric}",
        "late": f"late ones {made.late}",
        "use": f"for {made.use}",
        "keep_months": f"kept {made.keep_months} months",
        "consent": "the words of consent",
    }  # fmt: skip
    parts = [f"forms {', '.join(one.name for one in made.forms)}"] if forms else []
    parts += [text for name, text in told.items() if name in names]
    lines = [f"as in {earlier.title}: its trainees; {'; '.join(parts)}"]
    if made.rubric != earlier.rubric:
        now, then = (f"{one.rubric} version {one.version}" for one in (made.rubric, earlier.rubric))
        lines.append(f"rated on {now}, {earlier.title} on {then}: they cannot be compared")
    return lines
