"""How is something done soon, once for all who ask for it meanwhile, without anybody waiting for it?"""

import threading
import time
from collections.abc import Callable


class Soon:
    """Does one thing in a thread of its own, again where somebody asked while it was being done."""

    def __init__(self, do: Callable[[], float], name: str) -> None:
        """Remember what to do; it gives for how many seconds to rest after it, and raises nothing. No thread begins yet."""
        self._do, self._name = do, name
        self._change = threading.Condition()
        self._asked = self._done = 0
        self._thread: threading.Thread | None = None

    @property
    def was_asked(self) -> bool:
        """Say whether anybody has asked at all."""
        return self._asked > 0

    def ask(self) -> None:
        """Have it done soon; what was begun before does not count."""
        with self._change:
            self._asked += 1
            # A process that was forked has what it was asked for, but not its thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._change.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait until all that was asked for is done, so many seconds at most."""
        with self._change:
            self._change.wait_for(self._nothing_asked, seconds)

    def _nothing_asked(self) -> bool:
        return self._done >= self._asked

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: not self._nothing_asked())
                asked = self._asked
            rest_s = self._do()
            with self._change:
                self._done = asked
                self._change.notify_all()
            time.sleep(rest_s)  # whatever is asked for meanwhile is done together afterwards
