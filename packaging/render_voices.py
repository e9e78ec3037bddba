"""Render a pack's synthetic clients, and the therapists of its reference sets: YAML in, Ogg Opus,
captions and a manifest out.

    python packaging/render_voices.py                  every turn without video, every reference
    python packaging/render_voices.py --only ID        one vignette or set (or ID.TURN, SET.ID)
    python packaging/render_voices.py --check          render again elsewhere; do the bytes repeat?
    python packaging/render_voices.py --markers        when each sentence begins, for markers_at
    python packaging/render_voices.py --affects VOICE  one passage in every affect, measured
    python packaging/render_voices.py --plain          what of the word error rate is the words' own

Build-time only: needs flite and opus-tools (Debian packages) and pyworld, pocketsphinx,
parselmouth, pyloudnorm, soundfile, scipy, PyYAML. A clip that fails the gate is not installed.
"""

import argparse
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voices import manifest, tables
from voices.affects import AFFECTS
from voices.clip import render
from voices.files import read_cues, read_sound, webvtt, write_opus
from voices.gate import Acoustics, Measures, acoustics, measure, plain_word_error_rate
from voices.script import Line, RenderError, Script, Voice, read_cast, read_scripts

_CORE = Path(__file__).resolve().parent.parent / "scenarios" / "core"
# Common words only: the passage compares affects, it does not test a vocabulary.
_PASSAGE = (
    "I don't know what you want me to say about it.",
    "You always look at the clock when I start to talk.",
    "My mother called on Sunday and I didn't pick up the phone.",
    "So I drove home and sat in the car for an hour.",
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One clip after rendering and measuring; ``sounds`` has one row per sentence."""

    script: Script
    row: dict[str, Any]
    measures: Measures
    sounds: tuple[Acoustics, ...]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when every clip passes, 1 otherwise."""
    options = _parser().parse_args(arguments)
    try:
        if options.markers:
            return _markers(options.pack, options.only)
        cast = read_cast(options.pack / "voices.yaml")
        if options.affects:
            return _affects(cast, options.affects, options.jobs)
        if options.plain:
            return _plain(options.pack, options.only, cast)
        return _render(options, cast)
    except RenderError as error:
        print(f"render_voices: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack", nargs="?", type=Path, default=_CORE, help="folder of the pack")
    parser.add_argument("--only", metavar="ID", help="one vignette or set, or a part as ID.PART")
    parser.add_argument("--check", action="store_true", help="compare with the files; write none")
    parser.add_argument("--markers", action="store_true", help="print when each sentence begins")
    parser.add_argument("--affects", metavar="VOICE", help="measure one passage in every affect")
    parser.add_argument("--plain", action="store_true", help="compare with the untouched speaker")
    parser.add_argument("--jobs", type=int, default=2, help="clips at a time (default 2)")
    return parser


def _render(options: argparse.Namespace, cast: dict[str, Voice]) -> int:
    scripts = read_scripts(options.pack, options.only)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = _render_all(scripts, cast, folder, options.jobs)
        tables.print_clips([(r.script.name, r.row, r.measures) for r in done])
        tables.print_affects(_by_affect(done))
        if options.check:
            return _compare(done, options.pack)
        _install(done, options.pack, folder)
    return 1 if any(r.measures.problems for r in done) else 0


def _render_all(
    scripts: list[Script], cast: dict[str, Voice], folder: Path, jobs: int
) -> list[Rendered]:
    for script in scripts:
        if script.voice not in cast:
            raise RenderError(f"{script.name}: voice {script.voice!r} is not in voices.yaml")
    voices = [cast[script.voice] for script in scripts]
    with ProcessPoolExecutor(max_workers=max(1, jobs)) as pool:
        done = []
        for rendered in pool.map(_one, scripts, voices, [folder] * len(scripts)):
            done.append(rendered)
            print(f"  {rendered.script.name}", file=sys.stderr)
    return done


def _one(script: Script, voice: Voice, folder: Path) -> Rendered:
    """Render, write into ``folder``, then measure what the listener will get: the decoded file."""
    clip = render(script, voice)
    audio = folder / Path(script.audio).name
    write_opus(clip, audio, script.name)
    if script.captions is not None:
        captions = folder / Path(script.captions).name
        captions.write_text(webvtt(clip.cues), encoding="utf-8", newline="\n")
    sound = read_sound(audio)
    measures = measure(sound, clip.cues, (script.shortest_s, script.longest_s))
    row = manifest.entry(script, voice, measures, folder)
    return Rendered(script, row, measures, tuple(acoustics(sound, cue) for cue in clip.cues))


def _install(done: list[Rendered], pack: Path, folder: Path) -> None:
    """Move what passed into the pack and bring the manifest up to date."""
    path = pack / "media" / "media.yaml"
    known = {script.name for script in read_scripts(pack)}
    rows = {name: row for name, row in manifest.read(path).items() if name in known}
    path.parent.mkdir(exist_ok=True)
    for rendered in done:
        if rendered.measures.problems:
            continue
        for target in filter(None, (rendered.script.audio, rendered.script.captions)):
            shutil.copyfile(folder / Path(target).name, pack / target)
        rows[rendered.script.name] = rendered.row
    manifest.write(path, rows)


def _compare(done: list[Rendered], pack: Path) -> int:
    """Say which clips would change; 1 when any would or fails the gate."""
    rows = manifest.read(pack / "media" / "media.yaml")
    changed = 0
    for rendered in done:
        before = rows.get(rendered.script.name, {})
        keys = ("audio_sha256", "captions_sha256")
        if any(before.get(key) != rendered.row.get(key) for key in keys):
            changed += 1
            print(f"{rendered.script.name}: bytes differ from media.yaml: render it again")
    print(f"{len(done) - changed} of {len(done)} clips repeat byte for byte")
    return 1 if changed or any(r.measures.problems for r in done) else 0


def _markers(pack: Path, only: str | None) -> int:
    for script in read_scripts(pack, only):
        if script.captions is None:
            continue
        print(script.name)
        for cue in read_cues(pack / script.captions):
            print(f"  {cue.start_s:6.1f}  {cue.text}")
    return 0


def _plain(pack: Path, only: str | None, cast: dict[str, Voice]) -> int:
    """The same sentences by the same speaker, untouched: the floor that no rendering gets below."""
    rows = manifest.read(pack / "media" / "media.yaml")
    print(f"{'clip':32}{'untouched':>10}{'shipped':>9}")
    for script in read_scripts(pack, only):
        plain = plain_word_error_rate(script, cast[script.voice])
        print(f"{script.name:32}{plain:10.2f}{rows[script.name]['word_error_rate']:9.2f}")
    return 0


def _affects(cast: dict[str, Voice], voice_id: str, jobs: int) -> int:
    """Measure one passage per affect: what an affect does, freed from what is said."""
    if voice_id not in cast:
        raise RenderError(f"no voice {voice_id!r}; the cast is {', '.join(cast)}")
    script = Script(
        pack=Path(), name="", origin={}, voice=voice_id, lines=(), audio="", captions=None,
        licence="", shortest_s=0, longest_s=0,
    )  # fmt: skip
    scripts = [
        replace(
            script,
            name=f"{voice_id}.{affect}",
            lines=tuple(Line(text, affect, None) for text in _PASSAGE),
            audio=f"{affect}.opus",
        )
        for affect in AFFECTS
    ]
    with tempfile.TemporaryDirectory() as name:
        done = _render_all(scripts, cast, Path(name), jobs)
    tables.print_clips([(r.script.name, r.row, r.measures) for r in done], gate=False)
    tables.print_affects(_by_affect(done))
    return 0


def _by_affect(done: list[Rendered]) -> dict[str, list[Acoustics]]:
    found: dict[str, list[Acoustics]] = {affect: [] for affect in AFFECTS}
    for rendered in done:
        for line, sound in zip(rendered.script.lines, rendered.sounds, strict=True):
            found[line.affect].append(sound)
    return found


if __name__ == "__main__":
    sys.exit(main())
