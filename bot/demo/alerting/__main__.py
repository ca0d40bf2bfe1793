"""`python -m bot.demo.alerting`: look at metrics every second, and tell of what fires.

The token is in the environment, as ALERTING_TOKEN. What could not be told is told again, a second
later, as it is then.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.alerting.rules import Evaluation, Sample, load
from bot.demo.alerting.telling import Groups

EVERY = 1.0
"""Seconds between two looks."""
_PATIENCE = aiohttp.ClientTimeout(total=5)


async def _scraped(session: aiohttp.ClientSession, url: str) -> list[Sample]:
    async with session.get(url, timeout=_PATIENCE) as answer:
        answer.raise_for_status()
        text = await answer.text()
    return [
        Sample(one.name, one.labels, one.value)
        for family in text_string_to_metric_families(text)
        for one in family.samples
    ]


async def _tell(session: aiohttp.ClientSession, url: str, payload: object) -> bool:
    headers = {"Authorization": f"Bearer {os.environ['ALERTING_TOKEN']}"}
    try:
        async with session.post(url, json=payload, headers=headers, timeout=_PATIENCE) as answer:
            if answer.ok:
                return True
            sys.stderr.write(f"{url} answers {answer.status}\n")
    except (aiohttp.ClientError, TimeoutError):
        sys.stderr.write(f"{url} does not answer\n")
    return False


async def _run(metrics: str, rules: Path, webhook: str) -> None:
    evaluation = Evaluation(load(rules))
    groups = Groups("runbook", lambda _alert: metrics)
    async with aiohttp.ClientSession() as session:
        sys.stdout.write("looking\n")
        sys.stdout.flush()
        while True:
            # What does not answer says nothing new: what fires goes on.
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                now = datetime.now(UTC)
                fired = evaluation.look(await _scraped(session, metrics), now)
                for payload in groups.look(fired):
                    if await _tell(session, webhook, payload):
                        groups.told(payload)
            await asyncio.sleep(EVERY)


async def _until_stopped(arguments: argparse.Namespace) -> None:
    looking = asyncio.create_task(_run(arguments.metrics, arguments.rules, arguments.webhook))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, looking.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await looking


def main(words: Sequence[str] | None = None) -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="alerting", description="Tell of what fires.")
    parser.add_argument("--metrics", required=True, metavar="URL")
    parser.add_argument("--rules", required=True, type=Path, metavar="FILE")
    parser.add_argument("--webhook", required=True, metavar="URL")
    asyncio.run(_until_stopped(parser.parse_args(words)))


if __name__ == "__main__":
    main()
