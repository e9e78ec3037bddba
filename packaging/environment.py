"""The environment that ``run`` and ``test`` stand on: system libraries, ``.venv``, locked packages.

Standard library only: this file runs before anything is installed.
"""

from __future__ import annotations  # an older Python must come as far as check_python

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "attune-setup.json"
UNFINISHED = VENV / "attune-setup-unfinished"
LOCKS = {
    "run": ROOT / "packaging" / "requirements.txt",
    "test": ROOT / "packaging" / "requirements-test.txt",
}
APT_LIST = ROOT / "packaging" / "apt.txt"


class SetupError(Exception):
    """Something that the person can solve: a sentence to print, without a traceback."""


def say(text: str) -> None:
    """Print one line now, so that it stands before what the next program prints."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that the locked packages do not support."""
    if not (3, 11) <= version[:2] < (3, 14):
        have = ".".join(str(part) for part in version[:3])
        raise SetupError(
            f"Attune needs Python 3.11, 3.12 or 3.13; this is {have} ({sys.executable})."
        )


# ---------------------------------------------------------------- programs


def clean_environment(**extra: str) -> dict[str, str]:
    """This environment without what would send pip or Python out of ``.venv``, or slow it."""
    unwanted = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    # The tests start hundreds of programs: compiled anew, each takes a third longer to begin.
    unwanted.add("PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    kept.setdefault("PIP_DEFAULT_TIMEOUT", "60")
    kept.setdefault("PIP_RETRIES", "5")
    kept.update(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore", **extra)
    return kept


def call(command: list[str], **extra: str) -> int:
    """Run a program in the repository, its output shown; the exit code."""
    return subprocess.run(command, check=False, cwd=ROOT, env=clean_environment(**extra)).returncode


def call_hushed(command: list[str], **extra: str) -> int:
    """Like ``call``, but away from a terminal the output is shown only if the program fails."""
    if sys.stdout.isatty():
        return call(command, **extra)
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=clean_environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        say(done.stdout.decode(errors="replace"))
    return done.returncode


def works(command: list[str]) -> bool:
    """Whether a program starts and succeeds, its output dropped."""
    try:
        subprocess.run(command, check=True, cwd=ROOT, env=clean_environment(), capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


# ---------------------------------------------------------------- system libraries (Debian, Ubuntu)


def read_apt_list(text: str, sections: tuple[str, ...]) -> list[list[str]]:
    """The wanted packages of these sections; each a list of names of which one is enough."""
    wanted: list[list[str]] = []
    section = ""
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and section in sections:
            wanted.append([name.strip() for name in line.split("|")])
    return wanted


def missing_packages(wanted: list[list[str]]) -> list[list[str]]:
    """Those of which no name is installed; empty where there is no dpkg."""
    if not wanted or not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    names = [name for names in wanted for name in names]
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names]
    answer = subprocess.run(query, check=False, capture_output=True, text=True).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [names for names in wanted if not installed.intersection(names)]


def apt_get(*words: str) -> list[str]:
    """The apt-get command, through sudo for those who are not root."""
    command = ["apt-get", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300", *words]
    if is_root():
        return command
    sudo = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    return [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", *command]


def is_root() -> bool:
    """Whether apt-get may be called without sudo."""
    return sys.platform != "win32" and os.geteuid() == 0


def may_install(packages: list[str], yes: bool) -> bool:
    """Root and ``--yes`` mean yes; otherwise ask, where somebody can answer."""
    if is_root() or yes:
        return True
    if not (sys.stdin.isatty() and shutil.which("sudo")):
        return False
    say(f"Attune needs these system packages: {' '.join(packages)}")
    sys.stdout.write("Install them now with sudo apt-get? [Y/n] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def install_system(wanted: list[list[str]], yes: bool) -> str:
    """Install what is missing. The command for what is missing still, or ""."""
    missing = missing_packages(wanted)
    if not missing:
        return ""
    by_hand = f"sudo apt-get install {' '.join(names[-1] for names in missing)}"
    if not may_install([names[-1] for names in missing], yes):
        say(f"System packages are missing. To install them: {by_hand}")
        return by_hand
    for attempt in range(3):
        if attempt or not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
            say("Reading the list of system packages ...")
            call_hushed(apt_get("update", "-qq"), DEBIAN_FRONTEND="noninteractive")
        chosen = [next(filter(known_to_apt, names), names[-1]) for names in missing]
        say(f"Installing system packages: {' '.join(chosen)}")
        install = apt_get("install", "-y", "-qq", "--no-install-recommends", *chosen)
        if call_hushed(install, DEBIAN_FRONTEND="noninteractive") == 0:
            return ""
        time.sleep(5 * attempt)
    say(f"apt-get could not install everything (its words are above). By hand: {by_hand}")
    return by_hand


def known_to_apt(name: str) -> bool:
    """Whether apt has a real package of this name to install."""
    return works(["apt-cache", "show", "--no-all-versions", name])


# ---------------------------------------------------------------- the environment


def fingerprint(level: str) -> str:
    """Changes whenever the environment for this level has to be brought up to date."""
    sources = [LOCKS[level], ROOT / "pyproject.toml", ROOT / "trainer" / "__init__.py"]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """What was set up in ``.venv``: python, root, and the fingerprint of each finished level."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def place() -> dict[str, str]:
    """What an environment is bound to: a Python and a folder."""
    return {"python": sys.version.split()[0], "root": str(ROOT)}


def must_be_remade(stamp: dict[str, str]) -> str:
    """Why the ``.venv`` that is there cannot be used, or ""."""
    if UNFINISHED.exists():
        return "an earlier set-up did not finish"
    if stamp and {key: stamp.get(key) for key in place()} != place():
        return "Python or the folder has changed"
    version = f"import sys, pip; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    if not works([str(PYTHON), "-c", version]):
        return "its Python does not work or is another version"
    return ""


def make_venv(yes: bool) -> None:
    """Make ``.venv`` anew, marked as unfinished until everything is in it."""
    if VENV.exists():
        shutil.rmtree(VENV)
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        by_hand = install_system([[package]], yes)
        if by_hand or not works([sys.executable, "-c", "import venv, ensurepip"]):
            raise SetupError(
                "This Python cannot make virtual environments. Install its 'venv' package"
                f" ({by_hand or package}) and run the same command again."
            )
    say(f"Making {VENV} ...")
    VENV.mkdir()
    UNFINISHED.touch()
    # inside another environment (or this one, just removed) only the base Python is sure to work
    base = getattr(sys, "_base_executable", None) or sys.executable
    if call([base, "-m", "venv", str(VENV)]) != 0:
        raise SetupError(f"Python could not make {VENV} (its words are above).")


def pip_install(*words: str) -> None:
    """Call pip inside ``.venv``; its errors are shown, its chatter only on a terminal."""
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    if call([str(PYTHON), "-m", "pip", "install", "--no-input", *quiet, *words]) != 0:
        raise SetupError(
            "The Python packages could not be installed (pip's words are above). If the network was"
            " the reason, run the same command again: what came through is kept."
        )


def set_up(level: str, yes: bool, screen: bool) -> None:
    """Everything that ``run`` or ``test`` begins with; next to nothing when it is done already."""
    sections = ("always", *(("screen",) if screen else ()), *(("test",) if level == "test" else ()))
    by_hand = install_system(read_apt_list(APT_LIST.read_text(encoding="utf-8"), sections), yes)
    stamp = read_stamp()
    wanted = fingerprint(level)
    if UNFINISHED.exists() or stamp.get(level) != wanted or not is_current(stamp):
        install_python_packages(level, stamp, yes)
    if by_hand and not works([str(PYTHON), "-c", "import PySide6.QtMultimediaWidgets, soundfile"]):
        raise SetupError(f"Qt does not start without its system libraries. Install them: {by_hand}")


def is_current(stamp: dict[str, str]) -> bool:
    """Whether ``.venv`` still belongs to this Python and folder, and is there."""
    return PYTHON.exists() and {key: stamp.get(key) for key in place()} == place()


def install_python_packages(level: str, stamp: dict[str, str], yes: bool) -> None:
    """Bring ``.venv`` to the locked state, and stamp it when all of it is done."""
    reason = must_be_remade(stamp) if VENV.exists() else "new"
    if reason:
        if reason != "new":
            say(f"Making {VENV} again: {reason}.")
        make_venv(yes)
        stamp = {}
    UNFINISHED.touch()
    say("Installing the locked Python packages (some 300 MB the first time) ...")
    # The lock holds everything. Asked to resolve it once more, pip looks at the newest release of
    # what is wanted with an extra (coverage[toml]), and refuses it for not being pinned.
    locked = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCKS[level]))
    pip_install(*locked)
    pip_install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # the test lock holds the run-time lock, so it finishes both levels
    levels = ("run", "test") if level == "test" else ("run",)
    kept = {name: value for name, value in stamp.items() if name in LOCKS}
    finished = {name: fingerprint(name) for name in levels}
    STAMP.write_text(json.dumps({**kept, **finished, **place()}, indent=1), encoding="utf-8")
    UNFINISHED.unlink()
