"""The format as JSON Schema 2020-12, so that editors complete, explain and underline.

It says what a file may write: lint refuses more, by rules that no schema can say.
"""

from __future__ import annotations

from typing import Any

from bot.core.procedure import Procedure

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NULL = {"type": "null"}


def schema() -> dict[str, Any]:
    """The schema of a procedure file, made from the models."""
    made = Procedure.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **for_authors(made), "title": "A runbook procedure"}


def for_authors(node: Any) -> Any:
    """Take out what only the models' own JSON needs: a null for an absent key, and its default."""
    if isinstance(node, list):
        return [for_authors(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    made = {key: for_authors(inner) for key, inner in node.items()}
    if made.get("default", 0) in (None, [], ()):
        del made["default"]
        branches = [branch for branch in made.get("anyOf", []) if branch != _NULL]
        # Four branches and null: any scalar, where a null is something to compare with.
        if 0 < len(branches) < 4:  # noqa: PLR2004 - said above
            del made["anyOf"]
            made |= branches[0] if len(branches) == 1 else {"anyOf": branches}
    if "patternProperties" in made:
        made["additionalProperties"] = False
    if isinstance(made.get("title"), str) and "$ref" not in made and "properties" not in made:
        del made["title"]
    return made
