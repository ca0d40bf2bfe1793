"""A path on a target, checked so that it can never name another host or climb out.

Pure: nothing here connects. The rule is a list of what is allowed, not of what is known to harm.
"""

import re
from urllib.parse import unquote

from yarl import URL

_ALLOWED = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*", re.ASCII)
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_ROUNDS = 4
"""How often a path may have been percent-encoded before we stop guessing what is meant."""


class BadPath(ValueError):
    """The path may not be asked; the message says why."""


def join(base: URL, path: str) -> URL:
    """The URL of *path* under *base*, exactly as written; raises BadPath."""
    if _ALLOWED.fullmatch(path) is None:
        raise BadPath("it must begin with `/`, and all but letters, digits and -._~ be %-encoded")
    plain = path.partition("?")[0]
    for _ in range(_ROUNDS):
        _check(plain)
        decoded = unquote(plain, errors="replace")
        if decoded == plain:
            break
        plain = decoded
    else:
        raise BadPath("it is %-encoded too many times over")
    url = URL(str(base).rstrip("/") + path, encoded=True)
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
        raise BadPath("it leaves the target")
    return url


def _check(plain: str) -> None:
    if _HARMFUL.search(plain):
        raise BadPath("it holds a backslash or a control character")
    if "//" in plain:
        raise BadPath("it holds `//`")
    # Some servers read a segment up to its `;` only.
    if any(part.partition(";")[0] in (".", "..") for part in plain.split("/")):
        raise BadPath("it holds a `.` or `..` segment")
