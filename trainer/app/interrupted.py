"""Takes that a crash left open: found, repaired, offered, and kept or thrown away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trainer.app.paths import Home
from trainer.app.takes import Adoption
from trainer.app.work import Outcome
from trainer.domain.errors import KnownError
from trainer.domain.response import MUTED, Hole, Response, TakePlan
from trainer.media.held import Held, Source
from trainer.media.ports import Moment, Take
from trainer.store import responses
from trainer.store import takes as open_takes
from trainer.store.db import Log
from trainer.store.trouble import file_errors


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A recording that a crash left open: whose it is (None: not readable) and how long.

    ``begun`` is where the client ended in it, when that was on the disk; ``holes`` likewise.
    """

    response_id: str
    plan: TakePlan | None
    path: Path
    duration_s: float
    begun: open_takes.Begun | None = None
    holes: tuple[Hole, ...] = ()


def find(
    home: Home,
    left_open: Sequence[open_takes.OpenTake],
    trouble: Callable[[KnownError], None] = lambda _: None,
) -> tuple[Interrupted, ...]:
    """Repair and list takes that an earlier run never closed; those without sound are cleared away.

    ``left_open`` as ``tidy_up`` found them: what is being recorded meanwhile is not touched. What
    is wrong with one of them is told to ``trouble``, and hides none of the others.
    """
    found = []
    for take in left_open:
        try:
            one = _repaired(home, take)
        except KnownError as error:
            trouble(error)
        else:
            found += [one] if one else []
    return tuple(found)


def _repaired(home: Home, take: open_takes.OpenTake) -> Interrupted | None:
    """One take, repaired; None when it is no take, or was cleared away as one without sound."""
    from trainer.media.wav import repair

    sidecar = open_takes.sidecar_of(home.folder, take.response_id)
    length_s = 0.0
    if take.path.exists():
        if take.plan is None and take.path.suffix != ".wav":
            return None  # what a file manager leaves in every folder
        try:
            length_s = repair(take.path).duration_s
        except KnownError as error:  # not ours to delete
            hint = error.hint or "Move it to another folder, and you are not told again."
            raise KnownError(f"{error.text} ({take.path})", hint) from error
    elif open_takes.read_sidecar(sidecar)[1] is not None:
        raise KnownError(
            f"The sound of an interrupted recording is gone ({take.path})",
            f"Put it back there and open Attune again, or delete {sidecar}.",
        )
    if length_s <= 0:
        open_takes.discard_take(home.folder, take.response_id)
        return None
    return Interrupted(take.response_id, take.plan, take.path, length_s, take.begun, take.holes)


def sound_of(take: Interrupted) -> Source:
    """An interrupted take to be played, read whole: its file may be moved or deleted meanwhile."""
    with file_errors(take.path):
        return Held(take.path.name, take.path.read_bytes())


def keep(log: Log, take: Interrupted) -> Outcome[Response]:
    """Adopt an interrupted take into the log, marked as such.

    It gets the next number: another answer may have been given to the same client meanwhile.
    """
    from trainer.media.wav import read_format

    plan = take.plan
    if plan is None:
        raise KnownError(
            f"It is not known whose response this recording is ({take.path})",
            "The file stays where it is; play it with any program.",
        )
    form = read_format(take.path)
    # No holes may mean that they were not known yet.
    holes = _muted_to_the_end(take) or None
    closed = Take(take.path, take.duration_s, form.sample_rate, form.channels, holes)
    begun = take.begun
    end = Moment(begun.stimulus_end_s, begun.stimulus_end_error_s) if begun else None
    stopped_at_s = begun.stopped_at_s if begun else None
    ref = plan.vignette
    given = responses.next_attempt(log, plan.person_id, ref.pack, ref.vignette, plan.turn)
    plan = replace(plan, attempt=max(plan.attempt, given))
    return Adoption(plan, closed, "interrupted", end, stopped_at_s).run(log)


def _muted_to_the_end(take: Interrupted) -> tuple[Hole, ...]:
    """Its holes, of which a mute that lasted when it was interrupted has no length yet."""

    def ended(hole: Hole) -> Hole:
        if hole.kind != MUTED or hole.missing_s:
            return hole
        long_s = max(0.0, take.duration_s - hole.at_s)
        return replace(hole, missing_s=long_s, silence_s=long_s)

    return tuple(ended(hole) for hole in take.holes)


def discard(home: Home, take: Interrupted) -> None:
    """Delete an interrupted take, as the person asked."""
    open_takes.discard_take(home.folder, take.response_id)
