"""Is nothing under way any more when the workers of the demonstration are forked?"""

import threading
import time
from pathlib import Path

from flask import Flask

from tests.fakes import FakeAttempts
from webapp import create_app
from webapp.adapters.couriers.threads import ThreadCourier
from webapp.ports import Ports
from webapp.server import prepare_demo
from webapp.settings import Settings


class TestGivenANewDatabase:
    def app_that_sends(self, path: Path, send: ThreadCourier) -> Flask:
        settings = Settings(database_url=f"sqlite:///{path}", secret_key="not-a-secret-of-anyone")
        return create_app(settings, Ports(attempts=FakeAttempts(), courier=send))

    def test_what_the_demonstration_left_to_be_sent_is_sent_before_anybody_serves(self, tmp_path: Path) -> None:
        sending, began = threading.Event(), threading.Event()

        def send() -> None:
            began.set()
            sending.set()
            time.sleep(0.3)  # whoever does not wait for its end finds it under way
            sending.clear()

        people = prepare_demo(self.app_that_sends(tmp_path / "new.sqlite3", ThreadCourier(send, send)))

        assert people
        assert (began.is_set(), sending.is_set()) == (True, False)
