"""What each surface takes, and the verdict on a message's or view's blocks.

It judges and names what is missing; it keeps nothing and answers nobody.
"""

import copy
import functools
import itertools
import json
import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.demo.workspace import limits
from bot.demo.workspace.model import Json

from .kinds import BLOCKS
from .schema import Found, Problem, Rule, array, boolean, record, string, text, typed

_EVERYWHERE = (
    "section",
    "divider",
    "header",
    "image",
    "context",
    "actions",
    "input",
    "rich_text",
    "video",
    "alert",
    "card",
    "carousel",
    "container",
    "auth_provider",
)

# Where a block holds interactive elements, and where it holds blocks.
HOLDERS: dict[str, str] = {
    "actions": "elements",
    "auth_provider": "accessory",
    "card": "actions",
    "context_actions": "elements",
    "input": "element",
    "section": "accessory",
}
NESTS: dict[str, str] = {"carousel": "elements", "container": "child_blocks"}

# What a surface takes, and how many. Inputs are for forms: modals and the home.
SURFACES: dict[str, tuple[tuple[str, ...], int]] = {
    "message": (tuple(kind for kind in BLOCKS if kind != "input"), limits.MESSAGE_BLOCKS),
    "modal": (_EVERYWHERE, limits.VIEW_BLOCKS),
    "home": (_EVERYWHERE, limits.VIEW_BLOCKS),
}

_IN_MESSAGE = typed(BLOCKS, SURFACES["message"][0])

_VIEW_COMMON: dict[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
VIEWS: dict[str, Rule] = {
    "modal": record(
        {"title": text(24), "blocks": array(typed(BLOCKS, _EVERYWHERE), limits.VIEW_BLOCKS)},
        {
            **_VIEW_COMMON,
            "close": text(24),
            "submit": text(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": record({"blocks": array(typed(BLOCKS, _EVERYWHERE), limits.VIEW_BLOCKS)}, _VIEW_COMMON),
}


class Verdict(NamedTuple):
    """`error` is empty if all is well; `problems` are Slack's lines with their pointers."""

    error: str
    problems: list[str]


def judge_message(blocks: Any) -> Verdict:
    """Judge the blocks of a message: `invalid_blocks_format`, `invalid_blocks` or too long."""
    return take_message(blocks)[0]


def take_message(blocks: Any) -> tuple[Verdict, list[Json]]:
    """The verdict on a message's blocks, and the blocks as `complete` gives them if it is good."""
    if not isinstance(blocks, list):
        return Verdict("invalid_blocks_format", []), []
    encoded = [_encode(block) for block in blocks[: limits.MESSAGE_BLOCKS + 1]]
    verdict = _verdict(blocks, encoded)
    return verdict, [] if verdict.error else [_completed(block) for block in encoded]


def _verdict(blocks: list[Any], encoded: list[str]) -> Verdict:
    most = SURFACES["message"][1]
    found: Found = []
    if len(blocks) > most:
        found.append(Problem(f"no more than {most} items allowed", "/blocks"))
    for index, block in enumerate(encoded):
        at = f"/blocks/{index}"
        found += [Problem(words, at + pointer) for words, pointer in _judged(block)]
    if not found:
        _unique(blocks, "/blocks", found)
        _lone(blocks, found)
    if found:
        return Verdict("invalid_blocks", [str(problem) for problem in found])
    if sum(map(len, encoded)) + len(encoded) + 1 > limits.BLOCKS_JSON:
        return Verdict("msg_blocks_too_long", [])
    return Verdict("", [])


# A message is changed often and little: most of its blocks were judged just before.
@functools.lru_cache(maxsize=limits.BLOCKS_KNOWN)
def _judged(encoded: str) -> tuple[Problem, ...]:
    """What is wrong with one block of a message, with pointers that begin in it."""
    block = json.loads(encoded)
    found: Found = []
    _IN_MESSAGE(block, "", found)
    if not found:
        _unique_actions(block, "", found)
    return tuple(found)


def judge_view(view: Any) -> Verdict:
    """Judge a view: `invalid_arguments` or `view_too_large`."""
    found: Found = []
    typed(VIEWS)(view, "/view", found)
    if not found:
        _unique(view["blocks"], "/view/blocks", found)
        for index, block in enumerate(view["blocks"]):
            _unique_actions(block, f"/view/blocks/{index}", found)
        _submit(view, found)
        _focus(view["blocks"], found)
    if found:
        found.insert(0, Problem("failed to match all allowed schemas", "/view"))
        return Verdict("invalid_arguments", [str(problem) for problem in found])
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        return Verdict("view_too_large", [])
    return Verdict("", [])


def _submit(view: Json, found: Found) -> None:
    if view["type"] != "modal" or "submit" in view:
        return
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input":
            words = "must define `submit` to use an `input` block in modals"
            found.append(Problem(words, f"/view/blocks/{index}/input"))


def _focus(blocks: list[Json], found: Found) -> None:
    focused = [
        at for _, piece, at in interactive(blocks, "/view/blocks") if piece.get("focus_on_load")
    ]
    found.extend(Problem("only one element may have `focus_on_load`", at) for at in focused[1:])


def _unique(blocks: list[Json], at: str, found: Found) -> None:
    """A `block_id` is unique among the blocks."""
    ids: set[str] = set()
    for index, block in enumerate(blocks):
        if (block_id := block.get("block_id")) in ids:
            words = f'`block_id` "{block_id}" already exists'
            found.append(Problem(words, f"{at}/{index}/block_id"))
        elif block_id is not None:
            ids.add(block_id)


def _unique_actions(block: Json, at: str, found: Found) -> None:
    """An `action_id` is unique within its block."""
    for _, group in itertools.groupby(_held(block, at), key=lambda held: held[0]["_at"]):
        actions: set[str] = set()
        for _, piece, where in group:
            if (action_id := piece.get("action_id")) in actions:
                words = f'`action_id` "{action_id}" already exists'
                found.append(Problem(words, f"{where}/action_id"))
            elif action_id is not None:
                actions.add(action_id)


def _lone(blocks: list[Json], found: Found) -> None:
    """A message holds one table, and 12,000 characters of markdown over all its blocks."""
    tables = [index for index, block in enumerate(blocks) if block["type"] == "table"]
    found.extend(Problem("only one table allowed", f"/blocks/{index}") for index in tables[1:])
    total = 0
    for index, block in enumerate(blocks):
        total += len(block["text"]) if block["type"] == "markdown" else 0
        if total > limits.MARKDOWN:
            found.append(
                Problem(
                    f"must be less than {limits.MARKDOWN + 1} characters", f"/blocks/{index}/text"
                )
            )
            return


def interactive(blocks: list[Json], at: str = "/blocks") -> Iterator[tuple[Json, Json, str]]:
    """Every interactive element as (its block's place, the element, the element's pointer)."""
    for index, block in enumerate(blocks):
        yield from _held(block, f"{at}/{index}")


def _held(block: Json, at: str) -> Iterator[tuple[Json, Json, str]]:
    if block["type"] in NESTS:
        name = NESTS[block["type"]]
        yield from interactive(block[name], f"{at}/{name}")
    elif (name := HOLDERS.get(block["type"], "")) in block:
        place, held = {"_at": at, "block": block}, block[name]
        if isinstance(held, dict):
            yield place, held, f"{at}/{name}"
        else:
            for n, piece in enumerate(held):
                yield place, piece, f"{at}/{name}/{n}"


def complete(blocks: list[Json]) -> list[Json]:
    """The blocks with what Slack fills in: missing ids, `emoji` and `verbatim`.

    The given ones are not changed, and the result is not to be: equal blocks may be shared.
    """
    return [_completed(_encode(block)) for block in blocks]


def _completed(encoded: str) -> Json:
    shared, named = _with_texts(encoded)
    if named:
        return shared if "block_id" in shared else {**shared, "block_id": _new_id()}
    filled = copy.deepcopy(shared)
    _complete_ids([filled])
    for piece in _pieces(filled):
        piece.setdefault("action_id", _new_id())
    return filled


@functools.lru_cache(maxsize=limits.BLOCKS_KNOWN)
def _with_texts(encoded: str) -> tuple[Json, bool]:
    """The block with its texts completed, and whether it lacks no id but its own."""
    block: Json = json.loads(encoded)
    _complete_text(block)
    return block, block["type"] not in NESTS and all("action_id" in p for p in _pieces(block))


def _pieces(block: Json) -> Iterator[Json]:
    return (piece for _, piece, _ in _held(block, "") if piece["type"] != "image")


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_prefix = secrets.token_urlsafe(3)
_numbers = itertools.count(1)


def _new_id() -> str:
    return f"{_prefix}{next(_numbers):x}"


def _complete_ids(blocks: list[Json]) -> None:
    for block in blocks:
        block.setdefault("block_id", _new_id())
        if block["type"] in NESTS:
            _complete_ids(block[NESTS[block["type"]]])


def _complete_text(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _complete_text(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for item in value.values():
            _complete_text(item)
