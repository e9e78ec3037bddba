"""Vignettes and a rubric, as little of them as the rules look at."""

from pathlib import Path

from trainer.domain.rubric import Item, Rubric, RubricRef, Scale
from trainer.domain.vignette import (
    Client,
    Media,
    Sentence,
    Tags,
    Turn,
    Vignette,
    VignetteRef,
)


def item(id_: str, *, not_applicable: bool = False) -> Item:
    anchors = {n: f"anchor {n}" for n in range(1, 6)}
    return Item(
        id_, id_.capitalize(), f"Is it {id_}?", not_applicable, anchors, (), (),
        f"practise {id_}", f"refine {id_}",
    )  # fmt: skip


def rubric(*items: Item, scale: Scale | None = None) -> Rubric:
    ref = RubricRef("core", "alliance", 1)
    return Rubric(ref, "Alliance", "en", "", scale or Scale(1, 5), items, (), "CC-BY-4.0")


def vignette(
    id_: str,
    level: str = "beginner",
    skills: tuple[str, ...] = ("warmth",),
    *,
    seconds: float = 30,
    window_s: float = 60,
) -> Vignette:
    tags = Tags("none", (), "friendly-dominant", "secure", ("no-diagnosis",), "cbt", "in-person",
                "middle", skills, level, "optional")  # fmt: skip
    says = (Sentence("Hello.", "neutral", start_s=0.1, end_s=seconds),)
    media = Media(Path("a.opus"), None, None)
    turn = Turn("t1", says, media, (), window_s, "", "", (), (), {})
    return Vignette(
        VignetteRef("core", 1, id_, 1), id_, "en", Client("A", 30, "she", "a", "a", ""), "", tags,
        (), (turn,), (), "CC-BY-4.0",
    )  # fmt: skip
