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
        child = os.fork()
        if child == 0:
            asyncio.run(live(f"sqlite:///{path}", str(round_)))
        # The shortest lives end while the database is being made, or opened after a death.
        time.sleep(random.uniform(0.01, 0.3))  # noqa: S311 - any moment will do
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
