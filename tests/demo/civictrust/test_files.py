"""What is on the disk: torn at any byte, altered, contradicted by a leader; and the state hash."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.cas import ContentStore
from bot.demo.civictrust.journal import Journal
from bot.demo.civictrust.store import Store, state_hash
from bot.demo.civictrust.wal import Wal

entries = st.lists(
    st.dictionaries(st.text(max_size=3), st.text(max_size=6), max_size=2), max_size=6
)
pairs = st.dictionaries(
    st.from_regex(r"[a-z/0-9-]{1,4}", fullmatch=True),
    st.dictionaries(st.text(max_size=2), st.text(max_size=3), max_size=2),
    max_size=4,
)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(entries, st.data())
def test_a_journal_cut_at_any_byte_keeps_its_whole_entries_and_goes_on(
    written: list[dict[str, Any]], data: st.DataObject
) -> None:
    with _folder() as folder:
        path = folder / "journal"
        journal, ends = Journal(path), [0]
        for entry in written:
            journal.append(entry)
            ends.append(path.stat().st_size)
        journal.close()
        cut = data.draw(st.integers(0, ends[-1]))
        with path.open("r+b") as file:
            file.truncate(cut)
        whole = written[: max(n for n, end in enumerate(ends) if end <= cut)]

        again = Journal(path)
        assert again.entries == whole
        again.append({"after": "the crash"})
        again.close()

        last = Journal(path)
        assert last.entries == [*whole, {"after": "the crash"}]
        last.close()


@given(st.integers(0, 1000), st.integers(1, 255))
def test_a_journal_with_an_altered_byte_keeps_what_is_before_it(place: int, flip: int) -> None:
    with _folder() as folder:
        path = folder / "journal"
        journal = Journal(path)
        for number in range(5):
            journal.append({"n": number})
        journal.close()
        raw = bytearray(path.read_bytes())
        place %= len(raw)
        raw[place] ^= flip
        path.write_bytes(raw)

        again = Journal(path)
        intact = place // (len(raw) // 5)
        assert again.entries == [{"n": number} for number in range(intact)]
        again.close()


def test_a_leader_replaces_contradicting_records_and_keeps_the_others(tmp_path: Path) -> None:
    wal = Wal(tmp_path / "wal")
    for op in ("a", "b", "c"):
        wal.append(1, {"op": op})
    wal.merge([{"lsn": 2, "term": 1, "op": "b"}, {"lsn": 3, "term": 2, "op": "d"}])
    wal.merge([{"lsn": 1, "term": 1, "op": "a"}])  # late, and known: nothing may be lost
    wal.close()
    again = Wal(tmp_path / "wal")
    assert [record["op"] for record in again.since(0, 10)] == ["a", "b", "d"]
    assert again.last_term == 2
    again.close()


@given(pairs, pairs)
def test_equal_state_hashes_mean_equal_stores(one: dict[str, Any], other: dict[str, Any]) -> None:
    def written(store: dict[str, Any]) -> dict[str, bytes]:
        return {key: canonical(value) for key, value in store.items()}

    assert (state_hash(written(one)) == state_hash(written(other))) == (one == other)


def test_the_state_hash_is_sorted_keys_then_pairs_then_sha_256(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.change(1, {"b": {"n": 2}, "a": {"n": 1}, "c": {}})
    store.change(2, {"c": None})
    assert store.state_hash() == hashlib.sha256(b'a{"n":1}b{"n":2}').hexdigest()
    store.close()


def test_a_store_read_back_has_the_same_pairs_and_lsn(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.change(1, {"key/a": {"n": 1}, "key/b": {}})
    store.change(2, {"key/b": None})
    before = store.state_hash()
    store.close()
    again = Store(tmp_path / "store")
    assert (again.lsn, again.state_hash()) == (2, before)
    assert dict(again.below("key/")) == {"a": {"n": 1}}
    again.close()


def test_a_key_with_a_brace_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(ValueError, match="brace"):
        store.change(1, {"a{": {}})
    store.close()


def test_an_object_that_lost_its_hash_is_not_handed_out(tmp_path: Path) -> None:
    cas = ContentStore(tmp_path / "cas")
    address = cas.put(b"deed")
    assert address == hashlib.sha256(b"deed").hexdigest()
    assert cas.get(address) == b"deed"
    (tmp_path / "cas" / address).write_bytes(b"dead")
    assert cas.get(address) is None
    assert cas.addresses() == {address}


def test_a_half_written_object_is_gone_after_a_restart(tmp_path: Path) -> None:
    cas = ContentStore(tmp_path / "cas")
    cas.put(b"deed")
    (tmp_path / "cas" / ".half").write_bytes(b"de")
    assert len(ContentStore(tmp_path / "cas").addresses()) == 1
    assert not (tmp_path / "cas" / ".half").exists()


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": "ü", "a": 1}) == canonical(json.loads('{"a": 1, "b": "\\u00fc"}'))
