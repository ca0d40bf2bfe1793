"""One line in the log for what strangers may do a thousand times a second."""

import logging
import time
from collections import Counter
from collections.abc import Callable

EVERY = 60.0
"""Seconds between two lines of one kind."""


class Seldom:
    """Logs each kind of thing at most once in EVERY seconds, and then how often it happened.

    A *kind* is a word of the program's, never of somebody else's, so that there are few of them.
    """

    def __init__(
        self, logger: logging.Logger, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger, self._clock = logger, clock
        self._last: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def warn(self, kind: str, words: str, *values: object) -> None:
        """Say it, unless this kind of thing was said a short while ago."""
        now = self._clock()
        if now - self._last.get(kind, -EVERY) < EVERY:
            self._unsaid[kind] += 1
            return
        self._last[kind] = now
        if more := self._unsaid.pop(kind, 0):
            words, values = f"{words} (and %d more since the last such line)", (*values, more)
        self._logger.warning(words, *values)
