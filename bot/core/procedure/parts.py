"""The small parts of a procedure: who owns it, how trouble shows, what is asked, where to read.

Nothing here knows a step.
"""

from __future__ import annotations

import re
from typing import Annotated, Self

import re2
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bot.core.procedure.alerted import Source
from bot.core.procedure.fields import (
    Line,
    Model,
    Name,
    Text,
    check_pattern,
    refused,
    required_any,
)
from bot.core.procedure.roles import Group

CHANNEL_PATTERN = r"^(#[^\s#@<>&|*_~`.,:;!?()]{1,80}|[CG][A-Z0-9]{6,20})$"
_CHANNEL = re.compile(CHANNEL_PATTERN)
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_LINKED = r"^https?://(?:[^\s<>|]|\{\{ *[A-Za-z_][A-Za-z0-9_]* *\}\})+$"
"""An address without blanks, but for those inside of a placeholder."""
_BETWEEN = re.compile(r"[,\n\r]")
MOST_ENTRIES = 50
"""How many entries a list has at most."""
LONGEST_ENTRY = 150
"""The longest entry of a list, in characters."""


Channel = Annotated[str, Field(pattern=CHANNEL_PATTERN)]
"""A channel of Slack, by its name with the sign, or by its id."""


class Owner(Model):
    """Who looks after the procedure."""

    team: Line
    """The team's name."""
    slack: Line | None = None
    """Where the team is reached, such as `"#trust-oncall"`."""
    slack_group: Group | None = None
    """The team's user group in Slack, by its handle or its id, which calls whoever is on call."""
    page: Line | None = None
    """How someone of the team is woken: a pager's address, or words."""

    @property
    def place(self) -> str | None:
        """The channel where the team is reached, where `slack` is one: its name, or its id."""
        return self.slack if self.slack is not None and _CHANNEL.fullmatch(self.slack) else None

    @property
    def page_url(self) -> str | None:
        """The pager's address, where `page` is one."""
        return self.page if self.page is not None and _ADDRESS.fullmatch(self.page) else None


class Symptom(Model):
    """One way the trouble shows, with the alert that says so, if any."""

    text: Line
    """What is seen."""
    alert: Line | None = None
    """The Alertmanager alertname that says the same."""


def _symptom(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


SymptomEntry = Annotated[Symptom, BeforeValidator(_symptom, json_schema_input_type=Line | Symptom)]


class Asked(Model):
    """A value that people are asked for, and put in where its name stands in braces."""

    description: Line
    """What is asked of the person."""
    pattern: Annotated[str, Field(max_length=500)] | None = None
    """An RE2 pattern that the whole value must match."""
    enum: Annotated[tuple[Line, ...], Field(min_length=1, strict=False)] | None = None
    """The only values there are."""
    example: Line | None = None
    """A value that shows people what is meant, where the pattern alone does not."""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.pattern is not None:
            check_pattern(self.pattern, "pattern")
        if self.example is not None and (trouble := self.refusal(self.example)):
            raise refused(f"the example does not fit: it {trouble}", "one that fits", "example")
        return self

    @property
    def bounds(self) -> str:
        """What it looks like, in words; nothing where everything does."""
        if self.example:
            return f"such as {self.example}"
        if self.enum:
            return f"one of {', '.join(self.enum)}"
        return f"matches {self.pattern}" if self.pattern else ""

    @property
    def guarded(self) -> bool:
        """Whether a pattern or a list of values bounds what a person can type."""
        return self.pattern is not None or self.enum is not None

    def refusal(self, value: str) -> str | None:
        """Say in words why *value* cannot be used, or None when it can."""
        if self.enum is not None and value not in self.enum:
            return f"must be one of {', '.join(self.enum)}"
        if self.pattern is not None and re2.fullmatch(self.pattern, value) is None:
            return f"must match {self.pattern}"
        if "\n" in value or "\r" in value:
            return "must be one line"
        return None


class Input(Asked):
    """A value that is asked for when a run starts."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    default: Line | None = None
    """What is taken when nothing is given."""
    list: bool = False
    """Whether several values are given, as `a,b,c`; each must match the pattern or the enum."""
    required: bool = False
    """Whether a run cannot start without it."""
    differs_from: Name | None = None
    """Another input whose value this one must not have, such as the key that it replaces."""
    from_: Annotated[Source | None, Field(alias="from")] = None
    """Where an alert that starts the run has the value; what does not fit is asked for."""

    @model_validator(mode="after")
    def _fits_itself(self) -> Input:
        if self.default is not None and (trouble := self.refusal(self.default)):
            raise refused(f"the default does not fit: it {trouble}", "one that fits", "default")
        if self.list and any("," in value for value in self.enum or ()):
            raise refused("a comma parts the entries of a list", "values without one", "enum")
        if self.list and self.differs_from is not None:
            raise refused(
                "a list is held to no other value", "it at an input of one", "differs_from"
            )
        return self

    @property
    def bounds(self) -> str:
        """What it looks like, in words; of a list, what each entry does."""
        each = super().bounds
        if not self.list:
            return each
        return f"a list; each {each}" if each else "a list"

    def entries(self, value: str) -> tuple[str, ...]:
        """The values that *value* holds: of a list those between commas and line ends."""
        if not self.list:
            return (value,) if value else ()
        return tuple(one for part in _BETWEEN.split(value) if (one := part.strip()))

    def settled(self, value: str) -> str:
        """The value as it is recorded: a list as `a,b,c`, however it was typed."""
        return ",".join(self.entries(value)) if self.list else value

    def read(self, value: str) -> str:
        """The value as people read it beside its name: a list as `a, b, c`."""
        return ", ".join(self.entries(value)) if self.list else value

    def refusal(self, value: str) -> str | None:
        """Say in words why *value* cannot be used, or None when it can."""
        if not self.list:
            return super().refusal(value)
        entries = self.entries(value)
        if len(entries) > MOST_ENTRIES:
            return f"has {len(entries)} entries, and {MOST_ENTRIES} are the most"
        for n, one in enumerate(entries):
            if one in entries[:n]:
                return f"has {one[:LONGEST_ENTRY]} twice"
            if len(one) > LONGEST_ENTRY:
                return f"has an entry of more than {LONGEST_ENTRY} characters"
            if why := super().refusal(one):
                return f"has {one}, and each entry {why}"
        return None


class Capture(Asked):
    """A value that a step finds: whoever marks it done is asked for it."""


class Evidence(Model):
    """What a step asks to be shown when it is marked done: words, files, or both."""

    model_config = ConfigDict(json_schema_extra=required_any("text", "file"))

    text: Line | None = None
    """What is asked for in words, such as the output of a command."""
    file: Line | None = None
    """What is asked for as files, such as a screenshot: 10 at most, of 10 MB each."""
    optional: bool = False
    """Whether the step can be marked done without it."""

    @model_validator(mode="after")
    def _something(self) -> Evidence:
        if self.text is None and self.file is None:
            raise refused("evidence of nothing", "text: (what to paste) or file: (which file)")
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked for, each in the words of the file."""
        return tuple(one for one in (self.text, self.file) if one is not None)


class Link(Model):
    """A place to read more."""

    title: Line
    """The words of the link."""
    url: Annotated[str, Field(pattern=_LINKED, max_length=2_000)]
    """Where it leads; http or https."""


Texts = Annotated[tuple[Text, ...], Field(strict=False)]
Lines = Annotated[tuple[Line, ...], Field(strict=False)]
Links = Annotated[tuple[Link, ...], Field(strict=False)]
