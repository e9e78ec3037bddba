"""Data that fits its schema becomes the domain's objects; nothing is checked here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.bank.captions import Cue
from trainer.bank.wording import words
from trainer.domain.pack import PracticeSet
from trainer.domain.reference import Reference, ReferenceScore, ReferenceSet
from trainer.domain.rubric import Item, Rubric, RubricRef, Scale
from trainer.domain.vignette import (
    Client,
    Exemplar,
    MarkerAt,
    Media,
    Sentence,
    Tags,
    Turn,
    Vignette,
    VignetteRef,
)

Data = dict[str, Any]


def build_vignette(
    data: Data, pack: str, pack_version: int, folder: Path, cues: dict[str, tuple[Cue, ...]]
) -> Vignette:
    """A vignette of the pack in ``folder``; ``cues`` are the captions of each turn, by turn id."""
    return Vignette(
        ref=VignetteRef(pack, pack_version, data["id"], int(data["version"])),
        title=_text(data["title"]),
        language=data["language"],
        client=_client(data["client"]),
        context=_text(data["context"]),
        tags=_tags(data["tags"]),
        content_notes=_texts(data["content_notes"]),
        turns=tuple(_turn(turn, folder, cues.get(turn["id"], ())) for turn in data["turns"]),
        authors=_texts(data["authors"]),
        licence=_text(data["licence"]),
    )


def build_rubric(data: Data, pack: str) -> Rubric:
    """A rubric of the pack called ``pack``."""
    scale = data["scale"]
    return Rubric(
        ref=RubricRef(pack, data["id"], int(data["version"])),
        title=_text(data["title"]),
        language=data["language"],
        about=_text(data["about"]),
        scale=Scale(int(scale["min"]), int(scale["max"]), scale.get("half_points", False)),
        items=tuple(_item(item) for item in data["items"]),
        authors=_texts(data["authors"]),
        licence=_text(data["licence"]),
    )


def build_set(data: Data, pack: str) -> PracticeSet:
    """A practice set of the pack called ``pack``."""
    return PracticeSet(
        pack=pack,
        id=data["id"],
        version=int(data["version"]),
        title=_text(data["title"]),
        about=_text(data["about"]),
        rubric=data["rubric"],
        vignettes=tuple(data["vignettes"]),
    )


def build_reference_set(
    data: Data, pack: str, folder: Path, refs: Mapping[str, VignetteRef]
) -> ReferenceSet:
    """A reference set of the pack in ``folder``; ``refs`` are vignettes at hand, by id.

    A vignette that is not at hand has version 0, and a missing score is None: both are told.
    """
    return ReferenceSet(
        pack=pack,
        id=data["id"],
        version=int(data["version"]),
        title=_text(data["title"]),
        language=data["language"],
        about=_text(data["about"]),
        basis=_text(data["basis"]),
        rubric=data["rubric"],
        references=tuple(_reference(one, pack, folder, refs) for one in data["references"]),
        authors=_texts(data["authors"]),
        licence=_text(data["licence"]),
    )


def _reference(data: Data, pack: str, folder: Path, refs: Mapping[str, VignetteRef]) -> Reference:
    name = data["vignette"]
    return Reference(
        id=data["id"],
        vignette=refs.get(name, VignetteRef(pack, 0, name, 0)),
        turn=data["turn"],
        use=data["use"],
        text=_text(data["text"]),
        audio=folder / data["audio"],
        ratings={item: _rating(rating) for item, rating in data["ratings"].items()},
    )


def _rating(data: Data) -> ReferenceScore:
    return ReferenceScore(_number(data.get("score")), _text(data["reason"]))


def _client(data: Data) -> Client:
    return Client(
        name=_text(data["name"]),
        age=int(data["age"]),
        pronouns=_text(data["pronouns"]),
        look=data["look"],
        voice=data["voice"],
        background=_text(data["background"]),
    )


def _tags(data: Data) -> Tags:
    return Tags(
        rupture=data["rupture"],
        markers=tuple(data["markers"]),
        quadrant=data["quadrant"],
        attachment=data["attachment"],
        presentation=tuple(data["presentation"]),
        modality=data["modality"],
        setting=data["setting"],
        phase=data["phase"],
        skills=tuple(data["skills"]),
        level=data["level"],
        metacommunication=data["metacommunication"],
    )


def _turn(data: Data, folder: Path, cues: tuple[Cue, ...]) -> Turn:
    return Turn(
        id=data["id"],
        says=_sentences(data["says"], cues),
        media=Media(
            audio=_path(folder, data["media"].get("audio")),
            video=_path(folder, data["media"].get("video")),
            captions=_path(folder, data["media"].get("captions")),
        ),
        markers_at=tuple(MarkerAt(m["marker"], float(m["at_s"])) for m in data["markers_at"]),
        window_s=float(data["response"]["window_s"]),
        unspoken=_text(data["unspoken"]),
        trap=_text(data["trap"]),
        criteria=_texts(data["criteria"]),
        exemplars=tuple(_exemplar(exemplar) for exemplar in data["exemplars"]),
        next=dict(data.get("next", {})),
    )


def _sentences(says: list[Data], cues: tuple[Cue, ...]) -> tuple[Sentence, ...]:
    texts = [_text(sentence["text"]) for sentence in says]
    times = times_of(texts, cues) or [(0.0, 0.0)] * len(texts)
    return tuple(
        Sentence(
            text=text,
            affect=sentence["affect"],
            direction=_text(sentence.get("direction", "")),
            pause_before_s=_number(sentence.get("pause_before_s")),
            start_s=start,
            end_s=end,
        )
        for sentence, text, (start, end) in zip(says, texts, times, strict=True)
    )


def times_of(texts: list[str], cues: tuple[Cue, ...]) -> list[tuple[float, float]] | None:
    """Start and end of each sentence; None unless the cues hold just these sentences in order.

    A long sentence may be spread over several cues.
    """
    times: list[tuple[float, float]] = []
    now = 0
    for text in texts:
        first, wanted, heard = now, words(text), list[str]()
        while now < len(cues) and len(heard) < len(wanted):
            heard += words(cues[now].text)
            now += 1
        if heard != wanted or first == now:
            return None
        times.append((cues[first].start_s, cues[now - 1].end_s))
    return times if now == len(cues) else None


def _exemplar(data: Data) -> Exemplar:
    items = {item: int(score) for item, score in data["items"].items()}
    return Exemplar(int(data["level"]), items, _text(data["text"]), _text(data["why"]))


def _item(data: Data) -> Item:
    return Item(
        id=data["id"],
        title=_text(data["title"]),
        question=_text(data["question"]),
        not_applicable=data["not_applicable"],
        anchors={int(score): _text(text) for score, text in data["anchors"].items()},
        lifts=_texts(data["lifts"]),
        lowers=_texts(data["lowers"]),
        practise=_text(data["practise"]),
        practise_high=_text(data["practise_high"]),
    )


def _path(folder: Path, name: str | None) -> Path | None:
    return None if name is None else folder / name


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _text(text: str) -> str:
    """Without the line end that YAML's ``>`` leaves behind."""
    return text.strip()


def _texts(texts: list[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts)
