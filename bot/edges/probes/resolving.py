"""What a server of names answers: one name and one kind of record, of the zones of its target.

A name that is asked travels on from server to server, so it could carry something away: nothing is
asked that is not in a zone of the configuration, and what belongs to one is asked of its owner.
"""

import json
import re
from collections.abc import Sequence

import dns.asyncbackend
import dns.asyncquery
import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
from dns.rdtypes.ANY.TXT import TXT
from yarl import URL

from bot.edges.probes.addresses import Forbidden, forbidden
from bot.edges.probes.names import Resolver

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
LONGEST = 253
"""The longest name, in characters."""
_TRIES = 2
"""How often a datagram is sent: one that is lost is no answer."""


class NotAsked(ValueError):
    """A name that is not asked; the message says why."""


class NoAnswer(Exception):
    """The server does not say what is so; the message tells it in words."""


def is_name(text: str) -> bool:
    """Whether *text* is a name as servers of names know them."""
    return len(text) <= LONGEST and _NAME.fullmatch(text) is not None


def check_name(name: str, zones: Sequence[str]) -> str:
    """*name* as it is asked, if it is in one of the *zones*; raises NotAsked."""
    asked = name.removesuffix(".").lower()
    if not is_name(asked):
        raise NotAsked("it is no name: letters, digits, - and _, with dots between")
    if not any(f".{asked}".endswith(f".{zone.lower()}") for zone in zones):
        raise NotAsked("it is in none of the target's zones")
    return asked


async def resolve(base: URL, resolver: Resolver, name: str, record: str, seconds: float) -> bytes:
    """What the server at *base* answers for *name*, as JSON; raises NoAnswer, OSError, ValueError.

    *seconds* is how long it may take altogether, which whoever calls bounds as well.
    """
    query = dns.message.make_query(dns.name.from_text(name), record)
    where = await _address(base, resolver)
    response = await _asked(query, where, base.port or 0, seconds)
    code = dns.rcode.to_text(response.rcode())
    if code not in ("NOERROR", "NXDOMAIN"):
        raise NoAnswer(_TROUBLE.get(code, f"the server of names answers with {code}"))
    return json.dumps(_document(response, code)).encode()


_TROUBLE = {
    "SERVFAIL": "the server of names could not find it out (SERVFAIL)",
    "REFUSED": "the server of names does not answer the bot (REFUSED)",
}


async def _address(base: URL, resolver: Resolver) -> str:
    """The server's numeric address, the first that may be asked."""
    found = [one["host"] for one in await resolver.resolve(base.host or "", base.port or 0)]
    allowed = [host for host in found if not forbidden(host)]
    if not allowed:
        raise Forbidden("link-local and metadata addresses are never asked")
    return str(allowed[0])


async def _asked(
    query: dns.message.Message, where: str, port: int, seconds: float
) -> dns.message.Message:
    """The server's answer; by TCP where it is too long for a datagram."""
    backend = dns.asyncbackend.get_backend("asyncio")
    for left in range(_TRIES, 0, -1):
        try:
            response, _ = await dns.asyncquery.udp_with_fallback(
                query,
                where,
                timeout=seconds / _TRIES,
                port=port,
                # Whoever guesses at the question is not heard, and ends nothing.
                ignore_unexpected=True,
                ignore_errors=True,
                backend=backend,
            )
        except dns.exception.Timeout:
            if left == 1:
                raise TimeoutError from None
        except (dns.exception.DNSException, EOFError) as trouble:
            raise NoAnswer("the answer is not one of a server of names") from trouble
        else:
            return response
    raise AssertionError  # the last try answers, or raises


def _document(response: dns.message.Message, code: str) -> dict[str, object]:
    """An answer as a document; of more than one record the order says nothing, so they are sorted.

    A name that is another's leads to the records of that one, as far as the answer has them.
    """
    try:
        chain = response.resolve_chaining()  # type: ignore[attr-defined] # of what answers a query
    except dns.exception.DNSException as trouble:
        raise NoAnswer("the answer is not one of a server of names") from trouble
    aliases = [_plain(one) for rrset in chain.cnames for one in rrset]
    answers = [] if chain.answer is None else sorted(_plain(one) for one in chain.answer)
    ttl = None if chain.answer is None else int(chain.answer.ttl)
    return {"code": code, "answers": answers, "aliases": aliases, "ttl": ttl}


def _plain(record: dns.rdata.Rdata) -> str:
    """A record as people write it: a text without its quotes, a name without its last dot."""
    if isinstance(record, TXT):
        return b"".join(record.strings).decode("utf-8", "replace")
    text = record.to_text()
    return str(text if text == "." else text.removesuffix("."))
