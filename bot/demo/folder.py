"""The folder of a demo: emptied at each start, and held while it runs."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.demo.processes import StageError

MARK = ".runbook-demo"
"""A file by which a folder is known as a demo's, and may be emptied."""
TYPED_IN = "civictrust"
"""The folder in which people type; a shell that is in it still is after a restart."""


@contextlib.contextmanager
def fresh(data: Path) -> Iterator[None]:
    """Empty the demo's folder and hold it; a folder that is not a demo's is left alone."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = list(data.iterdir())
    if there and not (data / MARK).exists():
        raise StageError(f"{data} is not empty and not a demo's; choose another folder")
    # The demo's tokens are in there.
    data.chmod(0o700)
    with (data / MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StageError(f"a demo runs in {data} already; choose another folder") from None
        for path in there:
            if path.name != MARK:
                _remove(path, keep=path.name == TYPED_IN)
        yield


def _remove(path: Path, *, keep: bool) -> None:
    """Remove a file or a folder; a folder to *keep* is emptied, since a shell may be in it."""
    if not path.is_dir() or path.is_symlink():
        path.unlink()
        return
    for inner in path.iterdir() if keep else ():
        _remove(inner, keep=False)
    if not keep:
        shutil.rmtree(path)


def write_whole(path: Path, text: str) -> None:
    """Write a file atomically."""
    aside = path.with_suffix(".new")
    aside.write_text(text, "utf-8")
    aside.replace(path)
