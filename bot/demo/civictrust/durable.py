"""Write files so that they outlive the process and the power. Knows nothing of their meaning."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable: a new or renamed file is only safe after this."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace the file in one step: a reader or a crash sees the old bytes or the new, no mix."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    sync_folder(path.parent)
