import random
import stat
import zipfile
from pathlib import Path

import pytest

from trainer.bank import archive, check, open_pack
from trainer.domain.errors import ContentError


@pytest.fixture
def zipped(mini, tmp_path):
    """The good pack as a zip; members below ``top`` inside it."""

    def make(top="", method=zipfile.ZIP_STORED):
        path = tmp_path / "mini.attunepack"
        with zipfile.ZipFile(path, "w", method) as target:
            for file in sorted(mini.folder.rglob("*")):
                target.write(file, f"{top}{file.relative_to(mini.folder).as_posix()}")
        return path

    return make


@pytest.mark.parametrize("top", ["", "mini/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zipped_pack_is_a_pack(mini, zipped, tmp_path, top, method):
    path = zipped(top, method)
    assert check([path]) == ()
    assert len(mini.pack(open_pack(path, tmp_path / "out")).vignettes) == 2


def test_a_folder_is_itself(mini, tmp_path):
    assert open_pack(mini.folder, tmp_path / "out") == mini.folder
    assert not (tmp_path / "out").exists()


def test_problems_inside_a_zip_name_the_zip(mini, zipped):
    mini.edit("pack.yaml", "version: 2", "version: 0")
    path = zipped()
    assert [str(problem) for problem in check([path])] == [
        f"{path}/pack.yaml:2: version: is 0; the least is 1"
    ]


def test_what_file_managers_add_is_left_behind(mini, zipped, tmp_path):
    path = zipped("mini/")
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("__MACOSX/mini/._pack.yaml", b"x")
        target.writestr("mini/.DS_Store", b"x")
        target.writestr("mini/setup.exe", b"x")
    folder = open_pack(path, tmp_path / "out")
    assert mini.pack(folder).id == "mini"
    assert {child.name for child in folder.iterdir()} == {
        "pack.yaml", "media", "rubrics", "sets", "vignettes"
    }  # fmt: skip


def member(name, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


OUT = "has a name that leads out of the pack"
ODD = "has a name that leads out of the pack or that not every computer can write"


@pytest.mark.parametrize(
    ("info", "what"),
    [
        (member("../evil.yaml"), OUT),
        (member("media/../../evil.yaml"), OUT),
        (member("media//evil.yaml"), OUT),
        (member("./evil.yaml"), OUT),
        (member("/etc/evil.yaml"), ODD),
        (member("C:/evil.yaml"), ODD),
        (member("..\\evil.yaml"), ODD),
        (member("media/a\nb.yaml"), ODD),
        (member("media/nul.yaml"), "has a name that Windows cannot write"),
        (member("media/a.yaml."), "has a name that Windows cannot write"),
        (member("media/a.yaml", stat.S_IFLNK | 0o777), "is a link or a device, not a file"),
        (member("media/a.yaml", stat.S_IFCHR | 0o777), "is a link or a device, not a file"),
        (
            member("PACK.yaml"),
            "is in the zip twice (large and small letters count as the same)",
        ),
    ],
)
def test_a_member_that_is_not_safe_is_refused(zipped, tmp_path, info, what):
    path = zipped()
    with zipfile.ZipFile(path, "a") as target:
        target.writestr(info, "/etc/passwd")
    with pytest.raises(ContentError) as caught:
        open_pack(path, tmp_path / "out")
    assert [(p.field, p.what) for p in caught.value.problems] == [
        (info.filename.replace("\n", " "), what)
    ]
    assert list((tmp_path / "out").iterdir()) == []
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_is_refused(zipped, tmp_path):
    path = zipped()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("media/a.wav", bytes(20_000_000))
    with pytest.raises(ContentError, match="would grow more than 100 times when unpacked"):
        open_pack(path, tmp_path / "out")


@pytest.mark.parametrize(
    ("limit", "what"),
    [
        ("MAX_FILES", "holds .* files, at most 1"),
        ("MAX_FILE_BYTES", "is larger than 0 MB in one file"),
        ("MAX_BYTES", "is larger than 0 MB in all"),
    ],
)
def test_limits(zipped, tmp_path, monkeypatch, limit, what):
    monkeypatch.setattr(archive, limit, 1)
    with pytest.raises(ContentError, match=what):
        open_pack(zipped(), tmp_path / "out")


def test_a_size_that_lies_is_found_out(zipped, tmp_path):
    """A member that declares less than it holds is cut off there and fails its checksum."""
    path = tmp_path / "liar.attunepack"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("pack.yaml", b"x" * 5000)
    raw = path.read_bytes().replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(raw)
    with pytest.raises(ContentError, match="is damaged or not a pack"):
        open_pack(path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x03\x04" + bytes(40)])
def test_what_is_no_zip_is_told(tmp_path, raw):
    path = tmp_path / "a.attunepack"
    path.write_bytes(raw)
    assert [p.what for p in check([path])] == ["is damaged or not a pack; ask for it again"]


def test_a_missing_zip_is_told(tmp_path):
    with pytest.raises(ContentError, match="no such file"):
        open_pack(tmp_path / "a.attunepack", tmp_path / "out")


def test_a_damaged_zip_never_ends_in_a_traceback(zipped, tmp_path):
    good = zipped("", zipfile.ZIP_DEFLATED).read_bytes()
    rng = random.Random(1)
    path = tmp_path / "damaged.attunepack"
    for _ in range(150):
        raw = bytearray(good)
        # The end of a zip holds its directory: hit it as often as the rest.
        low = rng.choice((0, len(raw) - 1200))
        for _ in range(rng.randrange(1, 4)):
            raw[rng.randrange(low, len(raw))] = rng.randrange(256)
        path.write_bytes(raw)
        check([path])
    assert not [p for p in Path(tmp_path).iterdir() if p.name.startswith("pack-")]
