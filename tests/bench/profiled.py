"""`python -m tests.bench.profiled FILE`: `runbook serve`, and where its processor time went.

Each thread is profiled by its own clock of processor time, so that waiting costs nothing. FILE
gets one line of JSON: "thread: part" -> seconds. A built-in's time is its caller's.
"""

import cProfile
import json
import pstats
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bot.cli.main import main as runbook

_PARTS = (
    "bot/core",
    "bot/edges/store",
    "bot/edges/slack",
    "bot",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "asyncio",
    "urllib",
    "json",
    "logging",
)

profiles: list[tuple[str, cProfile.Profile]] = []


def attach(*_: Any) -> None:
    """Profile the thread that calls."""
    mine = cProfile.Profile(time.thread_time, builtins=False)
    # A pool numbers its threads.
    name = re.sub(r"[-_0-9]+$", "", threading.current_thread().name)
    profiles.append((name, mine))
    mine.enable()


def part_of(file: str) -> str:
    """The part of the program that a file belongs to."""
    return next((part for part in _PARTS if f"/{part}/" in file or f"/{part}." in file), "the rest")


def spent(profile: cProfile.Profile) -> dict[str, float]:
    """Seconds of processor time by part."""
    found: Counter[str] = Counter()
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, _), (_, _, own, _, _) in stats.items():
        found[part_of(file)] += own
    return {part: round(seconds, 3) for part, seconds in found.most_common()}


def main() -> int:
    """Serve until SIGTERM, then write."""
    threading.setprofile(attach)
    attach()
    status = runbook(["serve"])
    for _, profile in profiles:
        profile.disable()
    found: Counter[str] = Counter()
    for thread, profile in profiles:
        found.update({f"{thread}: {part}": took for part, took in spent(profile).items()})
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
