"""Which addresses are Slack's own: what a payload names is not believed."""

from yarl import URL

_HTTPS = 443


def parsed(address: str) -> URL | None:
    """An address that leads somewhere without a name and a password in it; None for any other."""
    try:
        url = URL(address)
        named = url.port is not None
    except ValueError:
        return None
    plain = url.user is None and url.password is None
    return url if named and plain and url.host is not None else None


def is_at(url: URL, name: str, api: URL) -> bool:
    """Whether it is `https://NAME.` before the domain of the Web API at *api*."""
    if api.host is None or url.host != f"{name}.{api.host.removeprefix('www.')}":
        return False
    return url.scheme == "https" and url.port == _HTTPS
