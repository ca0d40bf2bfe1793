"""The points at which a process is killed: a statement, a commit, a turn of its event loop."""

import os
import signal
from asyncio import base_events
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


class Points:
    """Counts what the process comes through, and kills it at one of them; at none, if it is 0."""

    def __init__(self, last: int) -> None:
        self.last, self.passed, self.first = last, 0, 0

    def __call__(self, *_: Any) -> None:
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def begin(self) -> None:
        """What matters begins here."""
        self.first = self.first or self.passed

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """*work*, with a point before and after it."""

        def done(*given: Any) -> Any:
            self()
            try:
                return work(*given)
            finally:
                self()

        return done

    def watch_statements(self) -> None:
        """Stand at every statement and every commit."""
        event.listen(Engine, "before_cursor_execute", self)
        event.listen(Engine, "commit", self)

    def watch_turns(self) -> None:
        """Stand at every turn of the event loop."""
        loop: Any = base_events.BaseEventLoop
        loop._run_once = self.around(loop._run_once)
