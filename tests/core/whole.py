"""Parts of the procedure that has every key."""

from typing import Any

Json = dict[str, Any]

EXPECT = [
    {"pointer": "/p", "equals": "e1"},
    {"jmespath": "j", "not_equals": "e2"},
    {"header": "H", "in": ["e3"]},
    {"status": [299]},
    {"pointer": "/c", "contains": "e4"},
    {"pointer": "/m", "matches": "e5"},
    {"pointer": "/gt", "gt": 1},
    {"pointer": "/gte", "gte": 2},
    {"pointer": "/lt", "lt": 3},
    {"pointer": "/lte", "lte": 4},
    {"pointer": "/x", "exists": True},
    {"pointer": "/a", "all_equal": True},
    {"pointer": "/s", "max_spread": 5},
    {"min_ok": 6},
]

SERIES = [
    {"series": "every", "gt": 8},
    {"series": "every", "max_change": 7},
    {"label": "lab", "equals": "e9"},
]

CHECKS: Json = {
    "asked": {
        "title": "the asked check",
        "target": "system",
        "get": "/asked/path",
        "each": {"member": "members"},
        "expect": EXPECT,
        "poll": {
            "every": "7s",
            "deadline": "17m",
            "stall_after": "6m",
            "progress": {"pointer": "/lsn", "of": "max"},
        },
    },
    "queried": {
        "title": "the queried check",
        "target": "system",
        "promql": "min by (job) (queried_up)",
        "range": "13m",
        "expect": SERIES,
    },
    "connected": {"title": "the connected check", "target": "system", "tcp": True},
    "before": {
        "title": "the before check",
        "target": "system",
        "get": "/rows",
        "expect": [{"pointer": "/rows", "exists": True}],
    },
    "after": {
        "title": "the after check",
        "target": "system",
        "get": "/rows",
        "expect": [
            {"pointer": "/rows", "same_as": {"check": "before"}},
            {"pointer": "/hash", "same_as": "start"},
        ],
    },
    "named": {
        "title": "the named check",
        "target": "system",
        "dns": "named.example.com",
        "record": "MX",
    },
    "in-turn": {
        "title": "the in-turn check",
        "target": "system",
        "requests": [
            {"get": "/first/path", "keep": {"latest": "/0/id"}},
            {"get": "/second/{{ latest }}"},
        ],
    },
    "certified": {
        "title": "the certified check",
        "target": "system",
        "tls": True,
        "expect": [{"pointer": "/days_left", "gte": 9}],
    },
    "headed": {"title": "the headed check", "target": "system", "head": "/headed"},
    "handy": {
        "title": "the handy check",
        "target": "system",
        "get": "/handy",
        "by_hand": {"run": "look by hand", "expected": "seen by hand"},
    },
}

QUESTION: Json = {
    "name": "answer",
    "options": [
        {
            "id": "first",
            "title": "the first way",
            "reason": "required",
            "then": [{"id": "inside", "title": "the branch", "do": "It."}],
        },
        {"id": "back", "title": "the way back", "then": {"goto": "w"}},
    ],
}

FOUND: Json = {
    "seen": {"description": "the found one", "pattern": "f[0-9]", "example": "f7"},
    "kind": {"description": "the found kind", "enum": ["k1", "k2"]},
}

INPUTS: Json = {
    "one": {"description": "input one", "pattern": "one-[a-z]+", "required": True},
    "two": {"description": "input two", "enum": ["t1", "t2"], "default": "t2"},
    "three": {"description": "input three", "required": True, "differs_from": "one"},
    "four": {"description": "input four", "example": "example four"},
    "five": {"description": "input five", "pattern": "f[0-9]", "list": True},
    "six": {"description": "input six", "example": "s6"}
    | {"from": {"label": "the-label", "pattern": "(s[0-9]):.*"}},
    "seven": {"description": "input seven", "from": {"annotation": "the-note"}},
}
"""Inputs with every key that one may have."""
