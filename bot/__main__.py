"""Start the command-line program."""

import sys

from bot.cli.main import main
from bot.edges import ending


def run() -> None:
    """Run what the command line asks for, and end the process with its status."""
    try:
        status = main()
    except Exception:  # noqa: BLE001 - it is told as Python tells it
        sys.excepthook(*sys.exc_info())
        status = 1
    ending.leave(status)


if __name__ == "__main__":
    run()
