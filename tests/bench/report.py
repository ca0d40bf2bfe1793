"""What the benches found, printed as it comes and kept as Markdown in artifacts/bench.md."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "artifacts" / "bench.md"


def begin(disk: str) -> None:
    """Begin the page anew, with the machine in its first line."""
    PAGE.parent.mkdir(exist_ok=True)
    cores = len(os.sched_getaffinity(0))
    machine = f"{cores} cores, {platform.system()}, Python {platform.python_version()}"
    PAGE.write_text(f"{machine}; disk {disk}.\n", encoding="utf-8")


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, and add it to the page."""
    lines = [f"### {title}", "", _row(head), _row(["---"] * len(head)), *map(_row, rows)]
    text = "\n".join(lines)
    print(f"\n{text}", flush=True)
    with PAGE.open("a", encoding="utf-8") as page:
        page.write(f"\n{text}\n")


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
