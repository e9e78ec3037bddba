"""Shares that came: a rater's file is taken in, and becomes a round that can be begun."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trainer.app import queue, shared_sounds, travelling
from trainer.app.kept_back import to_come
from trainer.app.keys import public_halves
from trainer.app.library import Library
from trainer.app.on_record import TILL_TESTED, is_among
from trainer.app.paths import Home
from trainer.app.queue import Candidate
from trainer.app.share_packed import FILMS, SOUNDS
from trainer.app.work import OnLog, Outcome
from trainer.domain import share as rules
from trainer.domain.changes import Changes
from trainer.domain.counted import by_count, counted
from trainer.domain.errors import KnownError
from trainer.domain.rounds import LIVES, MARKERS, Round
from trainer.domain.rubric import Rubric, RubricRef
from trainer.domain.share import Share, SharedItem
from trainer.exchange.bundle import Bundle, refusal
from trainer.store import files, forget, ratings, rounds, sealed
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.put_away import is_away
from trainer.store.shares import ShareRow
from trainer.store.takes import shared_folder


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a share: from whom it is, and how many responses are in it."""

    program: str
    responses: int
    new: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """A share on a rater's desk. ``rated`` counts its responses with a rating of theirs.

    ``unsent`` counts ratings and comments that are in no file yet; ``round_id`` is the newest round
    of it that was not put away, None where there is none. ``notes`` are to be said of clients and
    rubric. ``lost`` counts sounds that are not there any more.
    """

    id: str
    program: str
    due_at: datetime | None
    rubric: RubricRef
    responses: int
    rated: int
    unsent: int
    sent_at: datetime | None
    round_id: str | None
    lost: int
    notes: tuple[str, ...]


def take_in(
    home: Home, log: OnLog, found: Bundle, place: Path, step: Callable[[int], None]
) -> Outcome[TakenIn]:
    """Keep a share that came as a file, with its sounds, encrypted where the folder is locked.

    Taken in again it brings back sounds that are gone. KnownError: not for this data folder, not
    signed by the program it names, given out from here, or not what it says it is.
    """
    share, made = rules.read_share(found.manifest.facts.get("share")), travelling.made_at(found)

    def look(log: Log) -> tuple[ShareRow | None, list[SharedItem]]:
        marks = forget.marks(log)
        items = [one for one in share.items if forget.mark_of(one.code) not in marks]
        return _checked(log, found, share), items

    def keep(log: Log) -> Outcome[TakenIn]:
        known, still = look(log)  # once more: others had their turn since
        document = {**rules.as_document(share), "items": []}
        row = ShareRow(found.manifest.id, False, None, document, str(found.signed_by), made)
        rows.add_share(log, row, {one.code: (one.code, rules.as_item(one)) for one in still})
        gone = len(share.items) - len(still)
        notes = (_forgotten(gone),) if gone else ()
        stay = {one.code for one in still}
        shared_sounds.remove(home.folder, [one for one in items if one.code not in stay])
        done = TakenIn(share.program, len(still), known is None, notes)
        return Outcome(done, Changes.RATINGS)

    _, items = log(look)
    _adopt(home, found, items, place, step)
    return log(keep)


def came(log: Log, library: Library, rater_id: str) -> tuple[Came, ...]:
    """Every share that came, those with something to rate first, then by their dates."""
    found = [_came(log, library, one, rater_id) for one in rows.shares(log, mine=False)]
    return tuple(sorted(found, key=lambda one: (one.rated == one.responses, _due(one))))


def find(log: Log, library: Library, rater_id: str, share_id: str) -> Came:
    """One of them; KnownError when there is none."""
    for one in came(log, library, rater_id):
        if one.id == share_id:
            return one
    raise KnownError(f"There is no share {share_id} here", "'attune import FILE' takes one in.")


def candidates(log: Log, home: Home, library: Library, share_id: str) -> tuple[Candidate, ...]:
    """What there is to rate in a share, for ``calibration.begin_live``; without what is lost."""
    items = items_of(log, share_id)
    there = [one for one in items if shared_sounds.lie_there(home.folder, one)]
    if items and not there:
        raise KnownError(
            "The sounds of this share are not there any more", "Take its file in once more."
        )
    return tuple(queue.of_share(home, library, one) for one in there)


def rubric_of(library: Library, one: Came) -> Rubric:
    """The rubric that a share is rated on; KnownError when the library lacks it."""
    for rubric in library.rubrics:
        if rubric.ref == one.rubric:
            return rubric
    raise KnownError(_no_rubric(one.rubric), "Ask the program for the pack that has it.")


def items_of(log: Log, share_id: str) -> tuple[SharedItem, ...]:
    """The responses of a share that came."""
    return tuple(rules.read_item(facts) for facts in rows.facts_of(log, share_id).values())


def said_on(log: Log, share_id: str, rater_id: str) -> tuple[str, ...]:
    """The ids of all ratings and comments that a rater has given on a share so far."""
    codes = json.dumps(sorted(rows.codes_of(log, share_id)))
    found = log.rows(
        """SELECT t.id FROM json_each(:codes) w CROSS JOIN ratings t ON t.response_id = w.value
        JOIN rounds n ON n.id = t.round_id AND n.kind IN (SELECT value FROM json_each(:kinds))
        WHERE t.rater_id = :rater AND t.role = 'supervisor'
        UNION ALL SELECT c.id FROM json_each(:codes) w
        CROSS JOIN comments c ON c.response_id = w.value
        WHERE c.rater_id = :rater AND c.marker IN (SELECT value FROM json_each(:markers))""",
        {
            "codes": codes,
            "rater": rater_id,
            "kinds": json.dumps(LIVES),
            "markers": json.dumps(("", *MARKERS)),
        },
    )
    return tuple(row["id"] for row in found)


# Inside


def _checked(log: Log, found: Bundle, share: Share) -> ShareRow | None:
    """The same share where it came before; KnownError when it is not one for this folder."""
    if share.to not in public_halves(log):
        raise KnownError(
            f"This share was written for somebody else and sent on: {found.path}",
            "Nothing was changed. Ask the program for one that is written for you.",
        )
    if found.signed_by != share.signs_as:
        raise KnownError(
            f"This share was not signed by the program that it names: {found.path}",
            "Nothing was changed. Ask the program whether the file is theirs.",
        )
    known = rows.find_share(log, found.manifest.id)
    codes = [one.code for one in share.items]
    if known is not None and (known.mine or known.signed_by != found.signed_by):
        raise refusal(found.path, "it was given out from here, or is not the one that came before")
    if known is None and rows.taken_codes(log, codes):
        raise refusal(found.path, "its responses came with another share")
    names = {f"{SOUNDS}/{one.sound_name}" for one in share.items}
    names |= {f"{FILMS}/{one.film_name}" for one in share.items if one.film}
    members = {member.name: member for member in found.manifest.members}
    if set(members) != names or any(
        members[f"{SOUNDS}/{one.sound_name}"].sha256 != one.sha256 for one in share.items
    ):
        raise refusal(found.path, "its files are not those of its responses")
    return known


def _adopt(
    home: Home, found: Bundle, items: Sequence[SharedItem], place: Path, step: Callable[[int], None]
) -> None:
    """The files of these to their places; KnownError when one is damaged, and none is there then.

    All are read before the first is moved.
    """
    shared_folder(home.folder).mkdir(parents=True, exist_ok=True)
    members = {Path(member.name).name: member for member in found.manifest.members}
    moves: dict[Path, Path] = {}  # where to, and what
    for one in items:
        wanted = {one.sound_name: shared_sounds.sound_path(home.folder, one)}
        if one.film is not None:
            wanted[one.film_name] = shared_sounds.film_path(home.folder, one)
        for name, target in wanted.items():
            if sealed.stored(target).exists():
                continue
            source = place / name
            if not found.take_out(members[name], source, step, sync=False):  # before it is kept
                raise refusal(found.path, f"{name} is damaged")
            if home.key is not None:
                source, target = sealed.seal(source, home.key), sealed.sealed_name(target)
            moves[target] = source
    files.move_all(moves)


def _came(log: Log, library: Library, one: ShareRow, rater_id: str) -> Came:
    share = rules.read_facts(one.document)
    items = items_of(log, one.id)
    codes = {item.code for item in items}
    files_sent = [f for f in rows.returned(log, one.id, mine=True) if f.rater_id == rater_id]
    sent = {each for file in files_sent for each in file.document["sent"]}
    listed = _listed(log, rater_id)
    other = rows.begun_by_other(log, codes, rater_id)
    begun = () if other is None else (f"{other} has begun with it: it is theirs to rate",)
    of = next((r for r in listed if codes & {place.response_id for place in r.places}), None)
    rated, ahead = ratings.rated_of(log, rater_id, codes), to_come(log, rater_id)
    kept = {item.code for item in items if is_among(item.vignette, ahead)} - rated
    placed = codes & {place.response_id for each in listed for place in each.places}
    if placed <= rated and codes - placed - kept:
        of = None  # what was left out of it for a test can be begun with now
    return Came(
        one.id, share.program, share.due_at, share.rubric, len(items),
        len(rated),
        len(set(said_on(log, one.id, rater_id)) - sent),
        files_sent[-1].made_at if files_sent else None, of.id if of else None,
        sum(not shared_sounds.lie_there(log.folder, item) for item in items),
        (*begun, *_notes(library, share.rubric, items), *_left_out(len(kept))),
    )  # fmt: skip


def _listed(log: Log, rater_id: str) -> tuple[Round, ...]:
    """A rater's rounds of rating others that were not put away, newest first."""
    every = rounds.rounds_of(log, rater_id)
    return tuple(one for one in every if one.kind in LIVES and not is_away(log, one.id))


def _notes(library: Library, rubric: RubricRef, items: Sequence[SharedItem]) -> tuple[str, ...]:
    notes = []
    if all(one.ref != rubric for one in library.rubrics):
        notes.append(_no_rubric(rubric))
    refs = dict.fromkeys(item.vignette for item in items)
    known = {ref: library.vignette(ref.pack, ref.vignette) for ref in refs}
    missing = sum(one is None for one in known.values())
    other = sum(one is not None and one.ref != ref for ref, one in known.items())
    of = counted(len(refs), "client")
    if missing:
        notes.append(
            f"{missing} of its {of} {by_count(missing, 'is', 'are')} not in your library: not heard"
        )
    if other:
        notes.append(
            f"{other} of its {of} {by_count(other, 'is', 'are')} in another version in your library"
        )
    return tuple(notes)


def _forgotten(count: int) -> str:
    stay = by_count(count, "was forgotten here, and stays", "were forgotten here, and stay")
    return f"{counted(count, 'response')} {stay} away"


def _left_out(count: int) -> tuple[str, ...]:
    return (f"{count} of its responses: {TILL_TESTED}",) if count else ()


def _no_rubric(ref: RubricRef) -> str:
    return f"Version {ref.version} of the rubric {ref.rubric} is not in your library"


def _due(one: Came) -> float:
    return one.due_at.timestamp() if one.due_at else float("inf")
