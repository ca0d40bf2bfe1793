"""The bot's configuration file: which systems may be asked, with what secret; who holds which role.

Nothing here connects. A secret stands in the environment, never in the file, and never in an
error's words.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from yarl import URL

from bot.core.procedure.fields import Id, Line, Model, Name, refused
from bot.core.procedure.roles import EVERYONE, RIGHTS, Held, Who
from bot.core.run.holding import Knows

_SCHEMES = ("http", "https", "tcp", "dns")
"""How a target may be reached; `tcp` is only connected to, `dns` is a server of names."""
_BARE = ("tcp", "dns")
"""Those of them that have no paths."""
MAX_BYTES = 256 * 1024

MOST_MEMBERS = 500
"""The largest set: each look asks all of them, and its verdict names each."""
Members = Annotated[tuple[Line, ...], Field(strict=False, min_length=1, max_length=MOST_MEMBERS)]


class TargetsError(Exception):
    """The file of targets cannot be used; the message is one line that says what to write."""


_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
Zone = Annotated[str, Field(pattern=rf"^{_LABEL}(\.{_LABEL})+$", max_length=253)]
"""A domain of two labels at least: whoever owns `com` is nobody's own."""


class Target(Model):
    """A system that may be asked: where it is, its sets of members, and its bearer token."""

    url: str
    """Where it is: scheme, host, port, and perhaps the path under which all its paths lie.

    With `tcp` as its scheme it has a host and a port, and is only connected to; with `dns` it is
    the server that is asked for names.
    """
    zones: Annotated[tuple[Zone, ...], Field(strict=False, max_length=100)] = ()
    """The domains whose names a server of names is asked for, and those below them."""
    sets: dict[Name, Members] = Field(default_factory=dict)
    """The members of its sets, such as `nodes: [node-1, node-2]`."""
    bearer_token_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """The environment variable that holds the token to send."""
    token: Annotated[SecretStr | None, Field(exclude=True)] = None
    """That variable's value; put here by `load_targets`, refused in the file."""

    @field_validator("url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        example = "http://127.0.0.1:8801"
        try:
            url = URL(value)
            usable = url.scheme in _SCHEMES and bool(url.host) and url.port is not None
            usable = usable and (url.scheme not in _BARE or url.path in ("", "/"))
        except ValueError:
            usable = False
        if not usable or any(sign in value for sign in " \\\t\r\n"):
            raise refused("this is no URL that can be asked", example)
        if "@" in value:
            raise refused("a name or password in a URL ends up in logs", "bearer_token_env: NAME")
        if "?" in value or "#" in value:
            raise refused("a target's URL has no query and no fragment", example)
        return value.rstrip("/")

    @field_validator("sets")
    @classmethod
    def _no_twins(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for members in value.values():
            if len(set(members)) < len(members):
                raise refused("a member stands twice in its set", "each member once")
        return value

    @model_validator(mode="after")
    def _names_have_zones(self) -> "Target":
        asks_names = self.base.scheme == "dns"
        if asks_names and not self.zones:
            raise refused("which names may be asked is not said", "zones: [example.com]")
        if self.zones and not asks_names:
            raise refused("`zones` are of a server of names", "url: dns://10.0.0.53:53", "zones")
        if asks_names and self.bearer_token_env is not None:
            raise refused("a server of names takes no token", "the target without it")
        return self

    @property
    def base(self) -> URL:
        """The URL, read."""
        return URL(self.url)


class _File(Model):
    targets: dict[Id, Target] = Field(default_factory=dict)
    roles: dict[Id, Held] = Field(default_factory=dict)
    who: Who = EVERYONE

    @model_validator(mode="after")
    def _roles_are_there(self) -> "_File":
        for right, _, role in self.who.named():
            if role not in self.roles:
                raise refused(f"there is no role `{role}`", f"it under `roles:`, too (who.{right})")
        return self

    @model_validator(mode="before")
    @classmethod
    def _no_secret(cls, value: Any) -> Any:
        targets = value.get("targets") if isinstance(value, dict) else None
        for target in targets.values() if isinstance(targets, dict) else ():
            if isinstance(target, dict) and "token" in target:
                raise refused("a token never stands in the file", "bearer_token_env: NAME")
        return value


def load_targets(path: Path, environ: Mapping[str, str]) -> Mapping[str, Target]:
    """Read the targets from a YAML file, and their tokens from *environ*; raises TargetsError.

    Blocks; it is called once, when the bot starts.
    """
    return {
        name: _with_token(path, name, target, environ)
        for name, target in _file(path).targets.items()
    }


def load_roles(path: Path) -> Knows:
    """Read from the same file who holds which role, and what is kept for whom; raises TargetsError.

    Blocks, likewise.
    """
    written = _file(path)
    return Knows(written.roles, written.who)


def _file(path: Path) -> _File:
    """What the file says; raises TargetsError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TargetsError(f"{path}: {error.strerror}; write the targets there") from None
    try:
        return _File.model_validate(_yaml(content))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{mark.line + 1}: " if mark else ""
        what = str(getattr(error, "problem", None) or "not YAML").splitlines()[0]
        raise TargetsError(f"{path}:{line or ' '}{what}") from None
    except RecursionError:
        raise TargetsError(f"{path}: nested too deeply; write `targets:` with names") from None
    except ValueError as error:
        raise TargetsError(f"{path}: {_words(error)}") from None


def _with_token(path: Path, name: str, target: Target, environ: Mapping[str, str]) -> Target:
    variable = target.bearer_token_env
    if variable is None:
        return target
    token = environ.get(variable, "").strip()
    if not token:
        raise TargetsError(
            f"{path}: targets.{name}: the environment has no {variable}; set it, or leave "
            "bearer_token_env out"
        )
    if not token.isascii() or not token.isprintable() or " " in token:
        raise TargetsError(
            f"{path}: targets.{name}: {variable} holds what cannot be sent as a token; set it again"
        )
    return target.model_copy(update={"token": SecretStr(token)})


_KEYS = {
    "targets": "no such key; write url, sets, zones or bearer_token_env",
    "roles": "no such key; write slack_group or people",
    "who": f"no such right; write one of {', '.join(RIGHTS)}",
}
_PATTERNS = {
    "zones": "a zone is a domain of two labels at least; write example.com",
    "people": "a person is named by their id in Slack; write U012ABCDEF",
    "slack_group": "a user group is named by its handle or its id; write key-custodians",
}


def _no_such_key(where: tuple[int | str, ...]) -> str:
    """What to write in place of a key that is not known."""
    of = str(where[0]) if len(where) > 1 else ""
    return _KEYS.get(of, "no such key; write targets, roles or who")


def _words(error: ValueError) -> str:
    """The first of what is wrong, in one line, without the value: it might be a secret."""
    if not isinstance(error, ValidationError):
        return f"not UTF-8 text ({type(error).__name__}); write it again"
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"])) or "the file"
    context = first.get("ctx", {})
    advice = {
        "extra_forbidden": _no_such_key(first["loc"]),
        "missing": "is missing; write it",
        "string_type": "a text is wanted; write it in quotes",
        "string_pattern_mismatch": _PATTERNS.get(str(next(iter(first["loc"][2:]), ""))),
        "too_short": "is empty; write at least one member, or leave it out",
        "model_type": "a mapping is wanted; write `targets:` and a name with its `url:`",
        "dict_type": "a mapping is wanted; write a name and a colon",
    }
    known = advice.get(first["type"])
    if known is None and "write" in context:
        known = f"{context['message']}; write {context['write']}"
    return f"{where}: {known or first['msg']}"


class _Loader(yaml.SafeLoader):
    """Plain YAML: no key twice, no aliases, which could make a small file large."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call] # PyYAML's
            raise yaml.MarkedYAMLError(problem="an alias; write the text itself", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - theirs
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f"the key `{key.value}` stands twice; write it once"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _yaml(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise yaml.MarkedYAMLError(problem=f"larger than {MAX_BYTES // 1024} KiB; write less")
    return yaml.load(content.decode(), Loader=_Loader)  # noqa: S506 - a safe loader, made stricter
