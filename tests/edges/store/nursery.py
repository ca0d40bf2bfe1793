"""Forks processes that append as fast as they can, and kills each at a random moment.

Prints the text of every append that was acknowledged to the process that is dead by now.
"""

import asyncio
import os
import random
import signal
import sys
import time

from bot.edges.store import SqlLog
from tests.edges.store.making import append, begin, note


async def live(url: str, name: str) -> None:
    async with await SqlLog.open(url) as log:
        await asyncio.gather(*(work(log, f"{name}-{n}") for n in range(4)))


async def work(log: SqlLog, name: str) -> None:
    run_id = await begin(log, channel=name, touched={"board": 1})
    after = 1
    while True:
        text = f"{name}-{after}"
        await append(log, run_id, after, [note(text)], touched={"board": after + 1}, delivery=text)
        os.write(1, f"{text}\n".encode())
        after += 1


def main(path: str, kills: int) -> None:
    for round_ in range(kills):
        heard, told = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(heard)
            os.dup2(told, 1)
            asyncio.run(live(f"sqlite:///{path}", str(round_)))
        os.close(told)
        said = await_moment(heard, by_work=bool(round_ % 2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        # What it said between the last look and its death was acknowledged as well.
        with os.fdopen(heard, "rb") as rest:
            os.write(1, said + rest.read())


def await_moment(heard: int, *, by_work: bool) -> bytes:
    """Wait for the moment to kill, and return what the child said until then.

    By work: once so many appends were acknowledged, however slow the machine is. Else by time: the
    shortest lives end while the database is being made, or opened after a death.
    """
    if not by_work:
        time.sleep(random.uniform(0.01, 0.3))  # noqa: S311 - any moment will do
        return b""
    wanted, said = random.randint(1, 60), b""  # noqa: S311 - likewise
    while said.count(b"\n") < wanted:
        said += os.read(heard, 65_536)
    return said


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
