"""A program that is through ends at once, with its status and all that it said."""

import subprocess
import sys

LINGERING = """
import threading, time
from bot.edges import ending
threading.Thread(target=time.sleep, args=(3600,)).start()
print("all is said")
ending.leave(7)
"""


def test_a_program_ends_with_its_status_and_its_words_whatever_thread_goes_on() -> None:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", LINGERING], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (7, "all is said\n")


def test_words_that_nobody_can_read_any_more_are_not_a_success() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        said = "print('x'); from bot.edges import ending; ending.leave(0)"
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", said], stdout=full, stderr=full, timeout=60, check=False
        )
    assert done.returncode == 1
