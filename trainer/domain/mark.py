"""One score of one item, as reliability is worked out from: a row of a table of ratings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What one rater gave one response on one item (``score`` None: not applicable).

    ``trainee``, ``vignette`` and ``occasion`` say whose response it is, to which client and when in
    the study; ``role`` is the rater's (domain.rating.ROLES) and ``blind`` whether the rater knew
    nothing else of it. None where a table made elsewhere does not say.
    """

    response: str
    rater: str
    item: str
    score: float | None
    trainee: str | None = None
    vignette: str | None = None
    occasion: str | None = None
    role: str | None = None
    blind: bool | None = None


def made_of(trainee: str | None, vignette: str | None, occasion: str | None) -> str:
    """What a response is called that has no name of its own: whose it is, to whom and when."""
    return " / ".join(part for part in (trainee, vignette, occasion) if part)
