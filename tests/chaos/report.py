"""One line for each scenario, and a table of them all where one is asked for."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.crowd import Crowd
from tests.chaos.judge import Verdict
from tests.chaos.site import Site

COLUMNS = (
    "scenario",
    "database",
    "replicas",
    "what went wrong",
    "acknowledged",
    "pressed again",
    "lost",
    "doubled",
    "wrong",
    "recovery",
)


def tell(name: str, site: Site, crowd: Crowd, verdict: Verdict, **happened: int) -> None:
    """Print what a scenario came to; append it to the table that CHAOS_REPORT names, if any."""
    kind = site.database + (" (HTTP)" if site.mode == "http" else "")
    cells = (
        *(name, kind, str(len(site.replicas)), _went(happened)),
        *(f"{crowd.acked:,}", f"{crowd.again:,}"),
        *(str(len(verdict.found.lost)), str(len(verdict.found.doubled))),
        str(len(verdict.found.wrong) + len(verdict.stuck)),
        f"{verdict.recovery:.1f} s",
    )
    print(
        f"\n{_line(cells)}"
        f" · facts: {verdict.found.facts} · messages: {verdict.found.messages}"
        f" · start: {site.start_seconds} · seed: {crowd.seed}"
    )
    if table := os.environ.get("CHAOS_REPORT"):
        _append(Path(table), cells)


def row(
    name: str,
    kind: str,
    replicas: int,
    happened: Mapping[str, int],
    recovery: float | None = None,
    again: int | None = None,
) -> None:
    """The same of a scenario that fails where anything is not as it must be, and has no crowd."""
    settled = "-" if recovery is None else f"{recovery:.1f} s"
    pressed = "-" if again is None else f"{again:,}"
    cells = (name, kind, str(replicas), _went(happened), "-", pressed, "0", "0", "0", settled)
    print(f"\n{_line(cells)}")
    if table := os.environ.get("CHAOS_REPORT"):
        _append(Path(table), cells)


def _went(happened: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what.replace('_', ' ')}" for what, number in happened.items())


def _line(cells: tuple[str, ...]) -> str:
    return " · ".join(f"{c}: {v}" for c, v in zip(COLUMNS, cells, strict=True))


def absent(name: str, why: str) -> None:
    """Say that a scenario could not be played here, in the table too: nothing is known of it."""
    cells = (name, "-", "-", f"could not run here: {why}", *("-" for _ in COLUMNS[4:]))
    print(f"\n{name}: {cells[3]}")
    if table := os.environ.get("CHAOS_REPORT"):
        _append(Path(table), cells)


def _append(table: Path, cells: tuple[str, ...]) -> None:
    table.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may write; the first one makes it.
    with contextlib.suppress(FileExistsError), table.open("x", encoding="utf-8") as written:
        written.write(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n")
    with table.open("a", encoding="utf-8") as written:
        written.write(f"| {' | '.join(cells)} |\n")
