"""What the steps and the verification of a run come to, as its outline says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.run.proof import Item

if TYPE_CHECKING:
    # An outline has rows, and answers with what is counted here.
    from bot.core.run.outline import Row


@dataclass(frozen=True, slots=True)
class Counted:
    """How many steps are needed, and how many of them are finished."""

    finished: int
    needed: int

    @classmethod
    def of(cls, rows: Sequence["Row"]) -> "Counted":
        """How far these steps are."""
        needed = [row for row in rows if not row.ruled_out]
        return cls(sum(row.finished for row in needed), len(needed))

    @property
    def over(self) -> bool:
        """Whether nothing is left of them."""
        return self.finished == self.needed

    def __str__(self) -> str:
        """Both in words: `1 of 3 done`."""
        return f"{self.finished} of {self.needed} done"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many steps there are, of which kind; `done` and `finished` are without those in doubt.

    Steps behind a question that nobody answered are not counted: they may not be needed.
    """

    total: int
    done: int
    skipped: int
    unneeded: int
    finished: int

    @property
    def needed(self) -> int:
        """The steps that are to be done."""
        return self.total - self.unneeded


@dataclass(frozen=True, slots=True)
class Verification:
    """The lines of the verification, and what they come to."""

    items: tuple[Item, ...]

    @property
    def checks(self) -> Sequence[Item]:
        """The lines that a check answers."""
        return [item for item in self.items if item.check is not None]

    @property
    def confirms(self) -> Sequence[Item]:
        """The lines that only a person can answer."""
        return [item for item in self.items if item.check is None]

    def confirm(self, key: str | None) -> Item | None:
        """The line with this key, if a person answers it."""
        return next((item for item in self.confirms if item.key == key), None)

    @property
    def all_green(self) -> bool:
        """Whether every line is green, and there is at least one."""
        return bool(self.items) and all(item.green for item in self.items)

    @property
    def checks_passed(self) -> bool:
        """Whether every check has passed, and there is at least one."""
        checks = self.checks
        return bool(checks) and all(item.green for item in checks)

    @property
    def only_people_missing(self) -> bool:
        """Whether something is not green, and all of that is for a person to confirm."""
        missing = [item for item in self.items if not item.green]
        return bool(missing) and all(item.check is None for item in missing)
