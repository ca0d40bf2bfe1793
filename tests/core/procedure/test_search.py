"""Search: exact words first, misspelt ones after, and the name that was meant."""

import pytest

from bot.core.procedure import Procedure
from bot.core.procedure.search import nearest, search


def procedure(name: str, title: str, **more: object) -> Procedure:
    step = {"id": "a", "title": "A", "do": "It."}
    whole = {"symptoms": ["Trouble"], **more, "steps": [step], "schema": "procedure/v1"}
    return Procedure.model_validate({**whole, "id": name, "title": title})


SHELF = (
    procedure("redis-oom", "Redis OOM killed", summary="The kernel ended the cache."),
    procedure("key-compromise", "Key compromise recovery", symptoms=["Suspected key leak"]),
    procedure("crash-recovery", "Crash recovery", alerts=["CivicTrustNodeDown"]),
    procedure("disk-full", "A disk is full", symptoms=[{"text": "No space", "alert": "DiskFull"}]),
)


def found(words: str) -> list[str]:
    return [hit.procedure.id for hit in search(SHELF, words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("redis", "redis-oom"),
        ("redsi oom kiled", "redis-oom"),
        ("KEY LEAK", "key-compromise"),
        ("kye comprmise", "key-compromise"),
        ("node down", "crash-recovery"),
        ("CivicTrustNodeDown", "crash-recovery"),
        ("civictrustnodedown", "crash-recovery"),
        ("kernel", "redis-oom"),
        ("diskfull", "disk-full"),
        ("compro", "key-compromise"),
        ("please help the redis was killed", "redis-oom"),
    ],
)
def test_what_people_type_is_found(words: str, first: str) -> None:
    assert found(words)[0] == first


def test_exact_words_come_before_similar_ones() -> None:
    shelf = (procedure("a", "Crush the disk"), procedure("b", "A crash"))
    hits = search(shelf, "crash")
    assert [(hit.procedure.id, hit.exact) for hit in hits] == [("b", True), ("a", False)]


def test_a_word_in_the_title_counts_more_than_one_in_a_symptom() -> None:
    shelf = (procedure("a", "Other", symptoms=["disk"]), procedure("b", "A disk"))
    assert [hit.procedure.id for hit in search(shelf, "disk")] == ["b", "a"]


@pytest.mark.parametrize("words", ["", "   ", "!?", "zzzz qqqq"])
def test_nothing_finds_nothing(words: str) -> None:
    assert found(words) == []


def test_no_more_than_asked_for() -> None:
    assert len(search(SHELF, "recovery", limit=1)) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("key-comprise", "key-compromise"),
        ("recovery-crash", "crash-recovery"),
        ("disk", "disk-full"),
    ],
)
def test_the_name_that_was_meant(typed: str, meant: str) -> None:
    assert nearest([p.id for p in SHELF], typed)[0] == meant


def test_no_name_is_like_nonsense() -> None:
    assert nearest(["key-compromise"], "xyz") == ()
    assert nearest([], "xyz") == ()
