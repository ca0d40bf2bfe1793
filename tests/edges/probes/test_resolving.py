"""Names asked of a real server of names on the loopback, and of some that answer otherwise."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import pytest

from bot.core.checks.asking import plan
from bot.core.checks.judging import judge
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check
from bot.edges.probes import HttpProber, Target
from bot.edges.probes.resolving import NotAsked, check_name
from tests import nameserver
from tests.postgres import free_port

RECORDS = (
    "--host-record=www.example.com,192.0.2.7,2001:db8::7,300",
    "--host-record=www.example.com,192.0.2.3,300",
    "--cname=shop.example.com,www.example.com",
    "--mx-host=example.com,mail.example.com,10",
    "--txt-record=_dmarc.example.com,v=DMARC1; p=none",
    "--srv-host=_sip._tcp.example.com,sip.example.com,5060,1,2",
    *(f"--txt-record=long.example.com,{n:03}{'x' * 60}" for n in range(40)),
)


def check(name: str, *expect: dict[str, Any], record: str | None = None, **more: Any) -> Check:
    told = {"title": "It is well", "target": "names", "dns": name, "expect": expect, **more}
    return Check.model_validate(told | ({"record": record} if record else {}))


async def look(
    url: str,
    asked: Check,
    values: dict[str, str] | None = None,
    members: tuple[str, ...] | None = None,
    seconds: float = 5.0,
) -> Verdict:
    names = Target(url=url, zones=("example.com",))
    async with HttpProber({"names": names}, timeout=seconds) as prober:
        answers = await prober.look(plan(asked, values or {}, members, datetime.now(UTC)))
        return judge(asked, values or {}, answers)


def off(verdict: Verdict) -> list[str]:
    return [one.seen for one in verdict.seen if not one.held]


async def test_each_kind_of_record_of_a_real_server(tmp_path: Path) -> None:
    def has(value: str) -> dict[str, Any]:
        return {"pointer": "/answers", "contains": value}

    asked = (
        check("www.example.com", has("192.0.2.7"), has("192.0.2.3")),
        check("WWW.Example.com.", has("192.0.2.7")),
        check("www.example.com", has("2001:db8::7"), record="AAAA"),
        check("shop.example.com", has("www.example.com"), record="CNAME"),
        check("shop.example.com", has("192.0.2.7"), {"pointer": "/aliases/0", "exists": True}),
        check("example.com", has("10 mail.example.com"), record="MX"),
        check("_dmarc.example.com", has("v=DMARC1; p=none"), record="TXT"),
        check("_sip._tcp.example.com", has("1 2 5060 sip.example.com"), record="SRV"),
        check("www.example.com", {"pointer": "/ttl", "lte": 300}),
        # More than a datagram holds comes by TCP.
        check("long.example.com", {"jmespath": "length(answers)", "equals": 40}, record="TXT"),
    )
    async with nameserver.serving(tmp_path, *RECORDS) as url:
        for one in asked:
            verdict = await look(url, one)
            assert verdict.green, (one.dns, one.record, off(verdict))
        verdict = await look(url, check("www.example.com"))
        assert [one.seen for one in verdict.seen] == ["192.0.2.3, 192.0.2.7"]


async def test_what_has_no_record_proves_nothing_unless_that_is_asked_for(tmp_path: Path) -> None:
    gone = {"pointer": "/code", "equals": "NXDOMAIN"}
    none = {"jmespath": "length(answers)", "equals": 0}
    async with nameserver.serving(tmp_path, *RECORDS) as url:
        for expect in ((), (none,)):
            verdict = await look(url, check("old.example.com", *expect))
            assert (verdict.green, off(verdict)) == (False, ["there is no such name (NXDOMAIN)"])
        verdict = await look(url, check("example.com", record="TXT"))
        assert off(verdict) == ["the name has no TXT record"]
        assert (await look(url, check("old.example.com", gone))).green
        still = await look(url, check("www.example.com", gone))
        assert (still.green, off(still)) == (False, ["NOERROR"])


async def test_each_member_is_a_name_of_its_own(tmp_path: Path) -> None:
    same = {"pointer": "/answers", "all_equal": True}
    asked = check("{{ node }}.example.com", same, each={"node": "nodes"})
    async with nameserver.serving(tmp_path, *RECORDS) as url:
        assert (await look(url, asked, members=("www", "shop"))).green
        verdict = await look(url, asked, members=("www", "other"))
    assert [one.member for one in verdict.seen if not one.held][:1] == ["other"]


@pytest.mark.parametrize(
    "value",
    ["secret.evil.example", "a.example.com.evil.example", "a b", "x/../y", "", "-", "a" * 64],
)
async def test_nothing_is_asked_that_is_in_no_zone_of_the_target(value: str) -> None:
    # Nobody listens there: a question that went out would be answered otherwise.
    url = f"dns://127.0.0.1:{free_port()}"
    for name in ("{{ it }}", "{{ it }}.evil.example", "x.{{ it }}"):
        verdict = await look(url, check(name), {"it": value})
        (said,) = off(verdict)
        assert "is not asked: it is" in said, said


def test_a_zone_is_asked_for_itself_and_below() -> None:
    zones = ("example.com", "Corp.Example.net")
    for name in ("example.com", "a.b.example.com", "x.corp.example.net"):
        assert check_name(name, zones) == name
    for name in ("notexample.com", "com", "example.net", "example.com.org", "ex ample.com"):
        with pytest.raises(NotAsked):
            check_name(name, zones)


@asynccontextmanager
async def answering(reply: Any) -> AsyncIterator[str]:
    """A server that answers with what *reply* makes of a question; None is silence."""

    class Talk(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: Any) -> None:
            for made in reply(data):
                self.transport.sendto(made, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Talk, local_addr=("127.0.0.1", 0))
    try:
        yield f"dns://127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()


def failed(code: dns.rcode.Rcode) -> Any:
    def made(data: bytes) -> list[bytes]:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.set_rcode(code)
        return [response.to_wire()]

    return made


async def test_a_server_that_does_not_say_what_is_so() -> None:
    told = {
        dns.rcode.SERVFAIL: "the server of names could not find it out (SERVFAIL)",
        dns.rcode.REFUSED: "the server of names does not answer the bot (REFUSED)",
        dns.rcode.NOTIMP: "the server of names answers with NOTIMP",
    }
    for code, words in told.items():
        async with answering(failed(code)) as url:
            verdict = await look(url, check("www.example.com"))
            assert (verdict.green, off(verdict)) == (False, [words])


async def test_a_server_that_is_silent_or_talks_nonsense_is_not_waited_for_long() -> None:
    for reply in (lambda _: [], lambda _: [b"nonsense", b""]):
        async with answering(reply) as url:
            began = asyncio.get_running_loop().time()
            verdict = await look(url, check("www.example.com"), seconds=0.4)
            assert off(verdict) == ["no answer within 0.4 s"]
            assert asyncio.get_running_loop().time() - began < 5


async def test_a_lost_datagram_is_sent_again() -> None:
    heard: list[bytes] = []

    def second(data: bytes) -> list[bytes]:
        heard.append(data)
        return failed(dns.rcode.NXDOMAIN)(data) if len(heard) == 2 else []

    async with answering(second) as url:
        verdict = await look(url, check("www.example.com"), seconds=2)
    assert off(verdict) == ["there is no such name (NXDOMAIN)"]
    assert len(heard) == 2


async def test_an_answer_to_another_question_is_none() -> None:
    def another(data: bytes) -> list[bytes]:
        query = dns.message.make_query("evil.example", "A", id=dns.message.from_wire(data).id)
        return [dns.message.make_response(query).to_wire()]

    async with answering(another) as url:
        verdict = await look(url, check("www.example.com"), seconds=0.4)
    assert not verdict.green


async def test_what_is_no_server_of_names_is_not_asked_for_one_and_the_other_way_round() -> None:
    web = Target(url="http://127.0.0.1:9")
    names = Target(url="dns://127.0.0.1:9", zones=("example.com",))
    async with HttpProber({"names": web}) as prober:
        (answer,) = await prober.look(plan(check("a.example.com"), {}, None, datetime.now(UTC)))
        assert answer.error == "the target `names` is no server of names (dns://HOST:53)"
    async with HttpProber({"names": names}) as prober:
        asked = Check.model_validate({"title": "x", "target": "names", "get": "/x"})
        (answer,) = await prober.look(plan(asked, {}, None, datetime.now(UTC)))
        assert answer.error == "the target `names` is a server of names, and speaks no HTTP"
    forbidden = await look("dns://169.254.169.253:53", check("a.example.com"))
    assert off(forbidden) == ["no answer: link-local and metadata addresses are never asked"]
