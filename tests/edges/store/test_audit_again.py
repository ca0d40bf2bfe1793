"""An audit of a run to which entries come in: it is read again until it holds still."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.sealing.record import Checked
from bot.edges.store import SqlLog, audits
from tests.edges.store.making import append, begin, note


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (("behind", "sound"), "sound"),
        (("behind", "further", "sound"), "sound"),
        (("behind", "behind", "sound"), "behind"),
        (("sound", "behind"), "sound"),
    ],
)
async def test_only_what_is_found_twice_is_a_fault(
    store: SqlLog, monkeypatch: pytest.MonkeyPatch, seen: tuple[str, ...], told: str
) -> None:
    run_id = await begin(store)
    await append(store, run_id, 1, [note("one")])
    sound = await store.checked(run_id)
    found = {
        "sound": sound,
        "behind": Checked(run_id, sound.hashes, ("the row is behind",)),
        "further": Checked(run_id, sound.hashes, ("the row is further behind",)),
    }
    looks: Iterator[str] = iter(seen)

    def look(*_: Any) -> Checked:
        return found[next(looks)]

    monkeypatch.setattr(audits, "_look", look)
    assert await store.checked(run_id) == found[told]
