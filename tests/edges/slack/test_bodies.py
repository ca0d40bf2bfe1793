"""The fast decoders give the standard library's answers, on whatever anybody sends."""

import json
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.edges.slack.inbound import bodies
from tests.profiles import examples

FORM = "application/x-www-form-urlencoded"

awkward = st.text(st.sampled_from("%%%&=+;aAfFgG0189 \t\n\r\0#?/[]\"'\\é€😀\ufffd\ufeff"))
escapes = st.lists(st.integers(0, 255)).map(lambda bs: "".join(f"%{b:02x}" for b in bs))
pieces = st.lists(st.one_of(awkward, escapes, st.text(), st.text().map(quote_plus)))
forms = pieces.map("".join).map(lambda text: text.encode(errors="replace").decode())

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**70), 2**70), st.floats(), st.text()
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=20,
)
objects = st.dictionaries(st.text(), values)
written = st.builds(
    lambda value, ascii_only, indent: json.dumps(value, ensure_ascii=ascii_only, indent=indent),
    objects,
    st.booleans(),
    st.sampled_from([None, 1]),
)
SIGNS = """{ } [ ] : , " \\ / ' a - + . e E 0 1 01 1e999 -0 -0.0 1E400 1e-400 0.1 .5 5. NaN
Infinity -Infinity nan true false null tru "a": "a":1 "\\ud800" "\\udc00\\ud800" "\\ud83d"
"\\ud83d\\ude00" "\\u0000" "\\x" "\\u12" é 9007199254740993 1.7976931348623159e308 5e-324
2.2250738585072011e-308 0.30000000000000004 123456789012345678901234567890.5"""
BLANKS = " \t\n\r\x0b\x00\x7f\ufeff\u2028"
hostile = st.lists(st.sampled_from([*SIGNS.split(), *BLANKS])).map("".join)
wrapped = hostile.map(lambda text: f'{{"a":{text}}}')


def either(read: Any, text: str) -> str:
    """What came out, NaN and the sign of zero included, or that it was refused."""
    try:
        found = read(text)
    except (ValueError, RecursionError, bodies.Unreadable):
        return "refused"
    return ascii(found) if isinstance(found, dict) else "refused"


@settings(max_examples=examples(300), deadline=None)
@given(forms)
@example("a=%ed%a0%80&b=%f4%90%80%80&c=%c3&d=%c3%28&e=%e2%82")
@example("&&=&a&=b&a=1&a=2&+=+&%26=%3d&a=b=c&;x=1;y=2&%=%%&%2=%zz&%u1234")
def test_a_form_reads_as_the_standard_library_reads_it(text: str) -> None:
    assert bodies.read_form(text) == dict(parse_qsl(text, keep_blank_values=True))


@settings(max_examples=examples(300), deadline=None)
@given(st.one_of(written, hostile, wrapped, st.text(), written.map(lambda text: text[:-1])))
@example('{"a":1,"a":2,"b":{"c":1,"c":null}}')
@example("{" + '"a":[' * 150 + "]" * 150 + "}")
@example('{"a":' * 100_000 + "}" * 100_000)
@example("[" * 100_000)
@example('{"a":' + "1" * 4_300 + "}")
@example('{"a":' + "1" * 4_301 + "}")
@example('{"a":-' + "1" * 4_301 + "}")
@example('{"cut":"\\ud83d"}')
@example("{} {}")
@example("")
def test_json_reads_as_the_standard_library_reads_it(text: str) -> None:
    assert either(bodies.read_json, text) == either(json.loads, text)


@settings(max_examples=examples(50), deadline=None)
@given(objects)
def test_a_payload_comes_back_from_the_form_that_carries_it(payload: dict[str, Any]) -> None:
    body = urlencode({"payload": json.dumps(payload), "other": "field"})
    assert ascii(bodies.read(body, FORM)) == ascii(payload)


def test_the_kind_of_body_is_told_by_its_type_or_by_its_first_sign() -> None:
    assert bodies.read('{"a": 1}', "text/plain") == {"a": 1}
    assert bodies.read(' {"a": 1}', "application/json; charset=utf-8") == {"a": 1}
    assert bodies.read("a=1&b=", FORM) == {"a": "1", "b": ""}
    assert bodies.read("", FORM) == {}


def test_words_about_a_payload_are_no_payload() -> None:
    """Bolt itself loses a command whose text holds this word."""
    body = urlencode({"command": "/runbook", "text": "search payload too large"})
    assert bodies.read(body, FORM)["text"] == "search payload too large"


@pytest.mark.parametrize("body", ["payload=", "payload=x", "payload=%5B1%5D", "payload=null", "{"])
def test_what_is_neither_form_nor_object_is_refused(body: str) -> None:
    with pytest.raises(bodies.Unreadable):
        bodies.read(body, FORM)


def test_what_cannot_be_written_down_is_taken_out_wherever_it_stands() -> None:
    half = '{"a\\u0000": ["x\\ud83d", {"b": "\\uD83D\\uDE00", "n": 1, "z": null}]}'
    sound = {"a": ["x?", {"b": "\U0001f600", "n": 1, "z": None}]}
    assert bodies.read(half, "application/json", sound=True) == sound
    assert bodies.read(urlencode({"payload": half}), FORM, sound=True) == sound
    assert bodies.read("text=a%00b&c=d", FORM, sound=True) == {"text": "ab", "c": "d"}
    assert bodies.read_json('{"a": "as it is"}', sound=True) == {"a": "as it is"}
    deep = "[" * 150 + '"\\u0000"' + "]" * 150
    assert "x00" not in str(bodies.read_json(f'{{"a": {deep}}}', sound=True))
    with pytest.raises(bodies.Unreadable):
        bodies.read_json('{"a": ' * 100_000, sound=True)
