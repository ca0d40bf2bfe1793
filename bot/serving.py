"""Serving: the bot composed, run until it is told to stop or a task of it ends by a fault.

It knows signals and the interpreter's collector, and nothing of what the bot is made of.
"""

import asyncio
import gc
import signal

from bot import config
from bot.compose import running
from bot.edges import ending


async def serve(settings: config.Settings) -> None:
    """Run the bot until SIGTERM or SIGINT, also while it waits for Slack to be reached.

    Raises what ended one of the bot's tasks, which then is started anew by whoever started it.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
        ending.on_signal(number)
    serving = asyncio.create_task(_until_fault(settings))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, stopped):
        task.cancel()
    try:
        await serving
    except asyncio.CancelledError:
        ending.within(ending.AFTER)
    except BaseException as fault:
        ending.within(ending.AFTER, 1, fault)
        raise


def _rest_the_collector() -> None:
    """Have the garbage collector leave alone what stays for good.

    Modules and procedures are a million objects; looking through them again and again took a
    fifth of the processor's time, in pauses of a tenth of a second that people waited for.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


async def _until_fault(settings: config.Settings) -> None:
    async with running(settings) as tasks:
        _rest_the_collector()
        print("Ready: the bot is connected.", flush=True)  # noqa: T201 - for the one who started it
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
