import hashlib
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.store import made
from trainer.domain.errors import KnownError
from trainer.domain.response import TakePlan
from trainer.store import files, people, recordings, responses, sessions, takes
from trainer.store.db import Log, integrity


class TestAdopt:
    def test_moves_the_file_and_adds_the_rows(self, folder: Path, log: Log, plan: TakePlan) -> None:
        wav = made.write_wav(recordings.begin_take(folder, plan))
        data = wav.read_bytes()
        response = made.take_in(log, plan, wav)
        # 23:30 in India on 31 March is still March in UTC.
        assert made.everything(folder) == {f"2026/03/{plan.response_id}.wav": data}
        assert response == responses.response(log, plan.response_id)
        assert response.vignette == plan.vignette
        assert (response.started_at, response.change_tried) == (plan.started_at, "say less")
        assert response.started_at.utcoffset() == plan.started_at.utcoffset()
        assert response.recording.sha256 == hashlib.sha256(data).hexdigest()
        assert response.recording.size_bytes == len(data)
        assert recordings.path_of(log, response.recording).read_bytes() == data
        assert recordings.open_takes(folder) == ()
        assert recordings.missing_or_altered(log, hashes=True) == recordings.FileCheck((), (), ())

    def test_again_is_the_same(self, folder: Path, log: Log, plan: TakePlan) -> None:
        wav = made.write_wav(recordings.begin_take(folder, plan))
        assert made.take_in(log, plan, wav) == made.take_in(log, plan, wav)
        assert len(made.everything(folder)) == 1

    def test_the_month_is_that_of_utc(self, log: Log) -> None:
        at = datetime.fromisoformat("2026-01-01T02:00:00+09:00")
        assert made.recorded(log, made.plan(made.begun(log, at))).recording.file.startswith(
            "2025/12/"
        )

    def test_without_its_sound_it_is_refused(self, folder: Path, log: Log, plan: TakePlan) -> None:
        wav = recordings.begin_take(folder, plan)
        with pytest.raises(KnownError, match="The recording is gone"):
            made.take_in(log, plan, wav)
        assert responses.find_response(log, plan.response_id) is None

    def test_other_sound_for_a_known_response_is_kept_and_told(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        made.recorded(log, plan)
        other = made.write_wav(recordings.begin_take(folder, plan), seed=7)
        with pytest.raises(KnownError, match="Another recording of this response"):
            made.take_in(log, plan, other)
        assert other.exists()

    def test_sound_from_elsewhere_keeps_its_format(
        self, tmp_path: Path, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        sent = tmp_path / "sent.flac"
        sent.write_bytes(b"fLaC...")
        response = made.take_in(log, plan, sent)
        assert list(made.everything(folder)) == [f"2026/03/{response.id}.flac"]

    def test_sound_from_another_disk_goes_there_only_when_all_is_safe(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        disks = [Path("/dev/shm"), Path(__file__).parent, Path("/var/tmp")]
        here = folder.stat().st_dev
        other = next((one for one in disks if one.is_dir() and one.stat().st_dev != here), None)
        if other is None:
            pytest.skip("needs two disks")
        with tempfile.TemporaryDirectory(dir=other) as place:
            sent = made.write_wav(Path(place) / "sent.wav")
            data = sent.read_bytes()
            response = made.take_in(log, plan, sent)
            assert not sent.exists()
            assert made.everything(folder) == {f"2026/03/{response.id}.wav": data}
            # Killed before the copy was deleted: again, it goes.
            sent.write_bytes(data)
            assert made.take_in(log, plan, sent) == response
            assert not sent.exists()

    def test_an_end_that_there_is_not_is_a_bug(self, log: Log, plan: TakePlan) -> None:
        with pytest.raises(ValueError, match="no such way to end"):
            recordings.adopt(
                log,
                plan,
                Path("x.wav"),
                duration_s=1.0,
                sample_rate=1,
                ended_by="boredom",
                stimulus_end_s=None,
                stimulus_end_error_s=None,
            )

    def test_a_kept_take_whose_sound_is_lost_stays_offered(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        recordings.begin_take(folder, plan)
        facts = takes.Adoption(".wav", 12.5, made.RATE, "window", 2.0, 0.02, made.later(1))
        takes.write_sidecar(folder, plan, facts)
        assert recordings.finish_adoptions(log) == ()
        assert [take.size_bytes for take in recordings.open_takes(folder)] == [0]

    def test_a_log_that_lost_person_and_session_still_takes_the_sound(
        self, folder: Path, log: Log
    ) -> None:
        plan = made.plan(made.session("019d0000-0000-7000-8000-000000000001"))
        response = made.recorded(log, plan)
        assert people.person(log, plan.person_id).name == ""
        assert sessions.session(log, plan.session_id).started_at == plan.started_at
        assert response.session_id == plan.session_id
        assert integrity(log) == ()

    def test_killed_after_the_move_is_finished_as_it_was_meant(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        wav = made.write_wav(recordings.begin_take(folder, plan))
        facts = takes.Adoption(".wav", 12.5, made.RATE, "window", 2.0, 0.02, made.later(1))
        takes.write_sidecar(folder, plan, facts)
        target = folder / "recordings" / takes.target_of(plan, ".wav")
        files.move(wav, target)
        (take,) = recordings.open_takes(folder)
        assert (take.path, take.plan, take.size_bytes) == (target, plan, 1004)
        with pytest.raises(KnownError, match="in the log already"):
            recordings.discard_take(folder, plan.response_id)
        (response,) = recordings.finish_adoptions(log)
        assert (response.ended_by, response.stimulus_end_s) == ("window", 2.0)
        assert response.recording.made_at == made.later(1)
        assert recordings.open_takes(folder) == ()
        assert recordings.finish_adoptions(log) == ()

    def test_killed_before_the_sidecar_went_is_finished_too(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        response = made.recorded(log, plan)
        facts = takes.Adoption(".wav", 12.5, made.RATE, "person", 2.0, 0.02, made.later(1))
        takes.write_sidecar(folder, plan, facts)
        assert recordings.finish_adoptions(log) == (response,)
        assert recordings.open_takes(folder) == ()


class TestReplaceFile:
    def twin(self, folder: Path, name: str = "new.flac") -> Path:
        (folder / name).write_bytes(b"fLaC" + bytes(100))
        return folder / name

    def test_puts_the_twin_in_its_place(self, folder: Path, log: Log, plan: TakePlan) -> None:
        response = made.recorded(log, plan)
        assert recordings.still_wav(log) == (response.recording,)
        new = recordings.replace_file(
            log, response.recording.id, self.twin(folder), sample_rate=16_000
        )
        assert made.everything(folder) == {f"2026/03/{response.id}.flac": b"fLaC" + bytes(100)}
        assert (new.size_bytes, new.sample_rate) == (104, 16_000)
        assert (new.duration_s, new.made_at) == (12.5, response.recording.made_at)
        assert responses.response(log, response.id).recording == new
        assert recordings.still_wav(log) == ()
        assert not recordings.missing_or_altered(log, hashes=True).altered

    def test_again_and_after_a_kill_at_each_step_is_the_same(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        response = made.recorded(log, plan)
        wav = recordings.path_of(log, response.recording)
        sound, flac = wav.read_bytes(), wav.with_suffix(".flac")
        files.move(self.twin(folder), flac)  # killed before the row
        asked = folder / "new.flac"
        new = recordings.replace_file(log, response.recording.id, asked, sample_rate=16_000)
        wav.write_bytes(sound)  # killed before the old file went
        assert new == recordings.replace_file(log, new.id, asked, sample_rate=16_000)
        assert new == recordings.replace_file(log, new.id, self.twin(folder), sample_rate=16_000)
        assert list(made.everything(folder)) == [f"2026/03/{response.id}.flac"]

    def test_a_twin_written_beside_is_taken_where_it_lies(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        one = made.recorded(log, plan).recording
        beside = recordings.path_of(log, one).with_suffix(".flac")
        beside.write_bytes(b"fLaC")
        assert recordings.replace_file(log, one.id, beside, sample_rate=48_000).size_bytes == 4

    def test_other_sound_in_the_same_format_is_a_bug(
        self, folder: Path, log: Log, plan: TakePlan
    ) -> None:
        one = made.recorded(log, plan).recording
        other = made.write_wav(folder / "other.wav", seed=9)
        with pytest.raises(ValueError, match="another format"):
            recordings.replace_file(log, one.id, other, sample_rate=48_000)
        assert recordings.recording(log, one.id) == one
        with pytest.raises(KnownError, match="no recording none"):
            recordings.replace_file(log, "none", other, sample_rate=48_000)

    def test_without_a_twin_the_sound_stays(self, folder: Path, log: Log, plan: TakePlan) -> None:
        one = made.recorded(log, plan).recording
        with pytest.raises(KnownError, match="no such file"):
            recordings.replace_file(log, one.id, folder / "none.flac", sample_rate=48_000)
        assert recordings.path_of(log, one).exists()


class TestCheck:
    def test_missing_altered_and_strange_files_are_told_apart(self, folder: Path, log: Log) -> None:
        sitting = made.begun(log)
        good, gone, grown, edited = (
            made.recorded(log, made.plan(sitting, at=made.later(n))).recording for n in range(4)
        )
        recordings.path_of(log, gone).unlink()
        recordings.path_of(log, grown).write_bytes(b"x")
        changed = recordings.path_of(log, edited)
        changed.write_bytes(bytes(changed.stat().st_size))
        stray = made.write_wav(folder / "recordings" / "2026" / "stray.wav")
        made.write_wav(recordings.begin_take(folder, made.plan(sitting, at=made.later(9))))
        quick = recordings.missing_or_altered(log)
        assert quick == recordings.FileCheck((gone,), (grown,), (stray,))
        seen: list[tuple[int, int]] = []
        full = recordings.missing_or_altered(
            log, hashes=True, progress=lambda done, every: seen.append((done, every))
        )
        assert full.altered == (grown, edited)
        assert seen == [(0, 4), (1, 4), (2, 4), (3, 4)]
        assert good not in full.missing + full.altered

    def test_a_row_that_leads_out_of_the_folder_is_refused(self, log: Log, plan: TakePlan) -> None:
        one = made.recorded(log, plan).recording
        for name in ("../log.db", "/etc/passwd", "a\\..\\b"):
            with pytest.raises(ValueError, match="not inside"):
                recordings.path_of(log, replace(one, file=name))


def test_a_file_that_cannot_be_replaced_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "in the way").mkdir()
    with pytest.raises(OSError, match="in the way"):
        files.write_whole(tmp_path / "in the way", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["in the way"]
