"""Who is in which user group, asked of Slack."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.app.groups import Untold
from bot.core import ids
from bot.edges.slack.calls import Unlike, call, told
from bot.ports.messages import Barred, Gone, NeedsPerson, NotInChannel, Rejected, Unfit

SCOPE = "usergroups:read"
MOST = 20_000
"""How many people of one group are taken."""

_PLAN = "plan_upgrade_required"
_LOST = "until then nobody holds a role by a user group, only by a list of people (docs/roles.md)"
_REFUSED = (Barred, NeedsPerson, Rejected, Unfit, Gone, NotInChannel)

logger = logging.getLogger(__name__)


class SlackDirectory:
    """Keeps bot.app.groups.Directory's promises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._said = ""

    async def ids(self) -> Mapping[str, str]:
        answer = await self._asked(self._client.usergroups_list)
        groups = answer.get("usergroups")
        if not isinstance(groups, list):
            raise Unlike("Slack's answer lacks usergroups")
        found: dict[str, str] = {}
        for group in groups:
            one = told(group, "id")
            found |= {one: one, told(group, "handle"): one}
        return found

    async def people(self, group: str) -> frozenset[str]:
        answer = await self._asked(self._client.usergroups_users_list, usergroup=group)
        users = answer.get("users")
        if not isinstance(users, list):
            raise Unlike("Slack's answer lacks users")
        return frozenset(one for one in users[:MOST] if isinstance(one, str) and ids.is_person(one))

    async def _asked(self, method: Any, **arguments: Any) -> Mapping[str, Any]:
        """Ask, and say once what is in the way; raises Throttled, Unsure or Untold."""
        try:
            answer = await call(method, **arguments)
        except _REFUSED as refused:
            words = _why(refused)
            if words != self._said:
                self._said = words
                logger.warning("%s; %s", words, _LOST)
            raise Untold(words) from refused
        self._said = ""
        return answer


def _why(refused: Exception) -> str:
    """What is in the way, in words, and what would change that."""
    code = str(refused).partition(";")[0]
    if code == "missing_scope":
        return f"the app needs the scope {SCOPE}, and to be installed again"
    if code == _PLAN:
        return "this Slack plan has no user groups"
    return f"Slack does not tell ({code})"
