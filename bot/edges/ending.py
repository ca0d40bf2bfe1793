"""The end of the process: it comes when it was promised, whatever hangs.

A thread that waits for a name's address, an event loop that stands or a library that does not let
go of the interpreter would keep a stop from ending. What was taken is durable, so nothing is lost
by ending in the middle.
"""

import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

LAST = 8.8
"""Seconds after a signal at which the process ends."""
AFTER = 4.0
"""Seconds that threads have to end once all else has."""
KERNEL = 1.0
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


def leave(status: int) -> NoReturn:
    """End the process now, all being done.

    Python itself would look through a million objects once more, which takes a busy machine
    seconds, and would then wait for threads.
    """
    logging.shutdown()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        # Whoever read it is gone, or the disk is full: not all was said.
        status = status or 1
    os._exit(status)
