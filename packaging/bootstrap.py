"""Two commands on a fresh machine: ``run`` opens Attune, ``test`` checks it. Safe to repeat.

    python3 packaging/bootstrap.py setup   make .venv with everything that is locked
    python3 packaging/bootstrap.py run     the same, then open the app (without a screen: the demo)
    python3 packaging/bootstrap.py test    the same and the tools, then every check and test

``--yes`` installs missing system libraries without asking. Further arguments go to ``attune`` or
pytest. Standard library only, as ``environment``, which makes all that they stand on.
"""

from __future__ import annotations  # an older Python must come as far as check_python

import argparse
import os
import shlex
import shutil
import sys
import time
from pathlib import Path

from environment import PYTHON, ROOT, SetupError, call, check_python, say, set_up

BESIDE = ["-n", "2", "--dist", "worksteal"]
BESIDE_SOUND = ["-n", "3", "--dist", "worksteal"]  # played in real time: much of it is waiting
COVERED = 90  # per cent of the lines and branches, at least
MEMORY = Path("/dev/shm")
ROOM = 4_000_000_000  # bytes; a whole run leaves a quarter of it, until it has passed
NO_QT_FOLDERS = ("domain", "bank", "store", "media", "scoring", "exchange", "app")


def has_screen() -> bool:
    """Whether a window can be opened here."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(arguments: list[str], screen: bool) -> int:
    """Open the app; where there is no screen, do its main job and say where the results are."""
    attune = [str(PYTHON), "-m", "trainer"]
    if screen:
        return call([*attune, *arguments])
    out = ROOT / "demo-out"
    say("No screen here: running the demo, which does the main job in real time (about a minute).")
    demo = [*attune, "demo", "--out", str(out), *arguments]
    code = call(demo, QT_QPA_PLATFORM="offscreen")
    if code == 0:
        say(f"\nThe pictures and the report are in {out}:")
        for path in sorted(out.rglob("*")):
            if path.suffix in (".png", ".html", ".pdf"):
                say(f"  {path}")
    return code


def legs() -> list[tuple[str, list[str]]]:
    """Every check but the last test run: its name and its command."""
    python = [str(PYTHON), "-m"]
    no_qt = ["pytest", "-q", "-p", "no:pytest-qt", "-p", "tests.helpers.no_qt", *BESIDE]
    no_qt += ["-p", "no:cacheprovider", "--cov", "--cov-report="]
    return [
        ("ruff check", [*python, "ruff", "check"]),
        ("ruff format", [*python, "ruff", "format", "--check"]),
        ("mypy", [*python, "mypy"]),
        ("import contracts", [str(PYTHON.with_name("lint-imports"))]),
        ("tests without Qt", [*python, *no_qt, *no_qt_folders()]),
    ]


def no_qt_folders() -> list[str]:
    """The tests of everything below the window, which run with Qt made unimportable."""
    return [f"tests/{name}" for name in NO_QT_FOLDERS if (ROOT / "tests" / name).is_dir()]


def window_parts() -> list[str]:
    """What the tests without Qt do not run: the window and the commands, by module."""
    names = ("gui", *sorted(path.stem for path in (ROOT / "trainer").glob("[!_]*.py")))
    return [f"trainer.{name}" for name in names]


def quick_place() -> dict[str, str]:
    """Where the tests write: in memory, where there is room, for they wait for the disk often."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    roomy = usable and shutil.disk_usage(MEMORY).free >= ROOM
    return {"PYTEST_DEBUG_TEMPROOT": str(MEMORY)} if roomy else {}


def test(arguments: list[str]) -> int:
    """Every check and test, pytest last, so that its own line closes the output."""
    failed = ", ".join(name for name, command in legs() if not leg_passes(name, command))
    say(f"\n== all other tests; failed before this: {failed or 'nothing'}")
    # What ran without Qt is not run again; tests that are asked for alone reach no coverage.
    whole = [*(f"--ignore={folder}" for folder in no_qt_folders()), f"--cov-fail-under={COVERED}"]
    chosen = arguments or whole
    # What lies below the window was measured there; tracing it twice takes half a minute.
    cover = [*(f"--cov={part}" for part in window_parts()), "--cov-append", "--cov-report=term"]
    full = [str(PYTHON), "-m", "pytest", *([] if arguments else BESIDE_SOUND), *cover, *chosen]
    # tests/conftest.py repeats the failed legs above pytest's closing line
    place = quick_place()
    code = call(full, QT_QPA_PLATFORM="offscreen", ATTUNE_FAILED_LEGS=failed, **place)
    return code or int(bool(failed))


def leg_passes(name: str, command: list[str]) -> bool:
    """Announce and run one check."""
    say(f"\n== {name}: {shlex.join([Path(command[0]).name, *command[1:]])}")
    started = time.monotonic()
    code = call(command, QT_QPA_PLATFORM="offscreen", **quick_place())
    verdict = "passed" if code == 0 else f"FAILED (exit {code})"
    say(f"== {name}: {verdict} in {time.monotonic() - started:.1f} s")
    return code == 0


def main(argv: list[str]) -> int:
    """Read the command line and do it; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=("setup", "run", "test"))
    parser.add_argument("--yes", action="store_true", help="install system libraries unasked")
    options, further = parser.parse_known_args(argv)
    if further and options.command == "setup":
        parser.error(f"setup takes no further arguments: {' '.join(further)}")
    screen = has_screen()
    testing = options.command == "test"
    set_up("test" if testing else "run", options.yes, screen or testing)
    if options.command == "run":
        return run(further, screen)
    if testing:
        return test(further)
    say("Everything is set up.")
    return 0


if __name__ == "__main__":
    try:
        check_python(sys.version_info[:3])
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        sys.exit(f"bootstrap: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
