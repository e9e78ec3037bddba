"""Every reading of what came goes by whose it is, which a program may have decided."""

import re
from pathlib import Path

STORE = Path(__file__).resolve().parents[2] / "trainer" / "store"
# These say whose it is, and tell what stands in the files themselves.
BY_FILE = {"m009.py", "senders.py"}


def test_no_reading_of_what_came_goes_past_what_was_decided() -> None:
    past = [
        f"{path.name}: {' '.join(sql.split())[:80]}"
        for path in sorted(STORE.glob("*.py"))
        if path.name not in BY_FILE
        for sql in re.findall(r'"""(.*?)"""', path.read_text("utf-8"), re.DOTALL)
        if re.search(r"\bsubmissions\b", sql) and re.search(r"\bmine = 0", sql)
    ]
    assert past == []
