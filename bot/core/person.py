"""Values of the record that never change, and the people in it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.core.invisible import seen

ERASED = "erased:"
"""How the id of someone begins who was erased from the record; the same for them in one run."""


class Frozen(BaseModel):
    """A value that never changes and holds no unknown key; its errors repeat no value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _seen(name: str | None) -> str | None:
    """A name as people see it: no sign in it may turn around what stands after it."""
    return name if name is None else seen(name)


class Person(Frozen):
    """Someone in Slack: the id that never changes, and the name when Slack told it.

    `team` is the id of their own team when they belong to another organization than the bot.
    """

    id: str
    name: Annotated[str | None, AfterValidator(_seen)] = None
    team: str | None = None

    @property
    def is_erased(self) -> bool:
        """Whether this was someone who was erased from the record."""
        return self.id.startswith(ERASED)


class AsRole(Frozen):
    """In which role someone did something that a rule keeps for its holders.

    `source` says what knew it: a list, or a user group, of which Slack had told `age` seconds ago.
    """

    role: str
    source: Literal["list", "group"]
    age: int = 0


class Happened(Frozen):
    """What every kind of fact can say beside what happened.

    `via` is through what (`bot.core.run.actor.Via`, or a later version's word), `on_behalf_of` for
    whom: where it was not a person in Slack, nor the bot by itself. `as_role` is the role that let
    it count, where a rule asked for one.
    """

    via: str | None = None
    on_behalf_of: Person | None = None
    as_role: AsRole | None = None
