"""Who sends: shown by a token in a header, or by a signature over the body.

Every comparison takes as long for a wrong secret as for a right one.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SIGNATURE = "X-Grafana-Alerting-Signature"
"""The header with a signature, as Grafana names it by default."""
STAMP = "X-Grafana-Alerting-Timestamp"
"""The header with the time of a signature, which Grafana sends where it is told to."""
AGE_S = 300.0
"""Seconds by which a signature's time may differ from ours."""

_STAMP = re.compile(r"[0-9]{1,12}")


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same."""
    return hmac.compare_digest(one.encode(), other.encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Bearer:
    """`Authorization: Bearer …`, which is judged before the body is read."""

    token: str

    def proves(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers have the token."""
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and same(self.token, given.strip())


@dataclass(frozen=True, slots=True)
class Signed:
    """HMAC-SHA256 over the body, in hex; with a time in a header, over `TIME:BODY`.

    As Grafana signs since version 12: "Configure webhook notifications" in its documentation.
    """

    secret: str
    clock: Callable[[], float]

    def could_prove(self, headers: Mapping[str, str]) -> bool:
        """Whether there is a signature at all, and one that is not too old."""
        stamp = headers.get(STAMP)
        if stamp is not None:
            known = _STAMP.fullmatch(stamp) is not None
            if not known or abs(self.clock() - float(stamp)) > AGE_S:
                return False
        return SIGNATURE in headers

    def proves(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the headers have the body's signature."""
        stamp = headers.get(STAMP)
        signed = body if stamp is None else stamp.encode() + b":" + body
        right = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return same(right, headers.get(SIGNATURE, "").strip().lower())
