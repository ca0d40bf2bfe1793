"""Work that takes long, in a process of its own: neither the event loop nor its lock waits for it.

It may not know what the work is. One process a piece of work, so that nothing stays in memory,
and what is stuck is killed. The process has a bound for its time and one for its memory, and is
given no setting and no secret of ours.
"""

import asyncio
import contextlib
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from bot.ports.world import TooMuch, Unwritten

LONGEST = 15.0
"""Seconds that one piece of work may take."""
MOST = 1 << 30
"""Bytes of memory that one piece of work may take; the largest post-mortems take a tenth."""
AT_ONCE = 2
"""How many pieces of work are done at a time; the others wait."""

JUDGING = 5.0
"""Seconds that judging one check's answers may take, where it is too much to be done here."""
JUDGED = 512 << 20
"""Bytes of memory that it may take."""
JUDGES = 4
"""How many are judged so at a time."""

_ROOT = str(Path(__file__).resolve().parents[2])
_SAID = 2_000
_NO_MEMORY = 77
"""With what the process ends when the memory that it may take is not enough."""
_BEYOND = {signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU}
"""What ends a process that went beyond a bound: it would not do better in another place."""


class Press:
    """Does work in a process, within *longest* seconds and *most* bytes of memory.

    Keeps `bot.ports.world.Press`. *at_once* pieces of work are done at a time.
    """

    def __init__(
        self, longest: float = LONGEST, *, most: int = MOST, at_once: int = AT_ONCE
    ) -> None:
        self._longest = longest
        self._most = most
        self._room = asyncio.Semaphore(at_once)

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
            str(self._most),
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
        if process.returncode == _NO_MEMORY:
            raise TooMuch(f"it takes more than {self._most >> 20} MiB of memory")
        if (number := -(process.returncode or 0)) in _BEYOND:
            # Not all that runs short of memory can say so: some libraries abort.
            raise TooMuch(f"its process was ended with {signal.Signals(number).name}")
        if process.returncode != 0:
            words = said.decode(errors="replace")[-_SAID:].strip()
            raise Unwritten(f"its process ended with {process.returncode}: {words}")
        return made.decode()


def judges() -> Press:
    """Where answers are judged that would take long here; no post-mortem waits for them."""
    return Press(longest=JUDGING, most=JUDGED, at_once=JUDGES)


def main() -> None:
    """Read a piece of work, do it, and write what it returns; the arguments bound it.

    They are its seconds and the bytes of its memory.
    """
    seconds, most = map(int, sys.argv[1:])
    # Should whoever asked be gone, it ends by itself.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    os.nice(5)
    try:
        work = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process, over a pipe
        made = work().encode()
    except MemoryError:
        # Nothing is written: there may be no room for it.
        os._exit(_NO_MEMORY)
    except Exception as error:  # noqa: BLE001 - told by its kind and place: its words may be people's
        places = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"{places}{type(error).__name__}\n")
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
