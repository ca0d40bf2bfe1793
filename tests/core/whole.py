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
