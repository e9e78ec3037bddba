"""A class whose feedback report is written, and its page read again. No test is in here."""

import re
from pathlib import Path

from tests.gui.raters import Raters
from trainer.app.trainee_material import read_material
from trainer.app.trainee_report import Draft, Sheet, sheet, write_sheet

HOSTILE = "<script>alert('x')</script> & {{ 7 * 7 }} {% raw %} \u202eoof\N{SNOWMAN}"
# Supervisors' scores on warmth, repair, metacommunication by client: M. K.'s, then Ada's.
GIVEN: list[tuple[tuple[float | None, ...], tuple[float | None, ...]]] = [
    ((4, 2, 3), (5, 2, 3)),
    ((3, 1, 3), (4, 2, 2)),
    ((4, 2, None), (4, 1, None)),
    ((5, 2, 4), (5, 3, 4)),
    ((3, 2, 3), (3, 2, 3)),
]


def fake_pdf(html: str, path: Path) -> None:
    path.write_text(html, encoding="utf-8")


def opened(raters: Raters, draft: Draft | None = None, viewer: str = "") -> Sheet:
    material = read_material(raters.log, raters.home, raters.library, raters.trainees[0].id, viewer)
    return sheet(material, draft or Draft())


def page_of(raters: Raters, of: Sheet, out: Path) -> tuple[str, str]:
    files = write_sheet(of, out, fake_pdf)
    assert list(files) == ["html", "pdf"]
    return files["html"].read_text("utf-8"), files["pdf"].read_text("utf-8")


def table(page: str) -> list[list[str]]:
    """The cells of the profile's table, without markup."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>",
                                                                      row, re.DOTALL)]
        for row in rows
    ]  # fmt: skip
