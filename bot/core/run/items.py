"""Action items: what will be done after a run, by whom and by when, and whether it was.

Facts, as those in `bot.core.run.events`, to whose union they belong; and an item as it stands.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.core.person import Happened, Person

ITEMS_LIMIT = 100
"""How many action items one run holds."""

ItemState = Literal["open", "done", "dropped"]
"""How an item stands: nobody has to do what was dropped."""


class ActionItemAdded(Happened):
    """Someone said what will be done, by whom, and by when; what is not known yet is left out.

    `suggestion` is the one that was taken up with it, by its name.
    """

    kind: Literal["action_item_added"] = "action_item_added"
    v: Literal[1] = 1
    by: Person
    text: str
    owner: Person | None = None
    due: date | None = None
    suggestion: str | None = None


class ActionItemChanged(Happened):
    """The item of the entry `item` is from now on as this says, all of it."""

    kind: Literal["action_item_changed"] = "action_item_changed"
    v: Literal[1] = 1
    by: Person
    item: int
    text: str
    owner: Person | None = None
    due: date | None = None


class ActionItemMarked(Happened):
    """The item of the entry `item` was done or dropped, or is open again."""

    kind: Literal["action_item_marked"] = "action_item_marked"
    v: Literal[1] = 1
    by: Person
    item: int
    state: ItemState


OfItems = ActionItemAdded | ActionItemChanged | ActionItemMarked
"""What happens to action items."""


@dataclass(frozen=True, slots=True)
class ActionItem:
    """An item as it stands: `number` is the entry that added it, `by` who did.

    `marked_by` is who last said how it stands, and `marked_at` when, if anybody did.
    """

    number: int
    by: Person
    text: str
    owner: Person | None = None
    due: date | None = None
    suggestion: str | None = None
    state: ItemState = "open"
    marked_by: Person | None = None
    marked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == "open"

    def is_late(self, today: date) -> bool:
        """Whether it should have been done before *today*."""
        return self.is_open and self.due is not None and self.due < today
