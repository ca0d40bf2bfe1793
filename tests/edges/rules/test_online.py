"""A running Prometheus and other people's pages, played by a server on the loopback."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.core.coverage import Place, Rule
from bot.edges.rules import RulesError, answers, from_prometheus

ALERTING = {
    "type": "alerting",
    "name": "DiskFull",
    "labels": {"severity": "page", "odd": 7},
    "annotations": {"runbook_url": "https://wiki/x"},
}


async def rules(request: web.Request) -> web.Response:
    assert request.query["type"] == "alert"
    groups = [{"rules": [ALERTING, {"type": "recording", "name": "a:b"}, 7]}, {"rules": None}, 7]
    return web.json_response({"status": "success", "data": {"groups": groups}})


async def page(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name == "no-head" and request.method == "HEAD":
        return web.Response(status=405)
    if name == "only-get" and request.method == "HEAD":
        return web.Response(status=404)
    if name == "away":
        raise web.HTTPFound("/gone")
    return web.Response(status={"gone": 404, "trouble": 503, "closed": 401}.get(name, 200))


async def odd(request: web.Request) -> web.Response:
    text = {"odd": "[1]", "words": "hello", "deep": 100_000 * "["}[request.match_info["odd"]]
    return web.Response(text=text, content_type="application/json")


@pytest.fixture
async def server() -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    app.router.add_get("/prom/api/v1/rules", rules)
    app.router.add_get("/{odd:odd|words|deep}/api/v1/rules", odd)
    app.router.add_route("*", "/{name}", page)
    async with TestServer(app) as server:
        yield server


async def test_the_rules_of_a_running_prometheus(server: BaseTestServer) -> None:
    address = str(server.make_url("/prom/"))
    async with aiohttp.ClientSession() as session:
        found = await from_prometheus(address, session)
    place = Place(address)
    assert found.rules == (Rule("DiskFull", place, {"severity": "page"}, "https://wiki/x", place),)


@pytest.mark.parametrize(
    ("path", "told"),
    [("/none", "answers 404"), ("/words", "gives no rules"), ("/deep", "gives no rules")],
)
async def test_what_is_no_prometheus_says_so(server: BaseTestServer, path: str, told: str) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RulesError, match=told):
            await from_prometheus(str(server.make_url(path)), session)


async def test_an_answer_of_another_shape_has_no_rules(server: BaseTestServer) -> None:
    async with aiohttp.ClientSession() as session:
        assert (await from_prometheus(str(server.make_url("/odd")), session)).rules == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("well", ""),
        ("gone", "it answers 404"),
        ("away", "it answers 404"),
        ("no-head", ""),
        ("only-get", ""),
        # A page that is in trouble, or for members, is there.
        ("trouble", ""),
        ("closed", ""),
    ],
)
async def test_a_page_is_dead_where_it_says_so_itself(
    server: BaseTestServer, name: str, told: str
) -> None:
    link = str(server.make_url(f"/{name}"))
    heard: list[tuple[int, int]] = []
    one = Rule("x", Place("rules.yaml"), runbook=link)
    async with aiohttp.ClientSession() as session:
        found = await answers([one, one], None, session, lambda *far: heard.append(far))
    assert found == {link: told}
    assert heard == [(1, 1)]


async def test_nobody_asks_a_path_or_a_template() -> None:
    some = [Rule("x", Place("r"), runbook=link) for link in ("docs/a.md", "https://w/{{ x }}", "")]
    async with aiohttp.ClientSession() as session:
        assert await answers(some, None, session, lambda *_: None) == {}


async def test_more_links_than_can_be_asked_are_refused_and_none_is_left_out_silently() -> None:
    some = [Rule("x", Place("r"), runbook=f"http://127.0.0.1:1/{n}") for n in range(2_001)]
    async with aiohttp.ClientSession() as session:
        with pytest.raises(RulesError, match="more than 2,000 links"):
            await answers(some, None, session, lambda *_: None)
