"""What every test has: rails (``helpers/guards.py``) and sound (``helpers/pulse.py``)."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

pytest_plugins = ["tests.helpers.guards", "tests.helpers.pulse", "pytester"]
