"""What secrets look like that detect-secrets does not know, or not so closely."""

import re
from collections.abc import Callable

_HOLDERS = re.compile(
    r"[$<{%*\[(].*|x+|[*•●.…_-]+|(?:your|my|the|some|new|old|db|user|redacted|hidden|masked|secret"
    r"|changeme|pass(?:word|wd)?|passwd|pwd|pw|token|key|example)(?:[-_ ]?(?:here|password|passwd"
    r"|pass|pwd|token|key|secret))*",
    re.IGNORECASE,
)


def is_value(text: str) -> bool:
    """Whether a text is a value, and not what stands for one: `$TOKEN`, `<password>`, `****`."""
    return _HOLDERS.fullmatch(text) is None


def is_mixed(text: str) -> bool:
    """Whether a text has small letters, capitals and digits, as what a machine made has."""
    return (
        is_value(text)
        and any(c.islower() for c in text)
        and any(c.isupper() for c in text)
        and any(c.isdigit() for c in text)
    )


def is_made(text: str) -> bool:
    """Whether a text has letters and digits, so that it is no word."""
    return is_value(text) and any(c.isalpha() for c in text) and any(c.isdigit() for c in text)


# A name and a value: `X_TOKEN=…`, `"x_token": "…"`, `x_token: …`.
_IS = r"""["']?\s{0,3}(?:=|:|=>)\s{0,3}["']?"""
_BASE64 = r"[A-Za-z0-9+/]"
_UP_TO = r"""[^\s"'`;&|,)]"""
"""A sign of a value on a command line."""
_KEY = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_WORD = "pass(?:word|wd|phrase)?"
_VARIABLES = "PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS|RESTIC_PASSWORD"
_HOOKS = r"https://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/"
_PEM_AGAIN = (
    "BSU0EgUFJJVkFURS|BQUklWQVRFIEtFWS|BFQyBQUklWQVRFIEtFWS|BPUEVOU1NIIFBSSVZBVEUg"
    "|BFTkNSWVBURUQgUFJJVkFURS"
)
"""How the first line of a private key looks in base64, as kubectl shows it."""

_PEM = (
    rf"-----BEGIN {_KEY}(?:\s|\\[nr])*(?:{_BASE64}{{16}}|[A-Z][A-Za-z-]+: )"
    rf"(?:[\s\S]*?-----END {_KEY}|[\s\S]*)"
)
_URL = r"""[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@"'<>|`]*:([^\s/?#"'<>|`]+)@"""
_HEADER = rf"(?i)\bauthorization{_IS}(?:bearer|token|apikey)\s+([A-Za-z0-9._~+/=:-]{{6,}})"
_JWT = r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
_OPTION = rf"(?i)--(?:[a-z]+-)?{_WORD}[= ][\"']?([^\s\"'`;&|,)-]{_UP_TO}{{5,}})"
_NAMED = r"[A-Z][A-Z0-9_]*(?:TOKEN|SECRET|API_?KEY|SECRET_KEY|ACCESS_KEY)"

OURS: tuple[tuple[str, str, Callable[[str], bool] | None], ...] = (
    ("private key", _PEM, None),
    ("private key", r"PuTTY-User-Key-File-[23]: [\s\S]*", None),
    ("private key", r"\bAGE-SECRET-KEY-1[0-9A-Za-z]{50,}", None),
    ("private key", rf"LS0tLS1CRUdJTi(?:{_PEM_AGAIN})[A-Za-z0-9+/=\s]*", None),
    ("password in a URL", _URL, is_value),
    ("bearer token", _HEADER, is_value),
    ("basic credentials", _HEADER.replace("bearer|token|apikey", "basic"), is_value),
    ("bearer token", r"(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)", is_made),
    ("JSON web token", _JWT, None),
    ("AWS key", rf"(?i)\baws_?(?:secret|session)[a-z_]*{_IS}({_BASE64}{{40,}}=*)", is_mixed),
    ("AWS key", rf"(?i)\bsecret_?access_?key{_IS}({_BASE64}{{40}})", is_mixed),
    ("GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{22,}", None),
    ("Slack token", r"\bxox[abcdeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}", is_made),
    ("Slack token", r"\bxapp-[0-9]-[A-Za-z0-9-]{10,}", None),
    ("Slack webhook", rf"{_HOOKS}([A-Za-z0-9/_-]{{10,}})", None),
    ("Google key", r"\bAIza[0-9A-Za-z_-]{35}", None),
    ("Google key", r"\bya29\.[0-9A-Za-z_-]{20,}", None),
    ("Google key", r"\bGOCSPX-[A-Za-z0-9_-]{20,}", None),
    ("Azure key", r"(?i)[?&;]sig=([A-Za-z0-9%+/]{30,}(?:=|%3D)*)", None),
    ("Azure key", rf"(?i)\bshared(?:access)?key{_IS}({_BASE64}{{40,}}=*)", is_mixed),
    ("Azure key", r"\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", None),
    ("Stripe key", r"\b(?:rk|sk)_(?:live|test)_[0-9A-Za-z]{16,}", None),
    ("Stripe key", r"\bwhsec_[0-9A-Za-z+/]{24,}=*", None),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}", None),
    ("npm token", r":_authToken=([A-Za-z0-9_-]{16,})", is_value),
    ("Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,}", None),
    ("OpenAI key", r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}", None),
    ("Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}", None),
    ("Vault token", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}", None),
    ("DigitalOcean token", r"\bdo[opr]_v1_[a-f0-9]{64}", None),
    ("Databricks token", r"\bdapi[a-f0-9]{32}", None),
    ("Grafana token", r"\bgl(?:sa|c)_[A-Za-z0-9+/=]{32,}(?:_[a-f0-9]{8})?", None),
    ("Docker token", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}", None),
    ("Shopify token", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}", None),
    ("Telegram token", r"\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}", None),
    ("Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}", None),
    ("New Relic key", r"\bNRAK-[A-Z0-9]{27}", None),
    ("Atlassian token", r"\bATATT3[A-Za-z0-9_=-]{50,}", None),
    ("password", rf"\b(?:{_VARIABLES})=[\"']?({_UP_TO}{{4,}})", is_value),
    ("password", rf"(?i)(?:\b|_){_WORD}=[\"']?({_UP_TO}{{6,}})", is_made),
    ("password", _OPTION, is_made),
    ("token", rf"\b{_NAMED}=[\"']?({_UP_TO}{{16,}})", is_mixed),
)
"""What it is in words, how it looks, and what it must be besides."""
