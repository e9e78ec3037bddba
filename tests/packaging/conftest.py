"""``bootstrap``: packaging/bootstrap.py as a module, in a repository of its own."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2] / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    repository = tmp_path / "a repository with spaces é"
    for name in ("packaging/requirements.txt", "packaging/requirements-test.txt", "pyproject.toml"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(f"# {name}\n")
    (repository / "trainer").mkdir()
    (repository / "trainer" / "__init__.py").write_text('__version__ = "1"\n')
    copy = repository / "packaging" / "bootstrap.py"
    copy.write_bytes(SOURCE.read_bytes())
    (repository / "packaging" / "apt.txt").write_bytes((SOURCE.parent / "apt.txt").read_bytes())
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pip:
    """Stands in for ``python -m venv`` and pip: quick, offline; notes what was asked for."""

    def __init__(self, bootstrap: ModuleType) -> None:
        self.bootstrap = bootstrap
        self.made = 0
        self.asked: list[str] = []
        self.fails = False

    def call(self, command: list[str], **extra: str) -> int:
        if command[1:3] == ["-m", "venv"]:
            self.made += 1
            return self._make_venv(Path(command[3]))
        assert command[:4] == [str(self.bootstrap.PYTHON), "-m", "pip", "install"]
        # pip, asked to resolve a lock that is whole, refuses it once a newer release is out.
        assert "--no-deps" in command
        self.asked.append(command[-1])
        return 1 if self.fails else 0

    def _make_venv(self, folder: Path) -> int:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        [packages] = folder.rglob("site-packages")
        (packages / "pip").mkdir()
        (packages / "pip" / "__init__.py").touch()
        return 0


@pytest.fixture
def pip(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Pip:
    stand_in = Pip(bootstrap)
    monkeypatch.setattr(bootstrap, "call", stand_in.call)
    monkeypatch.setattr(bootstrap, "install_system", lambda wanted, yes: "")
    return stand_in
