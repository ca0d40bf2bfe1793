"""A system to stand beside a workspace in tests: it does nothing, and says what it is told to."""

import asyncio
from collections.abc import Sequence
from typing import Any


class Pretended:
    """Every command prints itself; `prompt` is `./trust`."""

    name = "Trust"
    prompt = "./trust"
    presses: Sequence[dict[str, Any]] = (
        {"id": "break", "label": "Break it", "says": "It breaks"},
        {"id": "heal", "label": "Heal it", "says": "It is well again", "mends": True},
    )

    def __init__(self) -> None:
        self.good = True
        self.words = "Well."
        self.facts = ["LSN 1"]
        self.output = "done"
        self.looks = 0
        self.ran: list[str] = []
        self.free = asyncio.Event()
        self.free.set()

    async def look(self) -> dict[str, Any]:
        self.looks += 1
        row = {
            "name": "node-1",
            "mark": "good" if self.good else "bad",
            "state": "alive" if self.good else "down",
            "facts": self.facts,
            "hash": "state 12ab",
        }
        return {
            "good": self.good,
            "says": self.words,
            "groups": [{"title": "Nodes", "rows": [row]}],
        }

    def refusal(self, line: str) -> str | None:
        return None if line.startswith("./trust ") else "This runs ./trust only."

    async def plan(self, press: str) -> Sequence[str]:
        return [f"./trust {press}", "./trust status"]

    async def run(self, line: str) -> tuple[int, str]:
        self.ran.append(line)
        await self.free.wait()
        self.good = "break" not in line
        self.words = "Well." if self.good else "Broken: node-1 is down."
        return 0 if self.good else 1, f"{line}: {self.output}\n"
