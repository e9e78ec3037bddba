"""The feedback report of one trainee: suggested, edited by the supervisor, written.

What is typed is kept at every key and stands in the report as it was typed; what was not touched
follows the ratings, whenever it is read again.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trainer import __version__
from trainer.app.consensus import keep_seen
from trainer.app.desk import Desk
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.report import WritePdf, check_outside, safe_name, write_both
from trainer.app.settings import Settings
from trainer.app.trainee_material import (
    Material,
    RatedResponse,
    find_trainee,
    read_material,
)
from trainer.app.trainee_words import (
    SLOTS,
    STRONGEST,
    TO_WORK_ON,
    TYPICAL,
    Suggested,
    paragraph,
    suggested,
    why,
)
from trainer.domain.ids import local_now
from trainer.exchange.trainee_report import (
    Answer,
    ItemFigures,
    QuotedMoment,
    TraineeReport,
    render_html,
)
from trainer.store import drafts
from trainer.store.db import Log, open_log

if TYPE_CHECKING:  # it brings what would hold up a window that only shows the words
    from trainer.scoring.profile import ItemProfile, Profile

HEADS = {
    STRONGEST: "Your strongest moment",
    TYPICAL: "A typical answer of yours",
    TO_WORK_ON: "The one to work on",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the supervisor changed; None, or not in it: as suggested.

    ``texts`` are by response, ``chosen`` maps slots to responses (empty: none in this slot), and
    ``left_out`` are comments (ids) that are not quoted.
    """

    opening: str | None = None
    practise: str | None = None
    closing: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report in the making: what it rests on, the figures, what is suggested, what was typed."""

    material: Material
    profile: "Profile"
    suggested: Suggested
    draft: Draft

    def response(self, slot: str) -> RatedResponse | None:
        """The answer in a slot."""
        chosen = self.draft.chosen.get(slot, self.suggested.chosen[slot])
        return self.material.response(chosen)

    def is_suggested(self, slot: str) -> bool:
        """Whether the answer in a slot is the one the rule chose."""
        one = self.response(slot)
        return one is not None and one.response_id == self.suggested.chosen[slot]

    def suggested_text(self, slot: str) -> str:
        """What would stand there if nothing was typed; empty where there is no answer."""
        one = self.response(slot)
        if one is None:
            return ""
        as_suggested = self.is_suggested(slot)
        return paragraph(slot, one, self.material, self.profile, as_suggested=as_suggested)

    def text(self, slot: str) -> str:
        """What stands there."""
        one = self.response(slot)
        if one is None:
            return ""
        return self.draft.texts.get(one.response_id, self.suggested_text(slot))

    def part(self, name: str) -> str:
        """``opening``, ``practise`` or ``closing`` as it stands."""
        typed = getattr(self.draft, name)
        return str(getattr(self.suggested, name) if typed is None else typed)


def sheet(material: Material, draft: Draft) -> Sheet:
    """Work the figures out; some tenths of a second the first time, so not for a window's thread.

    What a draft says of responses that are not rated any more is left alone, and not shown.
    """
    from trainer.scoring.profile import profile

    found = profile(material.marks, material.person_id)
    known = {one.response_id for one in material.responses} | {""}
    chosen = {slot: one for slot, one in draft.chosen.items() if one in known and slot in SLOTS}
    return Sheet(material, found, suggested(material, found), replace(draft, chosen=chosen))


def read_later(
    desk: Desk,
    person_id: str,
    done: Callable[[Sheet], None],
    failed: Callable[[Exception], None],
    alive: Callable[[], bool],
) -> None:
    """Read on the log's thread, work out apart, give ``done`` the sheet.

    That what others gave was seen is kept, as in a discussion.
    """
    viewer = desk.settings.text("person")

    def read(log: Log) -> tuple[Material, Draft]:
        found = read_material(log, desk.home, desk.library, person_id, viewer)
        keep_seen(log, viewer, (one.response_id for one in found.responses))
        return found, draft_of(log, found)

    desk.runner.database(
        read,
        lambda both: desk.runner.apart(partial(sheet, *both), done, failed, alive),
        failed,
        alive,
    )


# The draft


def keep_draft(log: Log, material: Material, draft: Draft) -> None:
    """Keep what was changed so far, at every key."""
    drafts.save_draft(log, _key(material), asdict(draft))


def draft_of(log: Log, material: Material) -> Draft:
    """What was changed before the window was left."""
    found = drafts.draft(log, _key(material)) or {}

    def text(name: str) -> str | None:
        value = found.get(name)
        return value if isinstance(value, str) else None

    def texts(name: str) -> dict[str, str]:
        value = found.get(name)
        every = value.items() if isinstance(value, dict) else ()
        return {key: one for key, one in every if isinstance(one, str)}

    left_out = found.get("left_out")
    return Draft(
        text("opening"), text("practise"), text("closing"), texts("texts"), texts("chosen"),
        tuple(map(str, left_out)) if isinstance(left_out, list) else (),
    )  # fmt: skip


def keep_last(log: Log, viewer: str, person_id: str) -> None:
    """Keep whose report ``viewer`` is working on; it goes when that person is forgotten."""
    drafts.save_draft(log, _last_key(viewer), {"person": person_id})


def last_of(log: Log, viewer: str) -> str:
    """Whose report ``viewer`` worked on last (id); empty: nobody's."""
    return str((drafts.draft(log, _last_key(viewer)) or {}).get("person") or "")


def _last_key(viewer: str) -> str:
    return f"trainee-report-last:{viewer}"


def _key(material: Material) -> str:
    ref = material.rubric.ref
    return f"trainee-report:{material.person_id}:{ref.pack}:{ref.rubric}:{ref.version}"


# Writing


def trainee_report(home: Home, person: str, out: Path, write_pdf: WritePdf) -> dict[str, Path]:
    """Write one trainee's report, as it was edited, into ``out``; its files by html and pdf.

    ``person`` is an id or a name. KnownError: as ``read_edited``; ``out`` lies in a locked data
    folder.
    """
    check_outside(home, out)
    return write_sheet(sheet(*read_edited(home, person)), out, write_pdf)


def read_edited(home: Home, person: str, library: Library | None = None) -> tuple[Material, Draft]:
    """What one trainee's report rests on, and what was changed in it; ``library``: one read before.

    ``person`` is an id or a name. KnownError: nobody or more than one is called so, nothing of
    theirs was rated, whoever uses this computer has still to rate some of it. That what others gave
    was seen is kept, as in a discussion.
    """
    library = library or load_library(pack_folders(home))
    viewer = Settings(home.settings_file).text("person")
    log = open_log(home.folder, home.key, read_only=True)
    try:
        material = read_material(log, home, library, find_trainee(log, person), viewer)
        draft = draft_of(log, material)
    finally:
        log.close()
    log = open_log(home.folder, home.key)
    try:
        keep_seen(log, viewer, (one.response_id for one in material.responses))
    finally:
        log.close()
    return material, draft


def write_sheet(
    of: Sheet, out: Path, write_pdf: WritePdf, filed_as: str = "", beside: str = ""
) -> dict[str, Path]:
    """Write page and paper under one name into the folder ``out``, both or neither.

    ``filed_as`` and ``beside`` stand in the files' names, as ``file_stem`` says (default: what the
    trainee is called).
    """
    report = make_report(of)
    stem = file_stem(filed_as or report.person, report.made_at.date(), beside)
    return write_both(stem, partial(render_html, report), out, write_pdf)


def file_stem(person: str, day: date, beside: str = "") -> str:
    """``attune-feedback-<person>-<day>``, safe as a file's name.

    With two hyphens and what is ``beside`` (safe already) before the day: whose it is ends there.
    """
    of = safe_name(person, "trainee")
    return f"attune-feedback-{of}{f'--{beside}' if beside else ''}-{day.isoformat()}"


def make_report(of: Sheet) -> TraineeReport:
    """All that the report says."""
    material = of.material
    days = sorted(one.at for one in material.responses if one.at is not None)
    answers = [_answer(of, slot, one) for slot in SLOTS if (one := of.response(slot)) is not None]
    return TraineeReport(
        person=material.name,
        rubric=material.rubric,
        opening=of.part("opening"),
        items=tuple(
            _figures(of, item.id) for item in material.rubric.items if item.id in of.profile.items
        ),
        answers=tuple(answers),
        practise=of.part("practise"),
        closing=of.part("closing"),
        raters=material.raters,
        responses=len(material.responses),
        clients=len({one.ref.vignette if one.ref else one.response_id
                     for one in material.responses}),
        pairs=of.profile.pairs,
        within_one=of.profile.within_one,
        blind=material.blind,
        synthetic=any(one.synthetic for one in material.responses),
        other_rubrics=material.other_rubrics,
        rated_in_all=len({mark.response for mark in material.marks}),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        response_ids=tuple(one.response_id for one in material.responses),
        made_at=local_now(),
        attune_version=__version__,
    )  # fmt: skip


def _figures(of: Sheet, item_id: str) -> ItemFigures:
    one: ItemProfile = of.profile.items[item_id]
    mean, gap = one.mean, one.gap
    return ItemFigures(
        of.material.rubric.item(item_id), mean.value if mean else None,
        mean.low if mean else None, mean.high if mean else None,
        one.responses, one.clients, one.raters, one.fair, one.own, one.others,
        gap.value if gap else None, gap.low if gap else None, gap.high if gap else None,
        one.pairs, one.agreed, one.agreed_on,
    )  # fmt: skip


def _answer(of: Sheet, slot: str, one: RatedResponse) -> Answer:
    as_suggested, only = of.is_suggested(slot), len(of.material.responses) == 1
    return Answer(
        "Your answer" if only else HEADS[slot],
        why(slot, one, of.material, of.profile, as_suggested=as_suggested),
        one.client, one.title, one.at, one.means, one.raters, one.agreed, one.outdated,
        of.text(slot),
        tuple(
            QuotedMoment(quote.at_s, quote.text, quote.marker)
            for quote in one.quotes
            if quote.id not in of.draft.left_out
        ),
        one.from_client_end,
    )  # fmt: skip
