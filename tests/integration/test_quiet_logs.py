"""Is a terminal spared what is logged, but told of failures that no command's sentence tells?"""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from webapp.logs import configure_logs, quiet_logs

log = structlog.get_logger(__name__)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where what is logged is written down, as the service does it."""
    usual = structlog.get_config()
    configure_logs()
    written = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written))
    yield written
    structlog.configure(**usual)


class TestGivenACommandThatRuns:
    def test_what_becomes_of_queue_and_broker_is_its_own_to_say(self, written: io.StringIO) -> None:
        with quiet_logs():
            log.info("job.done")
            log.warning("queue.unreachable", problem="cannot connect to server")
            log.error("queue.sign_in_refused", problem="no")

        assert written.getvalue() == ""

    def test_a_failure_of_ours_is_one_line_that_names_nobody(self, written: io.StringIO) -> None:
        with quiet_logs():
            try:
                raise KeyError("ada@example.org")
            except KeyError:
                log.exception("sweep.failed", certificate=7)

        assert written.getvalue() == "Something failed: sweep.failed (KeyError). certdesk --verbose says where.\n"

    def test_one_that_is_handed_over_is_told_alike(self, written: io.StringIO) -> None:
        with quiet_logs():
            log.error("delivery.failed", exc_info=ValueError("ada"))

        assert "delivery.failed (ValueError)" in written.getvalue()


class TestGivenACommandThatHasEnded:
    def test_what_is_logged_is_written_down_again(self, written: io.StringIO) -> None:
        with quiet_logs():
            pass

        log.warning("queue.unreachable")

        assert json.loads(written.getvalue())["event"] == "queue.unreachable"
