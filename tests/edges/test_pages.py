"""The port with the pages of procedures, over HTTP: what it shows, to whom, and what it refuses."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.app.pages import Pages
from bot.config import ConfigError
from bot.edges.library import Library
from bot.edges.pages import PagesServer
from bot.edges.press import Press
from tests.hanging import HANG_S
from tests.postgres import free_port

PROCEDURES = Path(__file__).parents[2] / "procedures"


@pytest.fixture
async def url(tmp_path: Path, no_proxy: None) -> AsyncIterator[str]:
    library = Library(PROCEDURES, cache=tmp_path)
    library.refresh()
    port = free_port()
    server = PagesServer(("127.0.0.1", port), Pages(library, Press(HANG_S)))
    await server.open()
    yield f"http://127.0.0.1:{port}"
    await server.close()


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_each_procedure_has_a_page_for_people_and_one_for_programs(
    url: str, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{url}/procedures/key-compromise") as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<h1>" in page
    assert "./civictrust keys revoke" in page
    async with web.get(f"{url}/procedures/key-compromise.md") as answer:
        assert (answer.status, answer.content_type) == (200, "text/markdown")
        assert (await answer.text()).startswith("# ")
    async with web.head(f"{url}/procedures/key-compromise") as answer:
        assert answer.status == 200
        assert await answer.text() == ""


async def test_the_list_leads_to_each_page(url: str, web: aiohttp.ClientSession) -> None:
    for path in ("", "/", "/procedures", "/procedures/"):
        async with web.get(url + path) as answer:
            listed = await answer.text()
            assert answer.status == 200
        assert f'href="{url}/procedures/crash-recovery"' in listed
    async with web.get(url, headers={"X-Forwarded-Proto": "https"}) as answer:
        assert f'href="https{url[4:]}/procedures/crash-recovery"' in await answer.text()


async def test_a_link_may_have_the_values_of_the_alert(
    url: str, web: aiohttp.ClientSession
) -> None:
    async with web.get(f"{url}/procedures/crash-recovery?node=node-2") as answer:
        assert "./civictrust restart node-2" in await answer.text()
    async with web.get(f"{url}/procedures/crash-recovery?node=%3Brm") as answer:
        assert answer.status == 400
        assert (await answer.text()).startswith("node ")


async def test_what_has_not_changed_is_not_sent_again(url: str, web: aiohttp.ClientSession) -> None:
    async with web.get(f"{url}/procedures/crash-recovery") as answer:
        tag = answer.headers["ETag"]
    async with web.get(
        f"{url}/procedures/crash-recovery", headers={"If-None-Match": tag}
    ) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/procedures/nothing", 404),
        ("GET", "/procedures/../procedures/key-compromise.yaml", 404),
        ("GET", "/procedures/%2e%2e/pyproject.toml", 404),
        ("GET", "/procedures/KEY", 404),
        ("GET", "/metrics", 404),
        ("POST", "/procedures/key-compromise", 405),
        ("DELETE", "/procedures/key-compromise", 405),
        ("GET", "/procedures/key-compromise?" + "&".join(f"a{n}=1" for n in range(40)), 400),
        ("GET", "/procedures/key-compromise?nothing=1", 400),
    ],
)
async def test_nothing_else_is_there(
    url: str, web: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with web.request(method, url + path, data=b"x" if method == "POST" else None) as answer:
        assert answer.status == status
        assert "Traceback" not in await answer.text()


async def test_a_strange_host_is_no_part_of_a_page(url: str, web: aiohttp.ClientSession) -> None:
    async with web.get(url, headers={"Host": 'evil"><script>'}) as answer:
        assert answer.status == 400
        assert "script" not in await answer.text()


async def test_whoever_says_nothing_is_hung_up_on_and_a_body_is_not_read(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in head.lower()
    await reader.read()
    writer.close()


async def test_a_port_that_is_taken_is_said_in_words(url: str, tmp_path: Path) -> None:
    port = int(url.rpartition(":")[2])
    server = PagesServer(("127.0.0.1", port), Pages(Library(PROCEDURES, cache=tmp_path), Press()))
    with pytest.raises(ConfigError, match="Set RUNBOOK_PAGES_LISTEN to an address that is free"):
        await server.open()
