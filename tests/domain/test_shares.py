"""Who rates what: everybody comparable, nobody with much more than others."""

from collections import Counter

import pytest

from trainer.domain.errors import KnownError
from trainer.domain.shares import ToRate, allocate, groups


def cohort(trainees: int, vignettes: int) -> list[ToRate]:
    return [
        ToRate(f"r{t}-{v}", f"t{t}", f"v{v}") for t in range(trainees) for v in range(vignettes)
    ]


@pytest.mark.parametrize(
    ("trainees", "vignettes", "raters", "per_response", "overlap"),
    [(3, 8, 3, 1, 0.0), (3, 8, 3, 2, 0.0), (12, 8, 5, 1, 0.25), (7, 3, 4, 2, 0.5),
     (40, 4, 10, 1, 0.1), (5, 1, 5, 1, 0.0), (2, 2, 2, 2, 1.0), (30, 2, 7, 3, 0.0)],
)  # fmt: skip
def test_a_design_is_connected_even_and_as_asked(
    trainees, vignettes, raters, per_response, overlap
):
    every = cohort(trainees, vignettes)
    names = [f"rater{n}" for n in range(raters)]
    shares = allocate(every, names, per_response, overlap, "seed")
    assert len(groups(shares)) == 1
    sizes = [len(given) for given in shares.values()]
    assert max(sizes) - min(sizes) <= 1
    times = Counter(response for given in shares.values() for response in given)
    assert set(times) == {one.response_id for one in every}
    assert set(times.values()) <= {per_response, per_response + 1}
    assert sum(n > per_response for n in times.values()) >= (
        0 if per_response == raters else overlap * len(every)
    )
    assert all(len(set(given)) == len(given) for given in shares.values())


def test_each_rater_hears_of_each_trainee_and_client_as_much_as_of_the_others():
    every = cohort(20, 8)
    of = {one.response_id: one for one in every}
    shares = allocate(every, ["a", "b", "c", "d"], 2, 0.0, "seed")
    for given in shares.values():
        clients = Counter(of[one].vignette for one in given)
        trainees = Counter(of[one].trainee for one in given)
        assert max(clients.values()) - min(clients.values()) <= 4
        assert max(trainees.values()) <= 6
        assert len(trainees) == 20


def test_the_same_seed_draws_the_same_and_another_one_another():
    every = cohort(6, 4)
    first = allocate(every, ["a", "b", "c"], 1, 0.3, "x")
    assert allocate(every, ["a", "b", "c"], 1, 0.3, "x") == first
    assert allocate(every, ["a", "b", "c"], 1, 0.3, "y") != first


def test_nobody_rates_themselves():
    every = cohort(4, 3)
    own = {f"rater{n}": {f"t{n}"} for n in range(4)}
    shares = allocate(every, list(own), 2, 0.0, "seed", own)
    for rater, given in shares.items():
        assert not [one for one in given if one.startswith(rater.replace("rater", "r") + "-")]
    assert len(groups(shares)) == 1


@pytest.mark.parametrize(
    ("responses", "raters", "per_response", "overlap", "said"),
    [([], ["a"], 1, 0.0, "nothing to give"), (cohort(1, 1), ["a", "a"], 1, 0.0, "named twice"),
     (cohort(1, 1), ["a"], 2, 0.0, "cannot be had"), (cohort(1, 1), ["a"], 0, 0.0, "cannot be had"),
     (cohort(1, 1), ["a"], 1, 1.5, "from 0 to 1")],
)  # fmt: skip
def test_what_cannot_be_is_told(responses, raters, per_response, overlap, said):
    with pytest.raises(KnownError, match=said):
        allocate(responses, raters, per_response, overlap, "seed")


def test_raters_who_are_the_only_trainees_cannot_be_compared():
    every = [ToRate("r0", "t0", "v0"), ToRate("r1", "t1", "v0")]
    with pytest.raises(KnownError, match="cannot be compared"):
        allocate(every, ["a", "b"], 1, 0.0, "seed", {"a": {"t0"}, "b": {"t1"}})


def test_those_who_share_nothing_are_apart():
    apart = groups({"a": ["1", "2"], "b": ["2", "3"], "c": ["4"], "d": []})
    assert sorted(map(sorted, apart)) == [["a", "b"], ["c"], ["d"]]
