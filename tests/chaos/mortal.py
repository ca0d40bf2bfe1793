"""The bot, killed at a statement or a commit of its own, which the environment numbers.

It posts and paints at once: how it keeps Slack's pace is shown elsewhere, and to wait for that
shows nothing more.
"""

import os
from dataclasses import replace

from bot.core.run.sendings import POST, paced
from bot.demo import tied
from bot.edges.store import outbox
from tests.chaos.points import Points

DIES_AT = "DIES_AT"
"""The variable with the number of that point; 0, or no such variable, is none."""


if __name__ == "__main__":
    Points(int(os.environ.get(DIES_AT, "0"))).watch_statements()
    outbox.PACE, outbox.POSTS = 0.05, replace(paced(POST), every_s=0.05)
    tied.main()
