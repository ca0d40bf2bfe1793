"""The bot, but that alerts are told without Slack's pace between, and each group by itself.

How it keeps the pace, and how a crowd becomes one message, is shown elsewhere.
"""

from dataclasses import replace
from functools import partial

from bot.core.alerts import crowd
from bot.core.run.sendings import ALERT_UPDATE, POST, UPDATE, paced
from bot.demo import tied
from bot.edges.store import allowed, announcing
from tests.chaos.site import Replica

paging = partial(Replica, module="tests.chaos.paging")
"""A replica of it."""


def hurry() -> None:
    """Take the pace away."""
    announcing.PACE = 0.05
    allowed.POSTS = replace(paced(POST), every_s=0.01)
    allowed.UPDATES = replace(paced(UPDATE), every_s=0.01)
    allowed.MINE = replace(paced(ALERT_UPDATE), every_s=0.01)


if __name__ == "__main__":
    hurry()
    crowd.MOST = 10**6
    tied.main()
