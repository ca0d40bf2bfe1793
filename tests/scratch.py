"""Where the tests keep their files: in memory, where there is room, so that none waits for a disk.

Each click is on the disk before it is acknowledged, so a story waits for hundreds of writes that
nobody would miss. A process that is killed loses nothing in memory that it had not lost on a disk.
What is measured or broken for a long time is on a disk all the same, as it is served.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - it is Linux's own
ROOM = 4 << 30
"""Bytes that must be free in it; a container's may be as small as 64 MiB."""


def keep_in_memory(memory: Path = MEMORY) -> bool:
    """Have temporary files made in memory, those of programs that tests start too; whether it is.

    Not where TMPDIR names a place already.
    """
    if os.environ.get("TMPDIR") or not os.access(memory, os.W_OK | os.X_OK):
        return False
    if shutil.disk_usage(memory).free < ROOM:
        return False
    os.environ["TMPDIR"] = str(memory)
    # It may have been asked for before.
    tempfile.tempdir = None
    return True


def aged(folder: Path) -> Path:
    """Make what is in a folder look as if nobody had written to it for an hour; the folder.

    What was just written may be half a file: a bot looks at it twice, and judges it elsewhere.
    """
    before = time.time() - 3_600.0
    for path in folder.rglob("*"):
        os.utime(path, (before, before))
    return folder
