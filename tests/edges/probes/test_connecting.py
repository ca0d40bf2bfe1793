"""What only connects: to real listeners on the loopback, with certificates made for the test."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.core.checks.asking import Look, plan
from bot.core.checks.judging import judge
from bot.core.checks.verdict import Verdict
from bot.core.procedure import Check
from bot.edges.probes import HttpProber, Target
from tests.postgres import free_port

DAYS = {"pointer": "/days_left", "gte": 14}


def check(asks: str, *expect: dict[str, Any]) -> Check:
    told = {"title": "It is well", "target": "system", asks: True, "expect": expect}
    return Check.model_validate(told)


async def look(url: str, asked: Check) -> Verdict:
    async with HttpProber({"system": Target(url=url)}) as prober:
        return judge(asked, {}, await prober.look(plan(asked, {}, None, datetime.now(UTC))))


def seen(verdict: Verdict) -> list[str]:
    return [one.seen for one in verdict.seen if not one.held]


def certified(folder: Path, days: float) -> ssl.SSLContext:
    """A server's context with a certificate for localhost, which ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=100))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(private + pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "both.pem")
    return context


@asynccontextmanager
async def listening(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Listen, and read whatever comes until the other hangs up; nothing may come."""
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
    assert set(heard) <= {b""}


async def test_an_address_that_takes_connections_and_one_that_does_not() -> None:
    async with listening() as port:
        for url in (f"tcp://127.0.0.1:{port}", f"http://localhost:{port}/path"):
            verdict = await look(url, check("tcp"))
            assert verdict.green
            assert [one.seen for one in verdict.seen] == ["connected"]
    gone = await look(f"tcp://127.0.0.1:{free_port()}", check("tcp"))
    assert (gone.green, seen(gone)) == (False, ["no connection: connection refused"])
    metadata = await look("tcp://169.254.169.254:80", check("tcp"))
    assert seen(metadata) == ["no connection: link-local and metadata addresses are never asked"]


async def test_a_target_that_is_only_connected_to_is_asked_for_no_path() -> None:
    async with HttpProber({"system": Target(url="tcp://127.0.0.1:9")}) as prober:
        asked = check("tcp").model_copy(update={"tcp": None, "get": "/x"})
        (answer,) = await prober.look(plan(asked, {}, None, datetime.now(UTC)))
        assert answer.error is not None
        assert answer.error.endswith("is an address to connect to, and speaks no HTTP")
        (answer,) = await prober.look(
            Look("system", "POST", plan(asked, {}, None, datetime.now(UTC)).questions)
        )
        assert answer.error == "`POST` is not asked: only GET and HEAD are"


async def test_what_a_certificate_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with listening(certified(tmp_path, 30.5)) as port:
        url = f"tcp://localhost:{port}"
        names = {"jmespath": "names", "contains": "localhost"}
        issuer = {"pointer": "/issuer", "equals": "the tests"}
        verdict = await look(url, check("tls", DAYS, names, issuer))
        assert verdict.green, json.dumps(seen(verdict))
        assert verdict.seen[0].seen == "30"
        # Another name than the one that it is for.
        (other,) = seen(await look(f"tcp://127.0.0.1:{port}", check("tls", DAYS)))
        assert other.startswith("its certificate is not trusted: IP address mismatch")
    async with listening(certified(tmp_path, 3.5)) as port:
        soon = await look(f"https://localhost:{port}", check("tls", DAYS))
        assert (soon.green, seen(soon)) == (False, ["3"])
    async with listening(certified(tmp_path, -1)) as port:
        (over,) = seen(await look(f"tcp://localhost:{port}", check("tls")))
        assert over == "its certificate is not trusted: certificate has expired"


async def test_what_speaks_no_tls_has_no_certificate() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 at your service\r\n" * 9)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        verdict = await look(f"tcp://127.0.0.1:{port}", check("tls"))
    assert (verdict.green, seen(verdict)) == (False, ["no connection: TLS failed"])
