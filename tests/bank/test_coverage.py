import pytest

from trainer.bank import Coverage, Row, coverage, format_coverage
from trainer.domain import vignette


@pytest.fixture
def counted(mini) -> Coverage:
    return coverage([mini.pack()])


def test_every_row_has_every_cell_of_its_list(counted):
    assert {row.name: len(row.cells) for row in counted.rows} == {
        "presentation": len(vignette.PRESENTATIONS),
        "modality": len(vignette.MODALITIES),
        "quadrant and level": len(vignette.QUADRANTS) * len(vignette.LEVELS),
        "setting": len(vignette.SETTINGS),
        "attachment": len(vignette.ATTACHMENTS),
        "rupture": len(vignette.RUPTURES),
        "phase": len(vignette.PHASES),
        "benign": 2,
    }


def test_vignettes_are_counted(counted):
    assert counted.vignettes == 2
    assert counted.row("setting").cells["in-person"] == 2
    assert counted.row("quadrant and level").cells["hostile-dominant, beginner"] == 2
    assert counted.row("rupture").cells == {
        "withdrawal": 0,
        "confrontation": 1,
        "mixed": 0,
        "none": 1,
    }
    assert counted.row("benign").cells == {"benign": 1, "with a rupture": 1}
    assert not counted.withdrawal_leads


def test_packs_are_counted_together(mini):
    pack = mini.pack()
    assert coverage([pack, pack]).vignettes == 4
    assert coverage([]).vignettes == 0


def test_empty_and_crowded_cells():
    row = Row("r", {"a": 0, "b": 1, "c": 5, "d": 2})
    assert (row.mean, row.empty, row.crowded) == (2.0, ("a",), ("c",))


def test_the_table_is_plain_text(counted):
    table = format_coverage(counted)
    assert table.startswith("2 vignettes\n\npresentation: 1 of 14 covered, mean 0.1\n")
    assert "\n  anxiety                              2  many\n" in table
    assert "\n  ocd                                  0  none\n" in table
    assert table.endswith("it is commoner and easier to miss.\n")
    assert max(map(len, table.splitlines())) <= 80
