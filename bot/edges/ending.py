"""The end of the process: it comes when it was promised, whatever hangs.

A thread that waits for a name's address, an event loop that stands or a library that does not let
go of the interpreter would keep a stop from ending. What was taken is durable, so nothing is lost
by ending in the middle.
"""

import logging
import os
import signal
import threading
from types import FrameType

LAST = 9.5
"""Seconds after a signal at which the process ends."""
AFTER = 4.0
"""Seconds that threads have to end once all else has; a busy machine takes one to leave Python."""
KERNEL = 0.3
"""Seconds after that at which the kernel ends it, should not even a thread get its turn."""

logger = logging.getLogger(__name__)


def on_signal(number: int, seconds: float = LAST) -> None:
    """End within *seconds* of this signal; the event loop's own handler of it stays."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        within(seconds)

    # Between two bytecodes, not in the event loop's turn: that may never come.
    signal.signal(number, heard)
    signal.siginterrupt(number, False)  # noqa: FBT003 - the library's


def within(seconds: float, status: int = 0, fault: BaseException | None = None) -> None:
    """End the process with *status* in so many seconds, unless it has ended by itself."""

    def end() -> None:
        words = "stopped without waiting any longer; the next start finishes what was left"
        logger.warning(words, exc_info=fault)
        os._exit(status)

    last = threading.Timer(seconds, end)
    last.daemon = True
    last.start()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    earlier, _ = signal.getitimer(signal.ITIMER_REAL)
    # What was promised when the signal came is not put off by what is said later.
    signal.setitimer(signal.ITIMER_REAL, min(earlier or seconds + KERNEL, seconds + KERNEL))
