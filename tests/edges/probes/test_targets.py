"""The file of targets: what it gives, and one line for whatever is wrong with it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.core.procedure import Held, Who
from bot.core.run.holding import Knows
from bot.edges.probes import Target, TargetsError, load_roles, load_targets

GOOD = """
targets:
  civictrust:
    url: http://127.0.0.1:8801/
    sets: { nodes: [node-1, node-2, node-3] }
    bearer_token_env: CIVICTRUST_TOKEN
  website:
    url: https://www.example.org/status
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "targets.yaml"


def refusal(path: Path, text: str | bytes, **environ: str) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TargetsError) as refused:
        load_targets(path, environ)
    message = str(refused.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message


def test_targets_are_read_with_their_sets_and_tokens(path: Path) -> None:
    path.write_text(GOOD)
    targets = load_targets(path, {"CIVICTRUST_TOKEN": "s3cret\n", "OTHER": "x"})
    civictrust, website = targets["civictrust"], targets["website"]
    assert civictrust.url == "http://127.0.0.1:8801"
    assert civictrust.sets == {"nodes": ("node-1", "node-2", "node-3")}
    assert civictrust.token is not None
    assert civictrust.token.get_secret_value() == "s3cret"
    assert (website.sets, website.token) == ({}, None)
    with pytest.raises(ValidationError):
        website.url = "http://elsewhere"  # type: ignore[misc] # that it is frozen is the point


@pytest.mark.parametrize("environ", [{}, {"CIVICTRUST_TOKEN": ""}, {"CIVICTRUST_TOKEN": " \n"}])
def test_a_token_that_is_not_there_is_asked_for_by_name(
    path: Path, environ: dict[str, str]
) -> None:
    message = refusal(path, GOOD, **environ)
    assert "targets.civictrust: the environment has no CIVICTRUST_TOKEN; set it" in message


def test_a_token_that_cannot_be_sent_is_not_repeated(path: Path) -> None:
    message = refusal(path, GOOD, CIVICTRUST_TOKEN="s3cret\r\nHost: x")
    assert "cannot be sent" in message
    assert "s3cret" not in message


def test_a_token_in_the_file_is_refused_and_not_repeated(path: Path) -> None:
    message = refusal(path, "targets: { a: { url: 'http://a', token: s3cret } }")
    assert message.endswith("a token never stands in the file; write bearer_token_env: NAME")


def test_roles_and_rights_are_read_from_the_same_file(path: Path) -> None:
    path.write_text(
        "roles:\n"
        "  lead: { people: [U0ANA, U0BEN] }\n"
        "  keeper: { slack_group: '@keepers' }\n"
        "who: { erase: lead, export: [lead, keeper] }\n"
    )
    assert load_targets(path, {}) == {}
    held = {"lead": Held(people=("U0ANA", "U0BEN")), "keeper": Held(slack_group="@keepers")}
    assert load_roles(path) == Knows(held, Who(erase=("lead",), export=("lead", "keeper")))


def test_a_file_that_is_not_there_says_so(path: Path) -> None:
    with pytest.raises(TargetsError, match="No such file"):
        load_targets(path, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write `targets:`"),
        ("- a", "write `targets:`"),
        ("targets: [a]", "targets: a mapping is wanted"),
        ("target: {}", "target: no such key; write targets, roles or who"),
        ("roles: { lead: { group: x } }", "roles.lead.group: no such key; write slack_group or"),
        (
            "roles: { lead: { people: [ana] } }",
            "roles.lead.people.0: a person is named by",
        ),
        (
            "roles: { lead: { slack_group: a b } }",
            "roles.lead.slack_group: a user group is",
        ),
        ("who: { erase: lead }", "there is no role `lead`; write it under `roles:`, too"),
        (
            "roles: { lead: {} }\nwho: { erases: lead }",
            "who.erases: no such right; write one of",
        ),
        ("targets: { a: {} }", "targets.a.url: is missing"),
        ("targets: { A b: { url: 'http://a' } }", "targets.A b"),
        ("targets: { a: { url: 'http://a', set: {} } }", "targets.a.set: no such key; write url"),
        ("targets: { a: { url: 'dns://a:53' } }", "is not said; write zones: [example.com]"),
        ("targets: { a: { url: 'dns://a:53', zones: [] } }", "write zones: [example.com]"),
        ("targets: { a: { url: 'dns://a:53', zones: [com] } }", "zones.0: a zone is a domain of"),
        ("targets: { a: { url: 'dns://a/x', zones: [a.b] } }", "no URL that can be asked"),
        ("targets: { a: { url: 'http://a', zones: [a.b] } }", "are of a server of names; write"),
        (
            "targets: { a: { url: 'dns://a:53', zones: [a.b], bearer_token_env: X } }",
            "takes no token",
        ),
        ("targets: { a: { url: 8801 } }", "targets.a.url: a text is wanted"),
        ("targets: { a: { url: 'http://a', sets: { n: [1] } } }", "n.0: a text is wanted"),
        ("targets: { a: { url: 'http://a', sets: { n: [] } } }", "write at least one member"),
        ("targets: { a: { url: 'http://a', sets: { n: [x, x] } } }", "write each member once"),
        ("targets: { a: { url: 'http://a', bearer_token_env: $X } }", "bearer_token_env"),
        ("targets:\n  a: {url: 'http://a'}\n  a: {url: 'http://b'}", ":3: the key `a` stands twi"),
        ("x: &x {url: 'http://a'}\ntargets: { a: *x }", ":2: an alias; write the text itself"),
        ("targets: !!python/object:os.system {}", ":1: "),
        ("targets: {", ":"),
        ("[" * 2_000, "nested too deeply"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("#" * 300_000, "larger than 256 KiB"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(path: Path, text: str | bytes, said: str) -> None:
    assert said in refusal(path, text)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8801",
        "/nodes",
        "ftp://a",
        "file:///etc/passwd",
        "http://",
        "http://a b",
        "http://a\\b",
        "http://a:99999",
        "http://a:x",
        "http://u:hush@a",
        "http://a?x=hush",
        "http://a#b",
        "javascript:alert(1)",
        "unix:///x",
    ],
)
def test_a_url_that_cannot_be_a_target_is_refused(path: Path, url: str) -> None:
    message = refusal(path, f"targets: {{ a: {{ url: {url!r} }} }}")
    assert "targets.a.url: " in message
    assert "; write " in message
    assert "hush" not in message


def test_a_target_shows_no_token() -> None:
    target = Target.model_validate({"url": "http://a", "token": "s3cret"}, strict=False)
    assert "s3cret" not in f"{target!r} {target} {target.model_dump()} {target.model_dump_json()}"
