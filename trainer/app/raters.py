"""The raters of an assignment as they are typed: kept, what is wrong with them, and what is asked.

An address is long and is needed again for what comes later, so the lines stay.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace

from trainer.app.composing import due_at, due_fault
from trainer.app.known_raters import Known, Moved, known, moved, now_at
from trainer.app.share import Ask
from trainer.app.share_raters import Named, named
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.address import address_text, read_address
from trainer.store import drafts
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything as it is typed or chosen. ``with_earlier``: assignments (ids) rated together.

    ``chosen`` are raters known from before who are ticked, as a line of ``lines`` names one.
    """

    lines: str = ""
    per_response: int = 2
    overlap: float = 0.2
    due: str = ""
    with_earlier: str = ""
    chosen: tuple[str, ...] = ()


def kept(log: Log, assignment_id: str) -> Draft:
    """What was typed for an assignment; of the chosen those who are known there still, and whose
    computer is another since, with the address that took the place of the typed one.
    """
    data = drafts.draft(log, drafts.RATERS + assignment_id) or {}
    names = {field.name for field in fields(Draft)}
    draft = Draft(**{key: value for key, value in data.items() if key in names})  # type: ignore[arg-type]  # as it was kept
    still = {one.line for one in known(log)} if draft.chosen else set()
    gone = moved(log) if draft.lines else {}
    lines = "\n".join(_as_now(gone, line) for line in draft.lines.split("\n"))
    return replace(draft, lines=lines, chosen=tuple(one for one in draft.chosen if one in still))


def _as_now(gone: Moved, line: str) -> str:
    try:
        one = named(line)
    except KnownError:
        return line
    typed = address_text(read_address(one.address))
    now = now_at(gone, one.name, typed)
    return line if now == typed else f"{one.name} = {now}"


def keep(log: Log, assignment_id: str, draft: Draft) -> Outcome[None]:
    """Keep it as it is."""
    if draft == Draft():
        drafts.drop_draft(log, drafts.RATERS + assignment_id)
    else:
        drafts.save_draft(log, drafts.RATERS + assignment_id, asdict(draft))
    return Outcome(None, Changes.NOTHING)


def raters(draft: Draft) -> tuple[tuple[Named, ...], str]:
    """Those who are named, a line each, and what is wrong with the first line that is none."""
    found: list[Named] = []
    for line in draft.chosen:
        one = named(line)
        if any(one.name == other.name for other in found):
            return tuple(
                found
            ), f"{one.name} is ticked twice: choose the address that is theirs now."
        found.append(one)
    for number, line in enumerate(draft.lines.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = named(line)
        except KnownError as error:
            return tuple(found), f"Line {number}: {error.text}. {error.hint}"
        if any(one.name == other.name for other in found):
            return tuple(found), f"Line {number}: {one.name} is there twice."
        found.append(one)
    return tuple(found), ""


def offered(draft: Draft, every: Sequence[Known]) -> tuple[Known, ...]:
    """Who of ``every`` rater known from before is to be ticked: not whose address is typed."""
    typed = {read_address(one.address) for one in raters(replace(draft, chosen=()))[0]}
    return tuple(one for one in every if read_address(one.address) not in typed)


def faults(draft: Draft) -> dict[str, str]:
    """What is wrong, by field: ``raters`` and ``due``; empty, when the files can be written."""
    some, wrong = raters(draft)
    if not wrong and len(some) < draft.per_response:
        named_ones = "1 rater is" if len(some) == 1 else f"{len(some)} raters are"
        wrong = f"{named_ones} named; each response goes to {draft.per_response}."
    found = {"raters": wrong, "due": due_fault(draft.due, local_now())}
    return {name: said for name, said in found.items() if said}


def ask_of(draft: Draft, assignment_ids: Sequence[str]) -> Ask:
    """What is asked for, for a draft without faults."""
    together = (*assignment_ids, *([draft.with_earlier] if draft.with_earlier else []))
    return Ask(together, raters(draft)[0], draft.per_response, draft.overlap, due_at(draft.due))
