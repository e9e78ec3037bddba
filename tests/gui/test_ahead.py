"""No two threads make Qt's classes at once: that ended the program at its start at times."""

import os
import subprocess
import sys
from pathlib import Path

CHILD = """
import importlib, importlib.abc, sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.gui.application import make_application, open_window
from trainer.gui.ahead import MODULES, SCREENS

class AtImport(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "pyqtgraph":
            found = [importlib.import_module("PySide6." + one) for one in MODULES]
            missing = sum(len(set(dir(one)) - set(vars(one))) for one in found)
            on_worker = threading.current_thread() is not threading.main_thread()
            print("asked for on a worker:", on_worker, "names not made:", missing, flush=True)
            QTimer.singleShot(0, app, window.close)

sys.meta_path.insert(0, AtImport())
home = Home(Path(sys.argv[1]))
settings = Settings(home.settings_file)
app = make_application([], settings)
window, close = open_window(home, settings)
app.exec()
close()
print("read ahead:", all(f"trainer.gui.screens.{one}" in sys.modules for one in SCREENS))
"""


def test_every_name_is_made_before_another_thread_reads_ahead(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "home")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "asked for on a worker: True names not made: 0",
        "read ahead: True",  # 90 ms of the window's thread when Reliability was opened
    ]
    assert done.returncode == 0, done.stderr
