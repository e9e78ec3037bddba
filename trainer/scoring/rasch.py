"""The likelihood of many-facet Rasch models, its maximum, and what each response adds to it.

A cell is a rater on an item. Each has steps: ``step[cell, h]`` is where category h + 1 becomes as
likely as h. Responses are drawn from a normal distribution around 0 with ``spread`` as its SD
(logits), which is summed over equally spaced nodes. Steps are linear in the parameters, so rating
scale and partial credit models differ in ``Ratings.design`` alone.
Sources: Andrich 1978; Masters 1982; Linacre 1989; Bock & Aitkin 1981 (marginal likelihood); Louis
1982 (its second derivatives).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from trainer.scoring.table import Numbers, Places

_NODES, _MOST_NODES = 61, 301
_REACH = 5.0  # of the normal distribution, in SDs
_LOG_SPREAD = 4.0
_POLISH = 8
_FLAT = 1e-7
_SETTLED = 1e-9
NO_SPREAD = 0.05
"""Responses whose SD is less (logits) do not differ more than chance has them."""


@dataclass(frozen=True)
class Ratings:
    """Codes of each rating, shape (ratings,), and the design of the steps.

    ``design`` (cells, steps, parameters): what each parameter adds to each step of each cell.
    """

    response: Places
    cell: Places
    category: Places
    design: Numbers

    @property
    def categories(self) -> int:
        return int(self.design.shape[1]) + 1

    @cached_property
    def responses(self) -> int:
        return int(np.max(self.response)) + 1

    @cached_property
    def counts(self) -> Any:
        """Sparse: how often each response has each category of each cell (1 or 0)."""
        from scipy.sparse import csr_array

        place = self.cell * self.categories + self.category
        width = len(self.design) * self.categories
        shape = (self.responses, width)
        return csr_array((np.ones(len(place)), (self.response, place)), shape=shape)


@dataclass(frozen=True)
class At:
    """The model at one set of parameters (all but the last: of the steps; last: log spread)."""

    ratings: Ratings
    parameters: Numbers
    nodes: int

    @cached_property
    def node(self) -> Numbers:
        """Where responses may lie (logits), shape (nodes,)."""
        log_spread = np.clip(self.parameters[-1], -_LOG_SPREAD, _LOG_SPREAD)
        return np.asarray(np.exp(log_spread) * self._standard, np.float64)

    @cached_property
    def _standard(self) -> Numbers:
        return np.linspace(-_REACH, _REACH, self.nodes)

    @cached_property
    def step(self) -> Numbers:
        """The steps of each cell (logits), shape (cells, steps)."""
        return np.asarray(self.ratings.design @ self.parameters[:-1], np.float64)

    @cached_property
    def log_chance(self) -> Numbers:
        """Of each category of each cell at each node, shape (nodes, cells, categories)."""
        return log_chances(self.node, self.step)

    @cached_property
    def chance(self) -> Numbers:
        return np.exp(self.log_chance)

    @cached_property
    def _joint(self) -> tuple[Numbers, Numbers]:
        """Posterior (responses, nodes) and log likelihood of each response."""
        flat = self.log_chance.reshape(self.nodes, -1).T
        prior = -(self._standard**2) / 2
        log = self.ratings.counts @ flat + (prior - np.log(np.sum(np.exp(prior))))
        top = log.max(axis=1, keepdims=True)
        weight = np.exp(log - top)
        whole = weight.sum(axis=1, keepdims=True)
        return weight / whole, (top + np.log(whole))[:, 0]

    @property
    def posterior(self) -> Numbers:
        """How likely each node is for each response, shape (responses, nodes)."""
        return self._joint[0]

    @property
    def log_likelihood(self) -> float:
        return float(self._joint[1].sum())

    @cached_property
    def expected(self) -> Numbers:
        """How many ratings of each kind at each node, shape (nodes, cells, categories)."""
        found = (self.ratings.counts.T @ self.posterior).T
        return np.asarray(found.reshape(self.chance.shape), np.float64)

    @cached_property
    def beyond(self) -> Numbers:
        """The chance to be at or past each step, shape (nodes, cells, steps)."""
        return _beyond(self.chance)

    def gradient(self) -> Numbers:
        """Of the log likelihood, shape (parameters,)."""
        count = self.expected.sum(axis=2, keepdims=True)
        over = _beyond(self.expected) - count * self.beyond
        steps = -np.tensordot(over.sum(axis=0), self.ratings.design, 2)
        return np.append(steps, np.sum(over.sum(axis=(1, 2)) * self.node))

    def information(self) -> tuple[Numbers, Numbers]:
        """Minus the second derivatives, and each response's gradient (responses, parameters)."""
        size = len(self.parameters)
        information = np.zeros((size, size))
        scores = np.zeros((self.ratings.responses, size))
        passed = np.tri(self.ratings.categories, k=-1)[:, :-1]  # [category, step]
        information[-1, -1] -= self.gradient()[-1]
        for q, node in enumerate(self.node):
            slope = np.concatenate(
                [-self.ratings.design, np.full((*self.step.shape, 1), node)], axis=2
            )
            over = passed[None] - self.beyond[q][:, None, :]
            each = np.einsum("ckh,chp->ckp", over, slope).reshape(-1, size)
            single = self.ratings.counts @ each
            weight = self.posterior[:, q, None]
            information -= single.T @ (weight * single)
            scores += weight * single
            between = self._covariance(q) * self.expected[q].sum(axis=1)[:, None, None]
            information += np.einsum("chp,chi,cir->pr", slope, between, slope, optimize=True)
        return information + scores.T @ scores, scores

    def _covariance(self, q: int) -> Numbers:
        """Of having passed each two steps of each cell at a node, shape (cells, steps, steps)."""
        past = self.beyond[q]
        index = np.arange(past.shape[1])
        both = past[:, np.maximum(index[:, None], index[None, :])]
        return np.asarray(both - past[:, :, None] * past[:, None, :], np.float64)


def _beyond(amount: Numbers) -> Numbers:
    """The sum of all categories from each step on."""
    return np.asarray(np.cumsum(amount[..., ::-1], axis=-1)[..., ::-1][..., 1:], np.float64)


def log_chances(at: Numbers, step: Numbers) -> Numbers:
    """Log chance of each category, shape (places, cells, categories), from steps (cells, steps)."""
    steps = step.shape[1]
    passed = np.concatenate([np.zeros((len(step), 1)), np.cumsum(step, axis=1)], axis=1)
    raw = at[:, None, None] * np.arange(steps + 1) - passed[None]
    top = raw.max(axis=2, keepdims=True)
    return np.asarray(raw - top - np.log(np.exp(raw - top).sum(axis=2, keepdims=True)), np.float64)


@dataclass(frozen=True, slots=True)
class Model:
    """The maximum: where it is, minus the second derivatives there, and responses' gradients."""

    at: At
    inverse: Numbers
    scores: Numbers

    @property
    def spread(self) -> float:
        return float(np.exp(self.at.parameters[-1]))


def fit_model(ratings: Ratings, start: Numbers) -> Model | None:
    """The maximum of the marginal likelihood from ``start``; None where there is none."""
    parameters, nodes = _climb(ratings, start, _NODES), _NODES
    needed = _nodes_for(At(ratings, parameters, nodes))
    if needed > nodes:
        parameters, nodes = _climb(ratings, parameters, needed), needed
    # Responses that do not differ at all have no log spread: it is held where it hardly counts.
    free = len(parameters) - int(parameters[-1] < np.log(NO_SPREAD))
    parameters[-1] = max(parameters[-1], np.log(NO_SPREAD / 2))
    for _ in range(_POLISH):
        at = At(ratings, parameters, nodes)
        information, scores = at.information()
        if not _is_maximum(at, information[:free, :free]):
            return None
        inverse = np.zeros_like(information)
        inverse[:free, :free] = np.linalg.inv(information[:free, :free])
        move = inverse @ at.gradient()
        if move @ information @ move < _SETTLED * ratings.responses:
            return Model(at, inverse, scores)
        parameters = parameters + move
    return None


def _climb(ratings: Ratings, start: Numbers, nodes: int) -> Numbers:
    from scipy.optimize import minimize

    def downhill(parameters: Numbers) -> tuple[float, Numbers]:
        at = At(ratings, parameters, nodes)
        return -at.log_likelihood / ratings.responses, -at.gradient() / ratings.responses

    found = minimize(downhill, start, jac=True, method="BFGS", options={"gtol": 1e-5})
    return np.asarray(found.x, np.float64)


def _nodes_for(at: At) -> int:
    """How many nodes it takes for them to lie no farther apart than a response is known."""
    mean = at.posterior @ at.node
    variance = at.posterior @ at.node**2 - mean**2
    known = max(float(np.median(np.sqrt(np.maximum(variance, 0)))), 1e-3)
    return int(min(max(2 * np.ceil(at.node[-1] / known) + 1, _NODES), _MOST_NODES))


def _is_maximum(at: At, information: Numbers) -> bool:
    if abs(at.parameters[-1]) >= _LOG_SPREAD or not np.isfinite(information).all():
        return False
    return bool(np.linalg.eigvalsh(information)[0] > _FLAT * at.ratings.responses)
