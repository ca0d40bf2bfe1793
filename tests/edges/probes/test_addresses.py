"""Which addresses are dialled, whatever they are wrapped in."""

import socket

import pytest

from bot.core.checks.asking import Look, Question
from bot.edges.probes import HttpProber, Target
from bot.edges.probes.addresses import Forbidden, forbidden, open_socket


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:5601:5601",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::a9fe:a9fe",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd00:ec2:ffff::1",
        "::ffff:0:169.254.169.254",
        "2001:db8::5efe:169.254.169.254",
        "2001:db8::200:5efe:a9fe:a9fe",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",  # noqa: S104 - an example
        "::",
        "255.255.255.255",
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
    ],
)
def test_an_address_that_is_never_asked(address: str) -> None:
    assert forbidden(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(Forbidden):
        open_socket((family, socket.SOCK_STREAM, 0, "", (address, 80)))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "fd12:3456::1",
        "::ffff:10.1.2.3",
        "::ffff:0:10.1.2.3",
        "2001:db8::5efe:10.1.2.3",
        "64:ff9b::8.8.8.8",
        "93.184.216.34",
        "2606:2800:220:1::1",
    ],
)
def test_an_address_where_a_persons_system_may_be(address: str) -> None:
    assert not forbidden(address)


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "0xa9fea9fe",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "0.0.0.0",  # noqa: S104 - an example
        "[::]",
    ],
)
async def test_every_spelling_of_a_forbidden_address_is_refused_when_it_is_dialled(
    host: str,
) -> None:
    async with HttpProber({"system": Target(url=f"http://{host}:80")}, timeout=2) as prober:
        (answer,) = await prober.look(Look("system", "GET", (Question(None, "/"),)))
    assert answer.error == "no answer: link-local and metadata addresses are never asked"


@pytest.mark.parametrize("host", ["2852039166", "0251.0376.0251.0376"])
async def test_a_number_that_only_looks_like_a_name_is_not_asked(host: str) -> None:
    async with HttpProber({"system": Target(url=f"http://{host}:80")}, timeout=2) as prober:
        (answer,) = await prober.look(Look("system", "GET", (Question(None, "/"),)))
    assert answer.error == "no answer: its address is not one that can be asked"
