"""How long starts take: a thousand procedures, and `runbook --help`.

Prints, and asserts no time: run `make bench`.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from bot.edges.library import Library, cache
from tests.bench import report
from tests.bench.processes import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

PROCEDURES, SIZE, TIMES = 1_000, 4_500, 7
BARE = "import argparse; argparse.ArgumentParser(prog='bare').parse_args(['--help'])"


def seconds(folder: Path, kept: Path) -> tuple[float, float]:
    """How long a start waits for the procedures, all of which must be served; processor time."""
    cache.program.cache_clear()
    library = Library(folder, cache=kept)
    begun = time.perf_counter(), time.process_time()
    library.refresh()
    took = time.perf_counter() - begun[0], time.process_time() - begun[1]
    assert len(library.all()) == PROCEDURES, library.problems()
    return took


def test_a_thousand_procedures(tmp_path: Path) -> None:
    """Cold, every file is parsed; warm, each comes from the cache."""
    text = (ROOT / "procedures" / "key-compromise.yaml").read_text("utf-8")
    text += "# " + "x" * (SIZE - len(text.encode()) - 2)
    folder, kept = tmp_path / "procedures", tmp_path / "cache"
    folder.mkdir()
    for number in range(PROCEDURES):
        named = text.replace("id: key-compromise", f"id: p{number}", 1)
        (folder / f"p{number}.yaml").write_text(named, "utf-8")
    cold, work = seconds(folder, kept)
    warm, warm_work = zip(*(seconds(folder, kept) for _ in range(TIMES)), strict=True)
    report.table(
        f"{PROCEDURES:,} procedures of {SIZE / 1_000:g} kB",
        ("", "median", "best", "processor time"),
        [
            ("cold", f"{cold:.2f} s", f"{cold:.2f} s", f"{work:.2f} s"),
            ("warm", f"{median(warm):.2f} s", f"{min(warm):.2f} s", f"{median(warm_work):.2f} s"),
        ],
    )


def wall(*command: str) -> float:
    """Milliseconds that a whole process takes."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return (time.perf_counter() - begun) * 1_000


def test_help() -> None:
    """`runbook --help` beside a program of one line with argparse, in turn."""
    pairs = [(wall("-m", "bot", "--help"), wall("-c", BARE)) for _ in range(15)]
    ours, bare = (median(times) for times in zip(*pairs, strict=True))
    report.table(
        "`runbook --help`, whole process",
        ("runbook / bare argparse", "runbook", "bare"),
        [(f"{ours / bare:.2f}", f"{ours:.0f} ms", f"{bare:.0f} ms")],
    )
