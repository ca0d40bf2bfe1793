"""`HttpProber`: puts a look's questions to a target, and brings back answers or words.

It may ask with GET and HEAD only, follow nothing, send a secret to no one but its target, and
raise nothing for a reason of the network.
"""

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import aiohttp

from bot.core.checks.asking import Answer, Look, Question
from bot.core.checks.in_turn import broken_off, kept_of, with_kept
from bot.edges.probes.addresses import Forbidden, open_socket
from bot.edges.probes.connecting import certificate, connect
from bot.edges.probes.names import Resolver
from bot.edges.probes.paths import BadPath, join
from bot.edges.probes.resolving import NoAnswer, NotAsked, check_name, resolve
from bot.edges.probes.targets import Target

AT_ONCE = 400
"""How many questions are open at once: each takes a file of the process."""
OF_ONE = 100
"""How many of them are of one target: one that hangs holds up nobody who asks another."""
BODY_LIMIT = 64 * 1024
"""The largest body that is read, in bytes."""
HIDDEN = "[hidden]"
"""What stands in an answer where a token of ours stood: it is recorded and shown to people."""
TIMEOUT = 5.0
"""How long one question may take altogether, in seconds."""


_CONNECTS = {"TCP": connect, "TLS": certificate}
"""What is done in place of a request."""
_NO_HTTP = {
    "tcp": "an address to connect to, and speaks no HTTP",
    "dns": "a server of names, and speaks no HTTP",
}
"""What a target is that has no paths."""


class _Unusable(Exception):
    """The answer came and is of no use; the message says why."""


class HttpProber:
    """Keeps `bot.ports.world.Prober`; closed by `close`, or at the end of `async with`.

    *timeout* is in seconds, for one question from the first byte sent to the last one read.
    """

    def __init__(self, targets: Mapping[str, Target], *, timeout: float = TIMEOUT) -> None:
        self._targets = targets
        self._timeout = timeout
        self._room = asyncio.Semaphore(AT_ONCE)
        self._shares = {name: asyncio.Semaphore(OF_ONE) for name in targets}
        self._session: aiohttp.ClientSession | None = None
        self._resolver = Resolver()
        tokens = {t.token.get_secret_value() for t in targets.values() if t.token is not None}
        self._tokens = sorted(tokens - {""}, key=len, reverse=True)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def members(self, target: str, set_name: str) -> Sequence[str] | None:
        """The members of a target's set; None when the target or the set is not configured."""
        known = self._targets.get(target)
        return None if known is None else known.sets.get(set_name)

    async def look(self, look: Look) -> list[Answer]:
        """Put every question of *look* at once; the answers are in the questions' order."""
        target = self._targets.get(look.target)
        refusal = None
        if target is None:
            refusal = f"target `{look.target}` is not configured"
        elif look.method not in ("GET", "HEAD", "DNS", *_CONNECTS):
            refusal = f"`{look.method}` is not asked: only GET and HEAD are"
        elif look.method == "DNS" and target.base.scheme != "dns":
            refusal = f"the target `{look.target}` is no server of names (dns://HOST:53)"
        elif look.method in ("GET", "HEAD") and target.base.scheme in _NO_HTTP:
            refusal = f"the target `{look.target}` is {_NO_HTTP[target.base.scheme]}"
        if target is None or refusal is not None:
            return [Answer(question.member, error=refusal) for question in look.questions]
        return list(await asyncio.gather(*(self._admit(target, look, q) for q in look.questions)))

    async def _admit(self, target: Target, look: Look, question: Question) -> Answer:
        """Ask when there is room; a question's time begins only then."""
        async with self._shares[look.target], self._room:
            if look.method == "DNS":
                return await self._resolve(target, look.record, question)
            if look.method in _CONNECTS:
                return await self._connect(target, look.method, question)
            if question.before:
                return await self._ask_in_turn(target, look.method, question)
            return await self._ask(target, look.method, question)

    async def _connect(self, target: Target, method: str, question: Question) -> Answer:
        """Connect in place of asking; a failure is an answer in words."""
        start = time.monotonic()
        body: bytes | None = None
        error: str | None = None
        try:
            async with asyncio.timeout(self._timeout):
                body = await _CONNECTS[method](target.base, self._resolver)
        except TimeoutError:
            error = f"no connection within {self._timeout:g} s"
        except ssl.SSLCertVerificationError as trouble:
            error = f"its certificate is not trusted: {trouble.verify_message}"
        except (OSError, ValueError) as trouble:
            error = f"no connection: {_words(trouble)}"
        took = time.monotonic() - start
        return Answer(question.member, 200 if error is None else None, {}, body, error, took)

    async def _resolve(self, target: Target, record: str, question: Question) -> Answer:
        """Ask a server of names; a failure is an answer in words."""
        start = time.monotonic()
        body: bytes | None = None
        error: str | None = None
        try:
            async with asyncio.timeout(self._timeout):
                name = check_name(question.path, target.zones)
                body = await resolve(target.base, self._resolver, name, record, self._timeout)
        except NotAsked as refused:
            error = f"`{question.path}` is not asked: {refused}"
        except NoAnswer as said:
            error = str(said)
        except TimeoutError:
            error = f"no answer within {self._timeout:g} s"
        except (OSError, ValueError) as trouble:
            error = f"no answer: {_words(trouble)}"
        took = time.monotonic() - start
        return Answer(question.member, 200 if error is None else None, {}, body, error, took)

    async def _ask_in_turn(self, target: Target, method: str, question: Question) -> Answer:
        """Ask one after the other; all of them take no longer than one may."""
        start = time.monotonic()
        kept: dict[str, str] = {}
        number = 0
        try:
            async with asyncio.timeout(self._timeout):
                for before in question.before:
                    number += 1
                    asked = _asked_next(target, before.path, kept)
                    found = kept_of(before, await self._ask(target, method, asked))
                    if isinstance(found, str):
                        return broken_off(question, number, found, time.monotonic() - start)
                    kept |= found
                number += 1
                asked = _asked_next(target, question.path, kept)
                answer = await self._ask(target, method, asked)
                return replace(answer, took=time.monotonic() - start)
        except BadPath as bad:
            trouble = f"not asked, for what was kept: {bad}"
        except TimeoutError:
            more = ", those before it counted" if number > 1 else ""
            trouble = f"no answer within {self._timeout:g} s{more}"
        return broken_off(question, number, trouble, time.monotonic() - start)

    async def _ask(self, target: Target, method: str, question: Question) -> Answer:
        start = time.monotonic()
        status: int | None = None
        headers: Mapping[str, str] = {}
        body: bytes | None = None
        error: str | None = None
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._open().request(
                    method,
                    join(target.base, question.path),
                    headers=_headers(target),
                    allow_redirects=False,
                ) as response,
            ):
                status, headers = response.status, self._masked(_plain(response))
                if method == "GET":
                    body = await _body(response)
                else:
                    # Some send a body all the same, with which the next answer would begin.
                    response.close()
        except BadPath as bad:
            error = f"`{question.path}` is not asked: {bad}"
        except _Unusable as unusable:
            error = str(unusable)
        except TimeoutError:
            error = f"no answer within {self._timeout:g} s"
        except (aiohttp.ClientError, OSError, ValueError) as trouble:
            error = f"no answer: {_words(trouble)}"
        took = time.monotonic() - start
        if body is not None:
            for token in self._tokens:
                body = body.replace(token.encode(), HIDDEN.encode())
        return Answer(question.member, status, headers, body, error, took)

    def _masked(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers without our tokens: a target may send back what it was sent."""
        shown = dict(headers)
        for token in self._tokens:
            shown = {name: value.replace(token, HIDDEN) for name, value in shown.items()}
        return shown

    def _open(self) -> aiohttp.ClientSession:
        """The one warm session; made when the loop runs."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, socket_factory=open_socket, resolver=self._resolver
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                # Nothing is unpacked: half a kilobyte of gzip can be a gigabyte.
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None),
            )
        return self._session


def _asked_next(target: Target, path: str, kept: Mapping[str, str]) -> Question:
    """A request with what was kept in its path, which no refusal shows; raises BadPath."""
    path = with_kept(path, kept)
    if kept:
        join(target.base, path)
    return Question(None, path)


def _headers(target: Target) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity", "User-Agent": "runbook-bot"}
    if target.token is not None:
        headers["Authorization"] = f"Bearer {target.token.get_secret_value()}"
    return headers


def _plain(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The answer's headers by name in lower case, repeated ones joined, all of them text."""
    joined: dict[str, str] = {}
    for name, value in response.headers.items():
        text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        key = name.lower()
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


async def _body(response: aiohttp.ClientResponse) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        response.close()
        raise _Unusable(f"packed as {encoding[:40]}, which was not asked for")
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            response.close()
            raise _Unusable(f"larger than {BODY_LIMIT // 1024} KiB")
    return bytes(body)


_SAID: Sequence[tuple[type[Exception] | tuple[type[Exception], ...], str]] = (
    (ConnectionRefusedError, "connection refused"),
    (socket.gaierror, "its name is not known"),
    (
        (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError),
        "its certificate is not trusted",
    ),
    (ssl.SSLError, "TLS failed"),
    (aiohttp.InvalidURL, "its address is not one that can be asked"),
    (
        (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError),
        "connection reset",
    ),
    (aiohttp.ClientPayloadError, "the body broke off"),
)
"""What each kind of trouble is called; the first that fits."""


def _words(trouble: Exception) -> str:
    """Say what kept the answer away, without a word of the request: it may hold a secret."""
    cause = getattr(trouble, "os_error", trouble)
    if isinstance(cause, Forbidden):
        return str(cause)
    for kind, said in _SAID:
        if isinstance(cause, kind):
            return said
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno > 0:
        return os.strerror(cause.errno).lower()
    if isinstance(cause, aiohttp.ClientConnectionError | OSError):
        return "the connection failed"
    return "it does not speak HTTP"
