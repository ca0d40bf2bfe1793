"""Which paths reach a target, and how: exactly as written, or not at all."""

import json

import pytest
from aiohttp import web

from tests.edges.probes.asking import ask, echo, serving

HOSTILE_PATHS = [
    "",
    "nodes",
    "//evil.example/x",
    "/nodes//state",
    "/\\evil.example",
    "\\\\evil.example",
    "/../admin",
    "/a/..;/admin",
    "/..;x=1/admin",
    "/a/..%3B/admin",
    "/.;/a",
    "/nodes/..",
    "/nodes/./state",
    "/nodes/%2e%2e/admin",
    "/nodes/%2E./admin",
    "/nodes/..%2fadmin",
    "/nodes/%252e%252e/admin",
    "/nodes/%25252e%25252e/admin",
    "/a%2f%2fb",
    "/%5cevil.example",
    "/a%00b",
    "/a%0d%0aHost:%20evil",
    "/a\r\nHost: evil",
    "/a b",
    "/a\tb",
    "/a#fragment",
    "/a%zz",
    "/a%2",
    "/nodes/{{ node }}/state",
    "/ünïcode",
    "/\uff0e\uff0e/admin",
    "http://evil.example/",
    "@evil.example/",
    ":80@evil.example/",
    "?x=/",
    "/a%c2%85b",
    "/%" + "25" * 9 + "2e",
]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
async def test_a_hostile_path_reaches_nobody(path: str) -> None:
    asked: list[str] = []

    async def record(request: web.BaseRequest) -> web.Response:
        asked.append(request.raw_path)
        return web.Response()

    async with serving(record) as url:
        answer = await ask(f"{url}/base", path)
    assert answer.error is not None
    assert "is not asked: it" in answer.error
    assert answer.status is None
    assert asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/@evil.example/",
        "/a:80/b",
        "/a%2Fb/state",
        "/a%20b",
        "/a.b/..c/d..",
        "/q?next=//x/../y&z=%0a",
        "/~user;v=1/(x)!$&'*+,=",
        "/%C3%BC",
    ],
)
async def test_a_proper_path_arrives_exactly_as_written_under_the_targets_own(path: str) -> None:
    async with serving(echo) as url:
        for base, prefix in ((url, ""), (f"{url}/", ""), (f"{url}/api/v1/", "/api/v1")):
            answer = await ask(base, path)
            assert json.loads(answer.body or b"")["path"] == prefix + path
