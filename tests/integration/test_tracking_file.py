"""Does the tracking file hold whole lines, whoever writes, dies or rotates it meanwhile (decision 45)?"""

import fcntl
import json
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.waiting import wait_until
from webapp.adapters.tracking import TrackingFile
from webapp.ports import TrackingLost

EVENT = {"name": "edx.certificate.created", "event": {"course_id": "course-v1:edX+Web+2026", "user_id": None}}
LINE = '{"name":"edx.certificate.created","event":{"course_id":"course-v1:edX+Web+2026","user_id":null}}\n'
PROCESSES, WRITES, AT_ONCE = 4, 25, 40


def events(number: int, writer: int = 0, padding: int = 0) -> list[dict[str, object]]:
    """Give events that can be told apart."""
    return [{"name": f"event {n}", "writer": writer, "padding": "x" * padding} for n in range(number)]


def write_many(path: Path, writer: int) -> None:
    """Write again and again, as one process of several."""
    file = TrackingFile(str(path))
    for _ in range(WRITES):
        file.write(events(AT_ONCE, writer, 300))


def write_for_ever(path: Path) -> None:
    """Write until somebody ends the process."""
    file = TrackingFile(str(path))
    while True:
        file.write(events(500, padding=1500))


def write_beyond_the_end(path: Path, said: Path) -> None:
    """Write twice where the disk has room for one event and ten bytes more, and put down what is told of it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    file = TrackingFile(str(path))
    file.write([EVENT])
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(LINE) + 10, resource.RLIM_INFINITY))
    problems = []
    for _ in range(2):
        try:
            file.write([EVENT, EVENT])
        except TrackingLost as problem:
            problems.append(str(problem))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    said.write_text("\n".join(problems))


def process_of(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """Give a process that forks from one which has imported what is needed, and has done nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context.Process(target=target, args=arguments)


def read(path: Path) -> list[dict[str, object]]:
    """Give every line; raises where one is not whole."""
    return [json.loads(line) for line in path.read_text().splitlines()]


class TestGivenNoFile:
    def test_folder_and_file_are_made_for_us_and_our_group_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "var" / "log" / "tracking.log"

        TrackingFile(str(path)).write([EVENT, EVENT])

        assert path.read_text() == LINE * 2
        assert path.stat().st_mode & 0o777 == 0o640

    def test_none_is_made_before_the_first_event(self, tmp_path: Path) -> None:
        TrackingFile(str(tmp_path / "var" / "tracking.log"))

        assert list(tmp_path.iterdir()) == []


class TestGivenWhatPeopleAreCalled:
    def test_each_event_is_one_line_of_ascii(self, tmp_path: Path) -> None:
        path = tmp_path / "tracking.log"
        said = {"name": "a\nb\u2028c", "event": {"who": "李明 😀"}}

        TrackingFile(str(path)).write([said])

        assert path.read_bytes().isascii()
        assert read(path) == [said]


class TestGivenARotation:
    @pytest.mark.parametrize("how", ["moved", "removed", "emptied"])
    def test_the_next_event_comes_into_a_whole_file(self, tmp_path: Path, how: str) -> None:
        path = tmp_path / "tracking.log"
        file = TrackingFile(str(path))
        file.write(events(3))
        match how:
            case "moved":
                path.rename(tmp_path / "tracking.log.1")
            case "removed":
                path.unlink()
            case _:
                os.truncate(path, 0)

        file.write([EVENT])

        assert path.read_text() == LINE


class TestGivenSeveralProcesses:
    def test_every_line_is_whole_and_there_once(self, tmp_path: Path) -> None:
        path = tmp_path / "tracking.log"
        writers = [process_of(write_many, path, n) for n in range(PROCESSES)]

        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)

        lines = read(path)
        assert [writer.exitcode for writer in writers] == [0] * PROCESSES
        assert len(lines) == PROCESSES * WRITES * AT_ONCE
        batches = [lines[n : n + AT_ONCE] for n in range(0, len(lines), AT_ONCE)]
        assert all(batch == events(AT_ONCE, int(str(batch[0]["writer"])), 300) for batch in batches)

    def test_one_that_is_killed_while_it_writes_leaves_no_half_line_for_long(self, tmp_path: Path) -> None:
        path = tmp_path / "tracking.log"
        for _ in range(5):
            size = path.stat().st_size if path.exists() else 0
            killed = process_of(write_for_ever, path)
            killed.start()
            wait_until(lambda size=size: path.exists() and path.stat().st_size > size)  # type: ignore[misc]  # bound here
            killed.kill()
            killed.join(10)
            assert killed.exitcode == -signal.SIGKILL

        TrackingFile(str(path)).write([EVENT])

        assert read(path)[-1] == EVENT


class TestGivenAHalfLine:
    @pytest.mark.parametrize("half", ["{", '{"name":', LINE[:-1], '{"name":"' + "x" * 200_000])
    def test_of_ours_it_goes_since_it_is_written_again(self, tmp_path: Path, half: str) -> None:
        path = tmp_path / "tracking.log"
        path.write_text(LINE + half)

        TrackingFile(str(path)).write([EVENT])

        assert path.read_text() == LINE * 2

    @pytest.mark.parametrize("words", ["not ours", "first\nnot ours"])
    def test_what_is_not_ours_stays(self, tmp_path: Path, words: str) -> None:
        path = tmp_path / "tracking.log"
        path.write_text(words)

        TrackingFile(str(path)).write([EVENT])

        assert path.read_text() == f"{words}\n{LINE}"


class TestGivenAFileThatCannotBeWritten:
    def test_a_folder_in_its_place_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(TrackingLost, match="cannot be written: Is a directory"):
            TrackingFile(str(tmp_path)).write([EVENT])

    def test_a_file_in_its_folders_place_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("")

        with pytest.raises(TrackingLost, match="cannot be written"):
            TrackingFile(str(tmp_path / "var" / "tracking.log")).write([EVENT])

    def test_a_disk_that_is_full_in_the_middle_leaves_nothing_of_it(self, tmp_path: Path) -> None:
        path = tmp_path / "tracking.log"
        said = tmp_path / "said"
        writer = process_of(write_beyond_the_end, path, said)

        writer.start()
        writer.join(60)

        assert writer.exitcode == 0
        assert said.read_text().splitlines() == ["the tracking file was not written whole: is the disk full?"] * 2
        assert path.read_text() == LINE

    def test_a_process_that_holds_it_for_ever_keeps_nobody_for_ever(self, tmp_path: Path) -> None:
        path = tmp_path / "tracking.log"
        with path.open("w") as holding:
            fcntl.flock(holding, fcntl.LOCK_EX)
            begun = time.monotonic()

            with pytest.raises(TrackingLost):
                TrackingFile(str(path), patience_s=0.1).write([EVENT])

        assert time.monotonic() - begun < 5
        assert path.read_text() == ""
