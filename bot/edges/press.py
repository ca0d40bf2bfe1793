"""Work that takes long, in a process of its own: neither the event loop nor its lock waits for it.

It may not know what the work is. One process a piece of work, so that nothing stays in memory,
and what is stuck is killed. The process is given no setting and no secret of ours.
"""

import asyncio
import contextlib
import os
import pickle
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from bot.ports.world import TooMuch, Unwritten

LONGEST = 15.0
"""Seconds that one piece of work may take."""
AT_ONCE = 2
"""How many pieces of work are done at a time; the others wait."""

_ROOT = str(Path(__file__).resolve().parents[2])
_SAID = 2_000


class Press:
    """Does work in a process, within *longest* seconds; keeps `bot.ports.world.Press`."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._room = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, work: Callable[[], str]) -> str:
        """What *work*, which must be picklable, returns; raises Unwritten."""
        async with self._room:
            return await self._do(await asyncio.to_thread(pickle.dumps, work))

    async def _do(self, work: bytes) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            str(max(1, round(self._longest))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": _ROOT, "PATH": os.environ.get("PATH", "")},
            # Ctrl-C reaches a terminal's whole group; this one is ended by us.
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._longest):
                made, said = await process.communicate(work)
        except TimeoutError:
            raise TooMuch(f"it takes longer than {self._longest:g} s") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode != 0:
            words = said.decode(errors="replace")[-_SAID:].strip()
            raise Unwritten(f"its process ended with {process.returncode}: {words}")
        return made.decode()


def main() -> None:
    """Read a piece of work, do it, and write what it returns; the argument bounds its seconds."""
    seconds = int(sys.argv[1])
    # Should whoever asked be gone, it ends by itself.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))
    os.nice(5)
    work = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process, over a pipe
    try:
        made = work()
    except Exception as error:  # noqa: BLE001 - told by its kind and place: its words may be people's
        places = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"{places}{type(error).__name__}\n")
        sys.exit(1)
    sys.stdout.buffer.write(made.encode())


if __name__ == "__main__":
    main()
