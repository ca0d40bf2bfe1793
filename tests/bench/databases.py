"""Empty databases for the bot, durable as in earnest, and what is in them afterwards."""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from tests.bench.processes import ROOT, program
from tests.postgres import Cluster

KINDS = ("sqlite", "postgresql")
PLACE = ROOT / "artifacts"
"""Beside the checkout, which is on a disk where a folder for temporary files may not be."""


@contextlib.asynccontextmanager
async def database(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database whose commits reach the disk."""
    PLACE.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=PLACE))
            url = f"sqlite:///{folder}/runbook.db"
        else:
            cluster = stack.enter_context(await asyncio.to_thread(Cluster, durable=True))
            url = await asyncio.to_thread(cluster.create_database)
            async with program({"RUNBOOK_DATABASE_URL": url}, "bot", "migrate") as migrating:
                assert await migrating.wait() == 0
        yield url


def facts(url: str, *kinds: str) -> int:
    """How many facts of these kinds the database holds."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    names = {f"kind{n}": kind for n, kind in enumerate(kinds)}
    query = text(f"SELECT count(*) FROM facts WHERE kind IN (:{', :'.join(names)})")  # noqa: S608 - names of ours
    try:
        with engine.connect() as connection:
            return int(connection.execute(query, names).scalar_one())
    finally:
        engine.dispose()


def disk() -> str:
    """The disk under the databases: its file system, and how long one `fsync` of a page takes."""
    PLACE.mkdir(exist_ok=True)
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    under = next(folder for folder in (PLACE, *PLACE.parents) if folder in mounts)
    took: list[float] = []
    with tempfile.NamedTemporaryFile(dir=PLACE) as file:
        for _ in range(200):
            begun = time.perf_counter()
            file.write(b"x" * 4_096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return f"{mounts[under]}, an fsync in {sorted(took)[100] * 1_000:.2f} ms"
