"""What of each kind of fact is sealed. There is no default: its act says each field of it."""

from collections.abc import Mapping

from bot.core.acting.sealed import Fields
from bot.core.acts.registry import MEANINGS
from bot.core.run import events as e

SEALED: Mapping[type[e.Event], Fields] = {one.fact: one.sealed for one in MEANINGS}

BY_KIND: Mapping[str, Fields] = {
    kind.model_fields["kind"].default: fields for kind, fields in SEALED.items()
}
"""The same, by the name that is stored."""
