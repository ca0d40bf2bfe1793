"""The database's file before it is a database: where it is, whose it is, and whether it can be.

It may not read a table. Every refusal is one line that says what to do.
"""

import contextlib
import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL

from bot.edges.store.trouble import StoreError

EXAMPLE = "sqlite:///runbook.db, or sqlite:////var/lib/runbook/runbook.db"
_MAGIC = b"SQLite format 3\x00"


def path_of(url: URL) -> Path:
    """The file that a URL such as `sqlite:///runbook.db` names; raises StoreError."""
    name = url.database
    if name in (None, "", ":memory:") or "\0" in name or url.query:
        raise StoreError(f"the log needs a file of its own, and no options; write {EXAMPLE}")
    return Path(name).resolve()


class Lock:
    """An exclusive lock beside the file, held for life; the kernel lets go of it at any death.

    The lock's own file stays: were it deleted, two processes could hold a lock on two of them.
    """

    def __init__(self, path: Path) -> None:
        self._file = _take(path)

    def release(self) -> None:
        """Let the next process have the database."""
        self._file.close()


def _take(path: Path) -> IO[str]:
    beside = path.with_name(path.name + ".lock")
    try:
        file = os.fdopen(private(beside), "a+", encoding="utf-8")
    except OSError as error:
        user = f"the user with id {os.geteuid()}"
        raise StoreError(
            f"cannot write in {path.parent}: {error.strerror}; let {user} write there"
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
    except BlockingIOError:
        file.seek(0)
        holder = file.read() or "another process"
        file.close()
        raise StoreError(
            f"{path} is in use by {holder}; stop that one first, or name another file"
        ) from None
    except OSError as error:
        file.close()
        raise StoreError(f"cannot lock {beside}: {error.strerror}; make room there") from None
    return file


def private(path: Path) -> int:
    """Open a file to write at its end, made if need be, that only its owner can read."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(OSError):
        # What was there before may be open to others, and may be somebody else's.
        os.fchmod(handle, 0o600)
    return handle


def note_into(path: Path, line: str) -> None:
    """Add a line to a file that only its owner can read; on the disk when this returns.

    After a line that a full disk cut off it begins on one of its own. Raises OSError.
    """
    handle = private(path)
    try:
        end = os.fstat(handle).st_size
        torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
        left = b"\n" * torn + line.encode() + b"\n"
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_private(path: Path) -> None:
    """Let nobody but its owner read the database; SQLite makes the files beside it alike."""
    # Not opened if it is there: to close it would let go of SQLite's own locks on it.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + end).chmod(0o600)


def inspect(path: Path) -> None:
    """Refuse a place where no database of ours can be; raises StoreError."""
    if not path.parent.is_dir():
        raise StoreError(
            f"the folder {path.parent} does not exist; make it with `mkdir -p {path.parent}`"
        )
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it, such as {path}/runbook.db")
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(
            f"cannot read {path}: {error.strerror}; let the user with id {os.geteuid()} read it"
        ) from None
    if head not in (b"", _MAGIC):
        raise StoreError(f"{path} is not an SQLite database; name another file")
