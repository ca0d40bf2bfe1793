"""Run a module that ends with the process that started it: `python -m bot.demo.tied MODULE …`.

Standard input is a pipe into which nobody writes. Once it is at its end the starter is gone,
however it went, SIGKILL included. It may not know which modules it runs.
"""

import os
import runpy
import signal
import sys
import threading
import time

FAREWELL = 5.0
"""Seconds that the module has to end by itself after SIGTERM."""


def main() -> None:
    """Watch standard input aside, and run the module as the program."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_starter() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(FAREWELL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
