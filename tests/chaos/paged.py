"""A sender of alerts, as a cluster of them behaves: it repeats itself, and says it to several."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.chaos.site import Site
from tests.edges.alerts.payloads import body
from tests.postgres import free_port

TOKEN = "token-of-alertmanager"
LISTEN = "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN"
BEGAN = "2026-02-06T13:{minute:02}:00Z"
TRIES = 400
"""How often what was not kept is said again, a tenth of a second apart."""


def doors(channel: str, replicas: int) -> tuple[Mapping[str, str], Sequence[Mapping[str, str]]]:
    """The settings of all replicas, and of each: a door for alerts."""
    common = {
        "RUNBOOK_ALERTS_CHANNEL": channel,
        "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN": TOKEN,
    }
    return common, [{LISTEN: f"127.0.0.1:{free_port()}"} for _ in range(replicas)]


def group(name: str, *alerts: tuple[str, int, int | None]) -> bytes:
    """What is said of a group: each alert, the minute it began, and that it ended, if it has."""
    labels = {"alertname": name}
    said = [
        {
            "status": "firing" if end is None else "resolved",
            "labels": {**labels, "instance": instance},
            "startsAt": BEGAN.format(minute=begun),
            **({} if end is None else {"endsAt": BEGAN.format(minute=end)}),
            "fingerprint": f"{name}/{instance}",
        }
        for instance, begun, end in alerts
    ]
    about = {"version": "4", "groupKey": f"{{}}:{name}", "commonLabels": labels}
    return body({**about, "alerts": said})


def life(name: str, *, ends: bool) -> Sequence[bytes]:
    """What is said of a group in the course of its episode, from its first alert on."""
    said = [
        group(name, ("a", 0, None)),
        group(name, ("a", 0, None), ("b", 1, None)),
        group(name, ("a", 0, 5), ("b", 1, None)),
        group(name, ("b", 1, None), ("c", 2, None)),
    ]
    if ends:
        said.append(group(name, ("b", 1, 9), ("c", 2, 8)))
    return said


@dataclass(slots=True)
class Sender:
    """Says what it is to say until a replica answers that it is kept."""

    site: Site
    dice: random.Random
    session: aiohttp.ClientSession
    kept: int = 0
    again: int = 0
    _hands: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(24))

    async def say(self, said: bytes) -> None:
        """Say it to one replica, or to two at once, as a cluster of senders does."""
        some = self.dice.sample(self.site.replicas, min(len(self.site.replicas), 2))
        whom = some if self.dice.random() < 0.3 else some[:1]
        await asyncio.gather(*(self._to(one.environ[LISTEN], said) for one in whom))

    async def _to(self, place: str, said: bytes) -> None:
        head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        for _ in range(TRIES):
            try:
                async with (
                    self._hands,
                    self.session.post(f"http://{place}/alerts", data=said, headers=head) as answer,
                ):
                    if answer.status == 200:
                        self.kept += 1
                        return
                    assert answer.status >= 500, answer.status
            except aiohttp.ClientError:
                pass
            self.again += 1
            await asyncio.sleep(0.1)
        raise AssertionError(f"{place} keeps nothing")


@contextmanager
def measured(times: list[float], clock: Callable[[], float]) -> Iterator[None]:
    """Note how long something took."""
    begun = clock()
    try:
        yield
    finally:
        times.append(clock() - begun)


def share(times: Sequence[float], part: float) -> float:
    """The time within which so large a part of them were done."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def names(count: int) -> list[str]:
    """So many names of groups."""
    return [f"Group{number:04}x" for number in range(count)]
