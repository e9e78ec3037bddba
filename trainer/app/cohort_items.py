"""From the columns of a cohort to each item's table of ratings; for the process that counts."""

from collections.abc import Iterator, Sequence

import numpy as np

from trainer.app.cohort_material import Material
from trainer.scoring.cohort_table import Rated
from trainer.scoring.names import in_order
from trainer.scoring.table import Facet, ItemScores, Numbers, Places


def rated_items(material: Material) -> Iterator[Rated]:
    """Every item, in the rubric's order, with what raters and trainees gave on it."""
    known = [one.id for one in material.rubric.items] if material.rubric else []
    order = sorted(
        range(len(material.items)),
        key=lambda at: (
            known.index(material.items[at]) if material.items[at] in known else len(known), at
        ),
    )  # fmt: skip
    scores = material.scores
    response, rater, item = (
        np.array(one, np.intp) for one in (scores.response, scores.rater, scores.item)
    )
    points, own = np.array(scores.points, np.float64), np.array(scores.own, np.bool_)
    for at in order:
        mine = np.flatnonzero(item == at)
        given = _newest(mine[~own[mine]], response, rater)
        theirs = _newest(mine[own[mine]], response, rater)
        yield _rated(
            material, material.items[at],
            (response[given], rater[given], points[given]), (response[theirs], points[theirs]),
        )  # fmt: skip


def _newest(rows: Places, response: Places, rater: Places) -> Places:
    """Of each rater's scores of a response the last one: a round may have asked for it again."""
    if not len(rows):
        return rows
    pair = response[rows] * (int(rater.max()) + 2) + rater[rows]
    _, first = np.unique(pair[::-1], return_index=True)
    return np.asarray(np.sort(rows[len(rows) - 1 - first]), np.intp)


def _rated(
    material: Material,
    item: str,
    given: tuple[Places, Places, Numbers],
    own: tuple[Places, Numbers],
) -> Rated:
    applies = ~np.isnan(given[2])
    response, rater, points = given[0][applies], given[1][applies], given[2][applies]
    used = np.unique(response)
    responses = [material.responses[at] for at in used]
    place = np.searchsorted(used, response)
    trainee = _facet([one.code for one in responses])
    client = _facet([one.client for one in responses])
    scores = ItemScores(
        item, points, Facet(tuple(str(at) for at in used), place),
        _among([material.called[one] for one in material.raters], rater),
        Facet(trainee.names, trainee.codes[place]), Facet(client.names, client.codes[place]),
    )  # fmt: skip
    every = np.full(len(material.responses), np.nan)
    every[own[0]] = own[1]
    scale = material.rubric.scale if material.rubric else None
    return Rated(
        scores, np.array([one.later for one in responses], np.bool_), every[used],
        _forms(material), 0.5 if scale and scale.half_points else 1.0,
    )  # fmt: skip


def _forms(material: Material) -> tuple[dict[str, str], dict[str, str]]:
    """The form of each code, at the first occasion and at the second."""
    first, last = (
        {each.code: each.form for each in one.enrolled}
        for one in (material.before or material.now, material.now)
    )
    return first, last


def _facet(names: list[str]) -> Facet:
    """Numbered in the order in which people read them."""
    order = {name: code for code, name in enumerate(in_order(set(names)))}
    return Facet(tuple(order), np.array([order[name] for name in names], np.intp))


def _among(names: Sequence[str], codes: Places) -> Facet:
    """Those of ``names`` that occur, numbered anew."""
    used, place = np.unique(codes, return_inverse=True)
    return Facet(tuple(names[one] for one in used), np.asarray(place, np.intp))
