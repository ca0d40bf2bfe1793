"""The table of what is brought to Slack and is no message to draw."""

from collections.abc import Callable, Mapping

from bot.app.archiving import Archiving
from bot.app.bringing import Bringer, Means
from bot.app.calling import Calling
from bot.app.courier import Courier
from bot.app.direct import Direct
from bot.app.owner import OwnersChannel
from bot.app.pictures import Pictures
from bot.app.rooms import Furnishing, LinkBack, Making
from bot.app.together import Together
from bot.app.updating import Updating

BRINGERS: Mapping[str, Callable[[Means], Bringer]] = {
    "export": Courier,
    "secret": Direct,
    "handoff": Together,
    "picture": Pictures,
    "owner": Calling,
    "update": Updating,
    "reminder": OwnersChannel,
    "drill": OwnersChannel,
    "room": Making,
    "furnish": Furnishing,
    "archive": Archiving,
    "back": LinkBack,
    "nowhere": Direct,
}
"""By the first word of a key within its run: `export/12`."""
