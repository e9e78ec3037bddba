"""How soon drift is seen and how often it is seen where there is none; who passes the gate.

``python -m tests.benchmarks.bench_drift --runs 1000``. Raters are made: a reference's score, a lean
of their own on each item (SD .15), what they make of the whole response (.25) and of each item
(.5), rounded and kept on the scale; so that they hit a reference in some 68 % and are within a
point of it in 99 %. They pass a gate of 12, 16 or 20 references, rate 20 hidden ones as before, and
from then on half a point more. A run ends with the first chart of four (mean, three items) that
flags. ``--plain`` shows what limits without allowance for a short baseline would do.
"""

import argparse
from math import sqrt
from statistics import fmean, median

import numpy as np

from trainer.app import drift, gate
from trainer.scoring import control
from trainer.scoring.closeness import Pair, closeness
from trainer.scoring.control import LAMBDA, L, control_chart

ITEMS = ("warmth", "repair", "metacommunication")
CALM, MOST = 20, 400
SHIFT = 0.5


class Rater:
    """One rater with a lean on each item; scores shape (responses, items)."""

    def __init__(self, rng: np.random.Generator, off: float = 0.5, halo: float = 0.25) -> None:
        self._rng, self._off, self._halo = rng, off, halo
        self._lean = rng.normal(0, 0.15, len(ITEMS))

    def rates(self, known: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
        whole = self._rng.normal(0, self._halo, (len(known), 1))
        each = self._rng.normal(0, self._off, known.shape)
        return np.clip(np.rint(known + self._lean + whole + each + more), 1, 5)


def references(rng: np.random.Generator, count: int) -> np.ndarray:
    """From weak to strong, in equal parts; items within a point of each other."""
    level = rng.permutation(np.resize(np.arange(1, 6), count))[:, None]
    return np.clip(level + rng.integers(-1, 2, (count, len(ITEMS))), 1, 5).astype(float)


def passes(known: np.ndarray, own: np.ndarray) -> bool:
    pairs = [
        [Pair(str(n), item, float(own[n, k]), float(known[n, k])) for n in range(len(known))]
        for k, item in enumerate(ITEMS)
    ]
    every = [one for item in pairs for one in item]
    found = [closeness(one) for one in (*pairs, every)]
    return all(gate.verdict("", "", one).passed for one in found)


def first_flag(base: np.ndarray, after: np.ndarray, *, plain: bool) -> int | None:
    """The place of the first hidden reference at which any chart flags."""
    rounded = sqrt(1 / 6)
    lean = float("inf") if plain else drift.LEAN
    found = []
    for before, new, least in (
        (base.mean(1), after.mean(1), rounded / sqrt(len(ITEMS))),
        *((base[:, k], after[:, k], rounded) for k in range(len(ITEMS))),
    ):
        chart = control_chart(before.tolist(), new.tolist(), least, lean)
        if chart is not None and chart.flagged is not None:
            found.append(chart.flagged)
    return min(found, default=None)


def run_lengths(count: int, runs: int, *, plain: bool, only_passed: bool = True) -> None:
    rng = np.random.default_rng(count)
    early, lengths, never = 0, [], 0
    done = 0
    while done < runs:
        rater, known = Rater(rng), references(rng, count)
        own = rater.rates(known)
        if only_passed and not passes(known, own):
            continue
        done += 1
        hidden = references(rng, CALM + MOST)
        more = np.where(np.arange(CALM + MOST) < CALM, 0.0, SHIFT)[:, None]
        flagged = first_flag(own - known, rater.rates(hidden, more) - hidden, plain=plain)
        if flagged is not None and flagged < CALM:
            early += 1
        elif flagged is None:
            never += 1
            lengths.append(MOST)
        else:
            lengths.append(flagged - CALM + 1)
    late = np.quantile(lengths, 0.9)
    print(
        f"gate of {count:2}: flagged falsely within {CALM}: {early / runs:5.1%}; after the shift "
        f"on average {fmean(lengths):5.1f} references, median {median(lengths):4.0f}, "
        f"9 in 10 by {late:4.0f}, within {MOST} not: {never}"
    )


def calm(count: int, runs: int, *, plain: bool) -> None:
    rng = np.random.default_rng(count + 1)
    flagged = {20: 0, 60: 0}
    for _ in range(runs):
        rater, known, hidden = Rater(rng), references(rng, count), references(rng, 60)
        base, after = rater.rates(known) - known, rater.rates(hidden) - hidden
        at = first_flag(base, after, plain=plain)
        for within in flagged:
            flagged[within] += at is not None and at < within
    said = ", ".join(f"{n / runs:.1%} within {within}" for within, n in flagged.items())
    print(f"gate of {count:2}: nobody drifts, falsely flagged: {said}")


def leans(count: int, runs: int) -> None:
    """How far raters lean whose gate said that they lean: why what is expected is nearer to 0."""
    rng = np.random.default_rng(5)
    said, true = [], []
    while len(said) < runs:
        rater, known = Rater(rng), references(rng, count)
        own = rater.rates(known)
        if passes(known, own):
            later = references(rng, 4000)
            said.append((own - known).mean(0))
            true.append((rater.rates(later) - later).mean(0))
    gate_said, lean = np.concatenate(said), np.concatenate(true)
    far = np.abs(gate_said) >= 0.3
    print(
        f"gate of {count:2}: a lean is {np.polyfit(gate_said, lean, 1)[0]:.2f} of what the gate "
        f"says; where it says .3 or more ({np.abs(gate_said[far]).mean():.2f} on average), it is "
        f"{(lean[far] * np.sign(gate_said[far])).mean():.2f}"
    )


def textbook(runs: int) -> None:
    """With centre and sigma known and normal values, a false alarm comes every 370 on average."""
    rng = np.random.default_rng(0)
    limit = L * sqrt(LAMBDA / (2 - LAMBDA))
    lengths = []
    for _ in range(runs):
        average, number = 0.0, 0
        while abs(average) <= limit:
            average = LAMBDA * rng.normal() + (1 - LAMBDA) * average
            number += 1
        lengths.append(number)
    error = float(np.std(lengths)) / sqrt(runs)
    print(f"textbook: lambda {LAMBDA}, L {L}: every {fmean(lengths):.0f} (+- {1.96 * error:.0f})")


def gates(runs: int) -> None:
    for off, halo, name in ((0.35, 0.2, "sure"), (0.5, 0.25, "able"), (0.8, 0.4, "rough")):
        rng = np.random.default_rng(7)
        shares = []
        for count in (12, 16, 20):
            passed = 0
            for _ in range(runs):
                known = references(rng, count)
                passed += passes(known, Rater(rng, off, halo).rates(known))
            shares.append(f"{count}: {passed / runs:4.0%}")
        known = references(rng, 20_000)
        apart = np.abs(Rater(rng, off, halo).rates(known) - known)
        print(
            f"{name:5} raters (exact {np.mean(apart == 0):.0%}, "
            f"within one {np.mean(apart <= 1):.0%}) pass a gate of {', '.join(shares)}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--plain", action="store_true")
    asked = parser.parse_args()
    if asked.plain:
        control._as_rare = lambda z, _freedom: z
        control._variance = lambda number, _: (
            LAMBDA / (2 - LAMBDA) * (1 - (1 - LAMBDA) ** (2 * number))
        )
    textbook(asked.runs)
    gates(max(50, asked.runs // 4))
    leans(16, asked.runs)
    for count in (12, 16, 20):
        calm(count, asked.runs, plain=asked.plain)
        run_lengths(count, asked.runs, plain=asked.plain)


if __name__ == "__main__":
    main()
