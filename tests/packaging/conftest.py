"""``bootstrap`` and ``environment`` of packaging/ as modules, in a repository of their own."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[2] / "packaging"


@pytest.fixture
def environment(tmp_path: Path) -> ModuleType:
    repository = tmp_path / "a repository with spaces é"
    for name in ("packaging/requirements.txt", "packaging/requirements-test.txt", "pyproject.toml"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(f"# {name}\n")
    (repository / "trainer").mkdir()
    (repository / "trainer" / "__init__.py").write_text('__version__ = "1"\n')
    for name in ("bootstrap.py", "environment.py", "apt.txt"):
        (repository / "packaging" / name).write_bytes((SOURCE / name).read_bytes())
    return load(repository / "packaging" / "environment.py")


@pytest.fixture
def bootstrap(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "environment", environment)
    return load(environment.ROOT / "packaging" / "bootstrap.py")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.stem}_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pip:
    """Stands in for ``python -m venv`` and pip: quick, offline; notes what was asked for."""

    def __init__(self, environment: ModuleType) -> None:
        self.environment = environment
        self.made = 0
        self.asked: list[str] = []
        self.fails = False

    def call(self, command: list[str], **extra: str) -> int:
        if command[1:3] == ["-m", "venv"]:
            self.made += 1
            return self._make_venv(Path(command[3]))
        assert command[:4] == [str(self.environment.PYTHON), "-m", "pip", "install"]
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
def pip(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Pip:
    stand_in = Pip(environment)
    monkeypatch.setattr(environment, "call", stand_in.call)
    monkeypatch.setattr(environment, "install_system", lambda wanted, yes: "")
    return stand_in
