"""What people, channels, user groups and apps are called in Slack just now.

A name is kept for some minutes: people and channels are renamed, and a document names them as they
are called when it is written. The name of a private channel is told within that channel alone.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.acting.names import PRIVATE_CHANNEL
from bot.edges.slack.calls import Unlike, call, part, told
from bot.ports.messages import Barred, Gone, NotInChannel, Rejected

ASKED = 200
"""How many names are asked for at a time; the others are asked for the next time."""
ASKING_S = 6.0
"""Seconds after which no further one is asked for: a document waits for them."""
NAME = 80
"""How much of a name is taken, in characters: Slack lets no longer one be chosen."""
KEPT = 5_000
KEPT_S = 600.0
"""How many names are kept, and for how many seconds."""

_REFUSED = (Rejected, Gone, NotInChannel, Unlike)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Called:
    """What something is called, None where Slack does not tell; `is_app` of an app's own user.

    `hidden`: a channel whose name is nobody's business outside of it.
    """

    name: str | None
    is_app: bool = False
    hidden: bool = False


class Naming:
    """Asks Slack what things are called, with a team's *client*, and keeps that a while."""

    def __init__(
        self,
        client: Callable[[str | None], AsyncWebClient],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._now = client, now
        self._kept: OrderedDict[tuple[str | None, str], tuple[float, Called]] = OrderedDict()

    async def names(
        self, team: str | None, ids: Sequence[str], within: str | None
    ) -> Mapping[str, str]:
        """The names behind ids, as they are told within a channel; unknown ones are left out."""
        unknown = [one for one in dict.fromkeys(ids) if self._known(team, one) is None]
        until = self._now() + ASKING_S
        if any(one.startswith("S") for one in unknown):
            await self._groups(team, [one for one in unknown if one.startswith("S")])
        for one in [one for one in unknown if not one.startswith("S")][:ASKED]:
            if self._now() > until:
                logger.warning("not all names could be asked for in time")
                break
            await self.of(team, one)
        found = ((one, self._known(team, one)) for one in ids)
        return {one: name for one, known in found if (name := _shown(one, known, within))}

    async def of(self, team: str | None, one: str) -> Called:
        """What one thing is called: a channel's id begins with C or G, an app's with B."""
        if (known := self._known(team, one)) is not None:
            return known
        try:
            if one[:1] in ("C", "G"):
                called = await self._channel(team, one)
            elif one.startswith("B"):
                called = await self._app(team, one)
            else:
                called = await self._person(team, one)
        except _REFUSED:
            called = Called(None, hidden=one[:1] in ("C", "G"))
        self._keep(team, one, called)
        return called

    async def _channel(self, team: str | None, one: str) -> Called:
        info = part(await call(self._client(team).conversations_info, channel=one), "channel")
        # Whatever is not said to be public is not.
        public = info.get("is_private") is False and not info.get("is_im")
        return Called(told(info, "name")[:NAME], hidden=not public)

    async def _app(self, team: str | None, one: str) -> Called:
        found = part(await call(self._client(team).bots_info, bot=one), "bot")
        return Called(told(found, "name")[:NAME], is_app=True)

    async def _person(self, team: str | None, one: str) -> Called:
        user = part(await call(self._client(team).users_info, user=one), "user")
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or user.get("name")
        return Called(str(name)[:NAME] if name else None, is_app=bool(user.get("is_bot")))

    async def _groups(self, team: str | None, groups: Iterable[str]) -> None:
        """Learn all groups at once, as Slack tells them, and which of *groups* there are not."""
        found: dict[str, Called] = dict.fromkeys(groups, Called(None))
        try:
            answer = await call(self._client(team).usergroups_list, include_disabled=True)
            for group in answer.get("usergroups") or ():
                if (one := told(group, "id")) in found:
                    found[one] = Called(told(group, "handle")[:NAME])
        except (*_REFUSED, Barred) as refused:
            # Without the scope, or on a plan without groups, they have no names here.
            logger.info("Slack does not tell the user groups (%s)", refused)
        for one, called in found.items():
            self._keep(team, one, called)

    def _known(self, team: str | None, one: str) -> Called | None:
        until, called = self._kept.get((team, one), (0.0, None))
        return called if called is not None and self._now() < until else None

    def _keep(self, team: str | None, one: str, called: Called) -> None:
        self._kept[team, one] = (self._now() + KEPT_S, called)
        self._kept.move_to_end((team, one))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def _shown(one: str, known: Called | None, within: str | None) -> str | None:
    """How something is named within a channel."""
    if known is None:
        return None
    return PRIVATE_CHANNEL if known.hidden and one != within else known.name
