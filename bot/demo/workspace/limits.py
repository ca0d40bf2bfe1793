"""Every number that Slack refuses by, in one place, and the buckets that say when to slow down.

Nothing here reads a request or writes an answer.
"""

import math
from dataclasses import dataclass
from typing import Final

# What one request may weigh, in bytes.
JSON_BYTES: Final = 1 << 20
FILE_BYTES: Final = 20 << 20
FORM_FILE_BYTES: Final = 10 << 20
ALL_FILES_BYTES: Final = 256 << 20

# What one message or view may hold, in characters, blocks and views.
MESSAGE_TEXT: Final = 40_000
UPDATE_TEXT: Final = 4_000
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
BLOCKS_JSON: Final = 13_200
MARKDOWN: Final = 12_000
VIEW_BYTES: Final = 250_000
VIEWS_DEEP: Final = 3
PAGE_SIZE: Final = 1_000

# What a channel takes: characters of its name and of its topic; people invited, channels shown in.
CHANNEL_NAME: Final = 80
CHANNEL_TOPIC: Final = 250
INVITED_AT_ONCE: Final = 100
SHARED_INTO: Final = 100

# What is stuck to a message or a channel: kinds of emoji, those of one person, pins, bookmarks.
EMOJI: Final = 50
EMOJI_OF_ONE: Final = 23
PINS: Final = 100
BOOKMARKS: Final = 100
BOOKMARK_TITLE: Final = 256
BOOKMARK_LINK: Final = 2_048

# Messages that are posted later: how many of a channel in how many seconds, how far ahead.
SCHEDULED_IN_WINDOW: Final = 30
SCHEDULED_WINDOW: Final = 300
SCHEDULED_AHEAD: Final = 120 * 86_400
TIME_DIGITS: Final = 12

# What a line at the terminal of a system beside the workspace may hold, in characters.
LINE: Final = 2_000

# How many Socket Mode connections an app may hold.
CONNECTIONS: Final = 10

# How long things are good for, in seconds on the workspace's clock.
ACK_SECONDS: Final = 3.0
TRIGGER_SECONDS: Final = 3.0
RESPONSE_SECONDS: Final = 30 * 60.0
RESPONSE_USES: Final = 5
EVENT_RETRIES: Final = (0.0, 60.0, 300.0)

# How much the workspace remembers.
CALLS_KEPT: Final = 20_000
CHANGES_KEPT: Final = 2_000
BLOCKS_KNOWN: Final = 4_096
LINES_KEPT: Final = 40


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` calls at once, and then `per_second` of them. `each` names what counts apart."""

    per_second: float
    burst: int
    each: str = ""


def _tier(per_minute: int) -> tuple[Rate, ...]:
    # Slack allows the minute's worth in one go, and a rare method a handful.
    return (Rate(per_minute / 60, max(10, per_minute)),)


TIERS: Final = {
    "tier1": _tier(1),
    "tier2": _tier(20),
    "tier3": _tier(50),
    "tier4": _tier(100),
    # One a second in a channel, and several hundred a minute in all.
    "posting": (Rate(1.0, 4, each="channel"), Rate(5.0, 300)),
    "special": (Rate(10.0, 600),),
}


class Buckets:
    """Token buckets by key. A key is a method, with the channel where that counts apart."""

    def __init__(self) -> None:
        self._levels: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, rate: Rate, now: float) -> int:
        """0 and one token taken, or the whole seconds until a call would be let through."""
        level = self._level(key, rate, now)
        if level >= 1:
            self._levels[key] = (level - 1, now)
            return 0
        self._levels[key] = (level, now)
        return max(1, math.ceil((1 - level) / rate.per_second))

    def left(self, key: str, rate: Rate, now: float) -> int:
        """How many calls would be let through at once."""
        return int(self._level(key, rate, now))

    def _level(self, key: str, rate: Rate, now: float) -> float:
        level, then = self._levels.get(key, (float(rate.burst), now))
        return min(float(rate.burst), level + (now - then) * rate.per_second)

    def clear(self) -> None:
        self._levels.clear()
