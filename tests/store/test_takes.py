import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store import made
from trainer.domain.errors import KnownError
from trainer.domain.response import TakePlan
from trainer.store import recordings, takes
from trainer.store.db import Log


class TestTakes:
    def test_the_plan_is_on_the_disk_before_the_first_sample(
        self, folder: Path, plan: TakePlan
    ) -> None:
        wav = recordings.begin_take(folder, plan)
        assert wav == folder / "recordings" / "open" / f"{plan.response_id}.wav"
        assert not wav.exists()
        (take,) = recordings.open_takes(folder)
        assert take == recordings.OpenTake(plan.response_id, plan, wav, 0)
        assert take.plan is not None
        assert take.plan.started_at.utcoffset() == made.EVENING.utcoffset()

    def test_needs_no_database(self, tmp_path: Path) -> None:
        assert recordings.open_takes(tmp_path) == ()
        recordings.begin_take(tmp_path, made.plan(made.session("p")))
        assert not (tmp_path / "log.db").exists()

    def test_open_takes_are_told_by_their_size_oldest_first(self, folder: Path, log: Log) -> None:
        sitting = made.begun(log)
        plans = [made.plan(sitting, at=made.later(minute)) for minute in (0, 1, 2)]
        for each in reversed(plans):
            made.write_wav(recordings.begin_take(folder, each))
        assert [take.plan for take in recordings.open_takes(folder)] == plans
        assert {take.size_bytes for take in recordings.open_takes(folder)} == {44 + 960}

    @pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"format": 2}', b"\xff\xfe", None])
    def test_sound_with_a_broken_sidecar_is_still_offered(
        self, folder: Path, plan: TakePlan, broken: bytes | None
    ) -> None:
        wav = made.write_wav(recordings.begin_take(folder, plan))
        sidecar = wav.with_name(f"{plan.response_id}.take.json")
        sidecar.unlink() if broken is None else sidecar.write_bytes(broken)
        (take,) = recordings.open_takes(folder)
        assert (take.response_id, take.plan, take.path) == (plan.response_id, None, wav)
        recordings.discard_take(folder, take.response_id)
        assert made.everything(folder) == {}

    def test_discarding_deletes_this_take_only_and_may_be_repeated(
        self, folder: Path, log: Log
    ) -> None:
        sitting = made.begun(log)
        gone, kept = made.plan(sitting), made.plan(sitting, at=made.later(1))
        for each in (gone, kept):
            made.write_wav(recordings.begin_take(folder, each))
        recordings.discard_take(folder, gone.response_id)
        recordings.discard_take(folder, gone.response_id)
        assert [take.plan for take in recordings.open_takes(folder)] == [kept]

    def test_a_response_is_not_recorded_over(self, folder: Path, plan: TakePlan) -> None:
        made.write_wav(recordings.begin_take(folder, plan))
        with pytest.raises(FileExistsError):
            recordings.begin_take(folder, plan)

    @pytest.mark.parametrize("name", ["../up", "", "a/b", "a.b", "C:x", "."])
    def test_an_id_that_leads_elsewhere_is_refused(self, folder: Path, name: str) -> None:
        with pytest.raises(ValueError, match="not an id"):
            recordings.discard_take(folder, name)

    def test_a_disk_that_refuses_is_told(self, tmp_path: Path, plan: TakePlan) -> None:
        (tmp_path / "recordings").write_text("in the way")
        with pytest.raises(KnownError, match="in the way"):
            recordings.begin_take(tmp_path, plan)


def test_the_sidecar_of_an_attune_that_knew_less_is_still_finished(
    folder: Path, log: Log, plan: TakePlan
) -> None:
    wav = made.write_wav(recordings.begin_take(folder, plan))
    known = takes.Adoption(".wav", 12.5, 48_000, "person", 2.0, 0.02, made.EVENING)
    takes.write_sidecar(folder, plan, known)
    sidecar = takes.sidecar_of(folder, plan.response_id)
    data = json.loads(sidecar.read_text("utf-8"))
    for later in ("stopped_at_s", "gaps", "holes"):
        del data["adoption"][later]
    sidecar.write_text(json.dumps(data), encoding="utf-8")
    (one,) = recordings.finish_adoptions(log)
    assert (one.id, one.stopped_at_s, one.recording.holes) == (plan.response_id, None, None)
    assert not wav.exists()


def test_the_sidecar_is_readable_by_people_and_other_programs(folder: Path, plan: TakePlan) -> None:
    wav = recordings.begin_take(folder, plan)
    data = json.loads(wav.with_suffix(".take.json").read_text("utf-8"))
    assert data["format"] == 1
    assert data["adoption"] is None
    assert datetime.fromisoformat(data["plan"]["started_at"]).astimezone(UTC) == made.EVENING
