"""Both shapes of a report: the page for a screen and the one for paper."""

import pytest


@pytest.fixture(params=[False, True], ids=["page", "paper"])
def for_print(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)
