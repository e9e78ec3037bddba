"""A research export's annotations, read as ELAN, Praat and players of subtitles read them."""

from pathlib import Path

import parselmouth
import webvtt
from parselmouth.praat import call
from praatio import textgrid
from pympi.Elan import Eaf

from tests.app.research_read import of_csv
from tests.app.researched import ALONE, LONG
from trainer.app.research import Exported


def tiers(done: Exported) -> tuple[Path, str, str]:
    """The files of the first response without their suffix, and its raters' codes."""
    rows = of_csv(done.path / "comments.csv")
    stem = done.path / "annotations" / rows[0]["response"]
    return stem, rows[0]["rater"], rows[-1]["rater"]


def test_annotations_are_the_same_for_elan_praat_and_players(named: Exported) -> None:
    stem, ola, renee = tiers(named)
    words = f"{LONG} / and this"
    spans = {
        "client": [(0, 2000, "client")],
        # From the onset on, 7.25 s of it, without the pauses and the silence for what was lost.
        "speech": [(2600, 4000, "speech"), (4750, 6000, "speech"), (9500, 12_500, "speech")],
        "pauses": [(4000, 4750, "pause"), (8000, 9500, "pause")],
        "missing": [(6000, 8500, "missing")],
    }
    points = {
        f"markers {ola}": [(4500, 5500, "validates / owns-part")],
        f"comments {ola}": [(4500, 5251, words), (5251, 6251, "later")],
        f"markers {renee}": [(12_500, 13_500, "explains")],
        f"comments {renee}": [(12_500, 13_500, f"at the end, {ALONE}")],
    }
    elan = Eaf(f"{stem}.eaf")
    assert {name: elan.get_annotation_data_for_tier(name) for name in elan.get_tier_names()} == {
        name: list(found) for name, found in (spans | points).items()
    }  # fmt: skip
    assert elan.adocument["AUTHOR"] == ""
    (media,) = elan.media_descriptors
    assert media["MEDIA_URL"] == media["RELATIVE_MEDIA_URL"] == f"./{stem.name}.flac"

    grid = textgrid.openTextgrid(f"{stem}.TextGrid", includeEmptyIntervals=False)
    assert set(grid.tierNames) == {*spans, *points}
    assert grid.maxTimestamp == 12.5
    for name, found in spans.items():
        assert [(_ms(e.start), _ms(e.end), e.label)
                for e in grid.getTier(name).entries] == found  # fmt: skip
    for name, found in points.items():
        read = [(_ms(e.time), e.label) for e in grid.getTier(name).entries]
        assert read == [(at, text.replace('"', '""')) for at, _, text in found]
    praat = parselmouth.read(f"{stem}.TextGrid")
    place = grid.tierNames.index(f"comments {ola}") + 1
    assert call(praat, "Get label of point", place, 1) == words
    assert call(praat, "Get time of point", place, 2) == 5.251

    cues = [
        (_stamp(cue.start), _stamp(cue.end), cue.voice, _plain(cue.text))
        for cue in webvtt.read(f"{stem}.vtt")
    ]
    assert sorted(cues) == sorted(
        (start, end, name, text) for name, found in (spans | points).items()
        for start, end, text in found
    )  # fmt: skip
    assert [cue[0] for cue in cues] == sorted(cue[0] for cue in cues)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _stamp(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return _ms(int(hours) * 3600 + int(minutes) * 60 + float(seconds))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def test_annotations_say_only_what_is_known(coded: Exported) -> None:
    rows = {row["response"]: row for row in of_csv(coded.path / "responses.csv")}
    files = sorted(path.name for path in (coded.path / "annotations").iterdir())
    assert files == sorted(
        f"{code}{suffix}" for code in rows for suffix in (".TextGrid", ".eaf", ".vtt")
    )
    for code, row in rows.items():
        elan = Eaf(str(coded.path / "annotations" / f"{code}.eaf"))
        names = set(elan.get_tier_names())
        assert not [name for name in names if name.startswith("comments")]
        assert ("speech" in names) == (row["pauses"] != "")
        if row["pauses"] and not row["onset_s"]:
            assert elan.get_annotation_data_for_tier("speech") == []
