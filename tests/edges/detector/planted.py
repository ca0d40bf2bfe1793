"""Secrets that were made up, of every kind that is told apart; put together here, whole nowhere."""

import base64
import random
import string
from collections.abc import Mapping

_LETTERS = string.ascii_letters + string.digits


def made(length: int, signs: str = _LETTERS, seed: int = 0) -> str:
    """A text as a machine makes it, with small letters, capitals and digits where there are any."""
    chosen = random.Random(f"{length} {signs} {seed}")  # noqa: S311 - it only has to look random
    whole = [chosen.choice(signs) for _ in range(length)]
    for at, kind in enumerate((string.ascii_lowercase, string.ascii_uppercase, string.digits)):
        among = [sign for sign in signs if sign in kind]
        if among and length > at:
            whole[at] = chosen.choice(among)
    return "".join(whole)


_HEX = "0123456789abcdef"
_BODY = "\n".join(made(64, _LETTERS + "+/", n) for n in range(8))
_KEY = f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{_BODY}\n-----END RSA PRIVATE {'KEY'}-----"
_JWT = ".".join(
    base64.urlsafe_b64encode(one).decode().rstrip("=")
    for one in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"1234567890"}', b"a signature " * 3)
)
_AWS = made(40, _LETTERS + "/+", 1)
_BEARER, _PASSWORD = made(32, seed=2), made(14, seed=3)

PLANTED: Mapping[str, tuple[str, str]] = {
    "private key": (f"here is the key:\n{_KEY}\nuse it", _KEY),
    "private key, cut": (f"{_KEY[:200]}", _KEY[:200]),
    "private key, in JSON": (
        '{"private_key": "' + _KEY.replace("\n", "\\n") + '", "client_id": "1"}',
        _KEY.replace("\n", "\\n"),
    ),
    "private key, in base64": (
        "tls.key: " + base64.b64encode(_KEY.encode()).decode(),
        base64.b64encode(_KEY.encode()).decode(),
    ),
    "password in a URL": (f"psql postgres://app:{_PASSWORD}@db-1:5432/prod", _PASSWORD),
    "password in a URL, with an @": (f"redis://:{_PASSWORD}@x@cache:6379/0", f"{_PASSWORD}@x"),
    "bearer token": (f'curl -H "Authorization: Bearer {_BEARER}" https://api/x', _BEARER),
    "basic credentials": (f"authorization: basic {made(24, seed=4)}==", made(24, seed=4) + "=="),
    "JSON web token": (f"token is {_JWT} I think", _JWT),
    "AWS key": (f"export AWS_SECRET_ACCESS_KEY={_AWS}", _AWS),
    "AWS key, as a file has it": (f"aws_secret_access_key = {_AWS}\nregion = x", _AWS),
    "AWS key, beside its id": (f"AKIA{made(16, string.ascii_uppercase)} {_AWS}", _AWS),
    "GitHub token": (f"git clone with ghp_{made(36)}", f"ghp_{made(36)}"),
    "GitHub token, fine": (f"github_pat_{made(22)}_{made(59)}",) * 2,
    "GitLab token": (f"glpat-{made(20)} works", f"glpat-{made(20)}"),
    "Slack token": ("xoxb-" + f"123456789012-1234567890123-{made(24)}",) * 2,
    "Slack token, of an app": ("xapp-" + f"1-A0123456789-1234567890123-{made(64, _HEX)}",) * 2,
    "Slack webhook": (
        "post to https://hooks.slack.com/services/" + f"T0123456/B0123456/{made(24)}",
        f"T0123456/B0123456/{made(24)}",
    ),
    "Google key": (f"?key=AIza{made(35, _LETTERS + '_-')}", f"AIza{made(35, _LETTERS + '_-')}"),
    "Google client secret": (f"GOCSPX-{made(28)}",) * 2,
    "Azure storage key": (
        f"AccountName=x;AccountKey={made(86, _LETTERS + '+/')}==;EndpointSuffix=core",
        f"{made(86, _LETTERS + '+/')}==",
    ),
    "Azure signature": (
        f"https://x.blob.core/y?sv=2024&se=2026&sig={made(43, seed=5)}%3D",
        f"{made(43, seed=5)}%3D",
    ),
    "Stripe key": ("sk_live_" + made(24),) * 2,
    "npm token": (f"npm_{made(36)}",) * 2,
    "PyPI token": ("pypi-AgEIcHlwaS5vcmc" + made(90, _LETTERS + "-_"),) * 2,
    "SendGrid key": (f"SG.{made(22)}.{made(43)}",) * 2,
    "OpenAI key": (f"sk-proj-{made(48)}",) * 2,
    "Anthropic key": (f"sk-ant-api03-{made(60)}",) * 2,
    "Vault token": (f"VAULT says hvs.{made(40)}", f"hvs.{made(40)}"),
    "DigitalOcean token": (f"dop_v1_{made(64, _HEX)}",) * 2,
    "Telegram token": (f"123456789:AA{made(33)}",) * 2,
    "password": (f"PGPASSWORD={_PASSWORD} psql -h db-1", _PASSWORD),
    "password, as an option": (f"mysqldump --password={_PASSWORD} prod", _PASSWORD),
    "token": (f"export DEPLOY_TOKEN={made(40, seed=6)}", made(40, seed=6)),
}  # fmt: skip
"""What kind, by name -> a line that somebody pastes, and the secret in it."""
