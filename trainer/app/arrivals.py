"""What became of files that came in, in words for a table and for the clipboard."""

from collections import Counter
from collections.abc import Iterable

from trainer.app.cohort import Arrived

TAKEN, LATE, BEFORE, REFUSED = "taken", "late", "before", "refused"


def state(one: Arrived) -> str:
    """Whether a file was taken in, taken in but late, here before, or refused."""
    if one.received is None:
        return REFUSED
    if not one.received.new:
        return BEFORE
    return LATE if one.received.late else TAKEN


def whose(one: Arrived) -> str:
    """The code and the assignment of what was taken in, as far as it has them."""
    if one.received is None:
        return ""
    asked = one.received.assignment
    return ", ".join(part for part in (one.received.code, asked.title if asked else "") if part)


def what(one: Arrived) -> str:
    """How much is new and what is to be said of it, or why it was refused."""
    found = one.received
    if found is None:
        assert one.refused is not None  # one or the other
        text = f"{one.refused.text}. {one.refused.hint}".strip()
        return text.replace(str(one.path), one.path.name)
    count = "1 response" if found.responses == 1 else f"{found.responses} responses"
    said = f"{count}, {found.added} of them new" if found.code else found.said
    return "; ".join(part for part in (said, *found.notes) if part)


def counts(arrived: Iterable[Arrived]) -> dict[str, int]:
    """How many files are in each state."""
    found = Counter(state(one) for one in arrived)
    return {one: found[one] for one in (TAKEN, LATE, BEFORE, REFUSED)}


def as_table(arrived: Iterable[Arrived]) -> str:
    """A line for each file with tabs between: name, state, whose, what."""
    lines = ["file\tstate\twhose\twhat"]
    lines += ["\t".join((one.path.name, state(one), whose(one), what(one))) for one in arrived]
    return "\n".join(lines)
