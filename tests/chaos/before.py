"""The version before entries were sealed, as Git has it: its tree, with packages of its own.

Run as a program, it has that version work with people for a while, and writes the database that
it leaves to the file that is named, as SQL.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.crowd import crowd
from tests.chaos.site import ROOT, Replica, site
from tests.hanging import HANG_S

LAST_UNSEALED = "40447ff6ff4996f7a8241998c5685d6eee5efcfc"
"""The last commit before entries were sealed."""
NAMES = ("ana", "ben")


class NotHere(Exception):
    """That version cannot be had here, and why."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where that version is, and the Python that runs it."""

    folder: Path
    python: str

    def replica(self, name: str, environ: dict[str, str], log: Path) -> Replica:
        """A replica of that version."""
        return Replica(name, environ, log, cwd=self.folder, python=self.python)


def _run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=cwd, capture_output=True, check=False)  # noqa: S603 - ours


def install(folder: Path, commit: str = LAST_UNSEALED) -> Before:
    """Put that version into *folder*, as its own set-up does; raises NotHere."""
    there = _run("git", "cat-file", "-e", f"{commit}^{{commit}}")
    if there.returncode:
        raise NotHere(
            f"Git does not have the commit {commit[:7]} here (a shallow clone has not: "
            "`git fetch --unshallow` brings it)"
        )
    folder.mkdir()
    packed = folder.with_suffix(".tar")
    archived = _run("git", "archive", "-o", str(packed), commit)
    if archived.returncode or _run("tar", "-xf", str(packed), cwd=folder).returncode:
        raise NotHere(f"the commit {commit[:7]} cannot be unpacked: {_last(archived.stderr)}")
    environ = {**os.environ, "PYTHON": sys._base_executable}  # type: ignore[attr-defined]
    made = subprocess.run(  # noqa: S603 - its own
        [folder / ".ci" / "setup", ".venv", "requirements.lock"],
        env=environ,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        raise NotHere(f"the packages of {commit[:7]} cannot be installed: {_last(made.stderr)}")
    return Before(folder, str(folder / ".venv" / "bin" / "python"))


def _last(said: bytes) -> str:
    return said.decode("utf-8", "replace").strip().rpartition("\n")[2]


async def _worked(before: Before, folder: Path) -> Path:
    """Have two people work with that version; the file of its database."""
    file = folder / "runbook.db"
    url = f"sqlite:///{file}"
    async with site(folder, names=NAMES, url=url, make=before.replica) as place:
        async with crowd(place, 7, names=NAMES) as people:
            await people.until(lambda: people.acked >= 40)
            stuck = await people.rest(HANG_S)
            assert not stuck, stuck
        assert await place.replicas[0].end(signal.SIGTERM) == 0
    return file


def main() -> None:
    """Write that version's database."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        file = asyncio.run(_worked(install(folder / "before"), folder))
        with closing(sqlite3.connect(file)) as connection:
            text = "\n".join(connection.iterdump())
    Path(sys.argv[1]).write_text(text.replace(made, "") + "\n", "utf-8")


if __name__ == "__main__":
    main()
