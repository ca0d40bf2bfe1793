"""What alerts have to do with a procedure, in a file: which of them fit, and what they fill in.

Every pattern here is an RE2 one that the whole value must match: its time is linear, whatever an
alert holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import re2
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from bot.core.procedure.fields import Model, check_pattern, refused, required_one

LABEL_PATTERN = r"^[A-Za-z_][A-Za-z0-9_.:/-]{0,79}$"
MOST_MATCHERS = 20
"""How many kinds of alerts a procedure names by their labels."""
MOST_LABELS = 10
"""How many labels a matcher looks at."""
LONGEST = 500
"""The longest value of a label that is looked at, and the longest pattern, in characters."""


def _compiles(pattern: str) -> str:
    check_pattern(pattern, "")
    return pattern


Label = Annotated[str, Field(pattern=LABEL_PATTERN)]
"""The name of a label or of an annotation."""
Fitting = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_compiles)]
"""What a label must be: this text, or what this RE2 pattern matches as a whole."""
Matcher = Annotated[dict[Label, Fitting], Field(min_length=1, max_length=MOST_LABELS)]
"""Labels that an alert must all have, each with what it must be."""
Matchers = Annotated[tuple[Matcher, ...], Field(strict=False, max_length=MOST_MATCHERS)]


def is_fit(fitting: str, value: str) -> bool:
    """Whether a label's *value* is this text, or is matched by it as a pattern."""
    if len(value) > LONGEST:
        return False
    return value == fitting or re2.fullmatch(fitting, value) is not None


def say_matcher(matcher: Mapping[str, str]) -> str:
    """The labels of a matcher on one line: `job=node, severity=critical|page`."""
    return ", ".join(f"{label}={fitting}" for label, fitting in matcher.items())


class Source(Model):
    """Where an alert has the value of an input: in a label or in an annotation, or in a part."""

    model_config = ConfigDict(json_schema_extra=required_one("label", "annotation"))

    label: Label | None = None
    """The alert's label that holds the value."""
    annotation: Label | None = None
    """The alert's annotation that holds the value."""
    pattern: Annotated[str, Field(max_length=LONGEST)] | None = None
    """An RE2 pattern that the whole text must match; its one group is the value."""

    @model_validator(mode="after")
    def _readable(self) -> Source:
        if (self.label is None) == (self.annotation is None):
            raise refused("a value is in a label or in an annotation", "one of label: annotation:")
        if self.pattern is not None:
            check_pattern(self.pattern, "pattern")
            groups = re2.compile(self.pattern).groups
            if groups == 0:
                message = "no group says which part is the value"
                raise refused(message, "parentheses around it, as in ([a-z0-9-]+):.*", "pattern")
            if groups > 1:
                message = "one group is the value, and here are more"
                raise refused(message, "(?:…) for all but one", "pattern")
        return self

    @property
    def said(self) -> str:
        """Where it is, in words: `label instance`."""
        return f"label {self.label}" if self.label else f"annotation {self.annotation}"

    def value(self, text: str) -> str | None:
        """The value in the *text* of the label or the annotation; None where it has none."""
        if len(text) > LONGEST:
            return None
        if self.pattern is None:
            return text or None
        found = re2.fullmatch(self.pattern, text)
        return (found[1] or None) if found is not None else None
