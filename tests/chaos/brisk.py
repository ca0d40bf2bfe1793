"""The bot, but that what was erased is drawn again at once, and not six seconds apart.

How fast it is drawn again is shown elsewhere; to wait for it shows nothing more.
"""

from functools import partial

from bot.demo import tied
from bot.edges.store import erasing
from tests.chaos.site import Replica

brisk = partial(Replica, module="tests.chaos.brisk")
"""A replica of it."""


if __name__ == "__main__":
    erasing.REDRAWS_A_MINUTE = 600
    tied.main()
