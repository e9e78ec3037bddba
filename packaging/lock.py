"""Write both lock files again from pyproject.toml: ``python3 packaging/lock.py [--upgrade]``.

Needs ``uv`` on the path. The files hold versions and the hashes of wheels only, for every supported
Python and system; they name no host, so that anybody's mirror serves them.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = (
    "uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes"
    " --only-binary :all: --no-header --no-annotate --no-config"
)
LOCKS = {
    "packaging/requirements.txt": "--group build",
    # the run-time lock is a constraint: the tests see the versions that people get
    "packaging/requirements-test.txt": "--group dev --constraint packaging/requirements.txt",
}


def main() -> None:
    """Compile both files, then refuse any that names an address or a folder of this computer."""
    for lock, options in LOCKS.items():
        command = f"{COMPILE} {options} --output-file {lock}".split() + sys.argv[1:]
        subprocess.run(command, cwd=ROOT, check=True)
        for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
            if "://" in line or line.startswith(("-", "/")):
                sys.exit(f"{lock}: must not name where packages come from: {line}")


if __name__ == "__main__":
    main()
