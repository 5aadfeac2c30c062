"""How does the database hear of the visits that a process counted? From a thread, every ten seconds and at the end."""

import threading
from datetime import datetime, timedelta
from multiprocessing.util import Finalize

import structlog
from flask import Flask

from webapp import clock
from webapp.domain.certificates.page.evidence import EvidenceVisit
from webapp.models.base import unit_of_work
from webapp.services.visits import agents, evidence
from webapp.services.visits.agents import VisitCounts
from webapp.services.visits.evidence import EvidenceVisits

log = structlog.get_logger(__name__)
TELL_EVERY = timedelta(seconds=10)
STOPS_WITHIN_S = 10
BEFORE_SCHEDULERS = 2
"""At the end of a process the schedulers may take most of the time that a worker is given (serving.create_serving_app)."""


class VisitTeller:
    """Counts visits in memory and adds them to the database from a thread of its own, which the first visit begins.

    A visit waits for no database, and none is lost while that fails: what could not be added is added later. A process
    that ends in good order, under any server, adds the rest first; one that is killed loses ten seconds of visits.
    """

    def __init__(self, app: Flask, every: timedelta = TELL_EVERY) -> None:
        """Add to the database of the application."""
        self._app = app
        self._every_s = every.total_seconds()
        self._counts = VisitCounts()
        self._evidence = EvidenceVisits()
        self._beginning = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, agent: str, now: datetime) -> None:
        """Count one more visit of an agent (`agents.agent_of`)."""
        self._counts.count(agent, now.date())
        self._run_thread()

    def see(self, visit: EvidenceVisit) -> None:
        """Remember one more visit of a certificate by somebody who is not its owner."""
        self._evidence.add(visit)
        self._run_thread()

    def tell(self) -> None:
        """Add what was counted to the database; never raises: what could not be added is kept for the next time."""
        untold, unseen = self._counts.take(), self._evidence.take()
        if not untold and not unseen.counts:
            return
        try:
            with self._app.app_context(), unit_of_work() as session:
                for day, counts in untold.items():
                    agents.add(session, counts, day)
                base_url = self._app.extensions["settings"].base_url
                evidence.tell(session, unseen, base_url=base_url, now=clock.now())
        except Exception as problem:
            self._counts.put_back(untold)
            self._evidence.put_back(unseen)
            # The name alone: the text of an error may quote what visitors sent.
            log.error("visits.not_told", problem=type(problem).__name__)
            return
        if unseen.left_out:
            log.warning("visits.left_out", number=unseen.left_out)

    def stop(self) -> None:
        """Add what is left, and end the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOPS_WITHIN_S)

    def _run_thread(self) -> None:
        # A process that was forked has the teller, but not its thread.
        if self._thread is None or not self._thread.is_alive():
            self._begin()

    def _begin(self) -> None:
        with self._beginning:
            if self._thread is not None and self._thread.is_alive():
                return
            self._stopping.clear()
            thread = threading.Thread(target=self._run, name="visits", daemon=True)
            try:
                thread.start()
            except RuntimeError as problem:  # too many threads: the next visit tries again
                log.error("visits.no_thread", problem=type(problem).__name__)
                return
            self._thread = thread
            # Our own server's workers end without the interpreter's exit handlers, others with; both call this.
            Finalize(None, self.stop, exitpriority=BEFORE_SCHEDULERS)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(self._every_s)
            self.tell()
