"""The library: good files are served, faulty ones refused by name, changes picked up."""

import hashlib
import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.edges.library import Library, Place

BASE = (Path(__file__).parents[2] / "core" / "lint_base.yaml").read_text()
DAY = date(2026, 11, 22)


def named(name: str) -> str:
    return BASE.replace("id: base", f"id: {name}", 1)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "one.yaml").write_text(named("one"))
    (tmp_path / "two.yml").write_text(named("two"))
    (tmp_path / ".one.yaml").write_text("an editor's own")
    (tmp_path / "notes.txt").write_text("not a procedure")
    return Library(tmp_path, today=lambda: DAY)


def ids(library: Library) -> list[str]:
    return [loaded.procedure.id for loaded in library.all()]


def said(library: Library) -> list[str]:
    return [str(problem) for problem in library.problems()]


def test_it_is_empty_until_it_is_refreshed(library: Library) -> None:
    assert library.all() == ()
    assert library.refresh()
    assert ids(library) == ["one", "two"]
    assert library.problems() == ()


def test_what_is_served_carries_its_text_hash_and_path(library: Library, tmp_path: Path) -> None:
    library.refresh()
    loaded = library.get("one")
    assert loaded is not None
    assert loaded.source == named("one")
    assert loaded.sha256 == hashlib.sha256(named("one").encode()).hexdigest()
    assert loaded.path == str(tmp_path / "one.yaml")
    assert library.get("three") is None


def test_only_the_faulty_file_is_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "two.yml").write_text(named("two").replace("estimate: 20m", "estimate: soon"))
    library.refresh()
    assert ids(library) == ["one"]
    (problem,) = library.problems()
    assert (problem.path, problem.line, problem.col) == (str(tmp_path / "two.yml"), 7, 11)


def test_a_warning_refuses_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "two.yml").write_text(named("two").replace("2026-11-01", "2026-01-01"))
    library.refresh()
    assert ids(library) == ["one", "two"]
    assert [problem.severity for problem in library.problems()] == ["warning"]


def test_a_change_is_picked_up_even_with_the_same_size_and_time(
    library: Library, tmp_path: Path
) -> None:
    library.refresh()
    path = tmp_path / "one.yaml"
    before = path.stat()
    path.write_text(named("one").replace("SEV2", "SEV1"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert library.refresh()
    loaded = library.get("one")
    assert loaded is not None
    assert loaded.procedure.severity == "SEV1"


def test_what_did_not_change_is_not_parsed_again(library: Library) -> None:
    library.refresh()
    first = library.get("one")
    assert not library.refresh()
    assert library.get("one") is first


def test_a_deleted_file_is_no_longer_served(library: Library, tmp_path: Path) -> None:
    library.refresh()
    (tmp_path / "one.yaml").unlink()
    assert library.refresh()
    assert ids(library) == ["two"]


def test_a_review_becomes_overdue_overnight(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(named("one"))
    days = [DAY, DAY + timedelta(days=365)]
    library = Library(tmp_path, today=lambda: days[0])
    library.refresh()
    assert library.problems() == ()
    days.pop(0)
    assert library.refresh()
    assert "overdue" in said(library)[0]


def test_one_id_in_two_files_is_served_once_and_said(library: Library, tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(named("one"))
    library.refresh()
    loaded = library.get("one")
    assert loaded is not None
    assert loaded.path.endswith("one.yaml")
    (problem,) = said(library)
    assert problem.startswith(f"{tmp_path / 'one.yml'}:1:1: error: `one` is already in one.yaml")


def test_a_link_out_of_the_folder_is_refused(library: Library, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text(named("three"))
    (tmp_path / "three.yaml").symlink_to(outside)
    library.refresh()
    assert ids(library) == ["one", "two"]
    assert "a link that leads out of the folder" in said(library)[0]


def test_a_link_inside_the_folder_is_followed(library: Library, tmp_path: Path) -> None:
    """A mounted Kubernetes ConfigMap looks so."""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "three.yaml").write_text(named("three"))
    (tmp_path / "three.yaml").symlink_to(Path("..data") / "three.yaml")
    library.refresh()
    assert ids(library) == ["one", "three", "two"]


def test_what_cannot_be_read_is_said_in_words(library: Library, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    library.refresh()
    assert ids(library) == ["one", "two"]
    folder, gone, pipe = said(library)
    assert "folder.yaml:1:1: error: the file cannot be read: it is not a regular file" in folder
    assert "gone.yaml:1:1: error: the file cannot be read: No such file" in gone
    assert "pipe.yaml:1:1: error: the file cannot be read: it is not a regular file" in pipe


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    library = Library(tmp_path / "none")
    library.refresh()
    assert library.all() == ()
    assert "the folder cannot be read: No such file or directory" in said(library)[0]


def test_a_huge_file_is_refused_unread(library: Library, tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(2**33)
    library.refresh()
    assert ids(library) == ["one", "two"]
    assert "larger than 256 KiB" in said(library)[0]


def test_a_link_that_leads_to_itself_is_a_problem_and_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    library = Library(tmp_path)
    library.refresh()
    (problem,) = library.problems()
    assert "cannot be read" in problem.message


def test_a_folder_that_is_gone_for_a_moment_takes_no_procedure_away(tmp_path: Path) -> None:
    folder = tmp_path / "procedures"
    shutil.copytree(Path(__file__).parents[3] / "procedures", folder)
    library = Library(folder)
    library.refresh()
    served = library.all()
    folder.rename(tmp_path / "away")
    library.refresh()
    assert library.all() == served
    assert "cannot be read" in library.problems()[0].message
    (tmp_path / "away").rename(folder)
    library.refresh()
    assert library.problems() == ()


@pytest.fixture
def patient(tmp_path: Path) -> Library:
    for name in ("one.yaml", "two.yml"):
        path = tmp_path / name
        path.write_text(named(path.stem))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    library = Library(tmp_path, today=lambda: DAY, patient=True)
    library.refresh()
    return library


def severity(library: Library) -> str | None:
    loaded = library.get("one")
    return None if loaded is None else loaded.procedure.severity


def test_a_change_is_taken_up_when_two_looks_agree(patient: Library, tmp_path: Path) -> None:
    assert ids(patient) == ["one", "two"], "what has stood still for long is believed at once"
    (tmp_path / "one.yaml").write_text(named("one").replace("SEV2", "SEV1"))
    assert not patient.refresh()
    assert (severity(patient), patient.unsettled) == ("SEV2", True)
    assert patient.refresh()
    assert (severity(patient), patient.unsettled) == ("SEV1", False)


def test_a_file_that_grows_is_never_served_in_part(patient: Library, tmp_path: Path) -> None:
    """Every part of it up to a line's end may be a valid procedure without its last steps."""
    text = named("one").replace("SEV2", "SEV1")
    parts = [text[:at] for at in range(0, len(text), 97)]
    for part in parts:
        (tmp_path / "one.yaml").write_text(part)
        patient.refresh()
        assert severity(patient) == "SEV2"
        assert patient.problems() == ()
    (tmp_path / "one.yaml").write_text(text)
    patient.refresh()
    patient.refresh()
    assert severity(patient) == "SEV1"


def test_a_young_file_is_looked_at_twice_at_the_start_as_well(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(named("one"))
    library = Library(tmp_path, today=lambda: DAY, patient=True)
    library.refresh()
    assert ids(library) == []
    assert library.unsettled
    library.refresh()
    assert ids(library) == ["one"]


@pytest.mark.parametrize("ending", ["yaml", "yml", "YAML", "YML", "Yaml"])
def test_every_spelling_of_the_ending_is_read_in_subfolders_too(
    library: Library, tmp_path: Path, ending: str
) -> None:
    (tmp_path / "storage" / "disks").mkdir(parents=True)
    (tmp_path / "storage" / "disks" / f"three.{ending}").write_text(named("three"))
    library.refresh()
    assert ids(library) == ["one", "three", "two"]


def test_what_looks_like_a_procedure_and_is_not_read_is_named(
    library: Library, tmp_path: Path
) -> None:
    for name in ("one.yaml.bak", "four.yaml.txt", "#one.yaml#", "one.yaml~", "README.md"):
        (tmp_path / name).write_text(named("one"))
    library.refresh()
    assert [(Path(p.path).name, p.severity) for p in library.problems()] == [
        ("four.yaml.txt", "warning"),
        ("one.yaml.bak", "warning"),
    ]


def test_a_link_to_a_folder_is_followed_inside_alone(library: Library, tmp_path: Path) -> None:
    """A mounted ConfigMap with paths looks so; a link out of the folder is named."""
    (tmp_path / "..data" / "db").mkdir(parents=True)
    (tmp_path / "..data" / "db" / "three.yaml").write_text(named("three"))
    (tmp_path / "db").symlink_to("..data/db")
    (tmp_path / "away").symlink_to("/etc")
    library.refresh()
    assert ids(library) == ["one", "three", "two"]
    (problem,) = library.problems()
    assert "a link that leads out of the folder" in problem.message


def test_a_link_that_is_swapped_in_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "procedures"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "one.yaml").write_text(named("one"))
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "one.yaml").write_text("secret")
    with Place(folder) as place:
        assert place.files().files == ["sub/one.yaml"]
        shutil.rmtree(folder / "sub")
        (folder / "sub").symlink_to("../secret")
        with pytest.raises(OSError, match="a link that leads out of the folder"):
            place.read("sub/one.yaml")


def test_a_good_file_goes_before_what_a_faulty_one_once_said(
    library: Library, tmp_path: Path
) -> None:
    library.refresh()
    (tmp_path / "one.yaml").write_text("no procedure")
    library.refresh()
    (faulty,) = library.faulty()
    assert (faulty.id, faulty.path, faulty.line) == ("one", "one.yaml", 1)
    assert faulty.since is not None
    (tmp_path / "one.yml").write_text(named("one").replace("SEV2", "SEV1"))
    library.refresh()
    assert severity(library) == "SEV1"
    assert library.faulty()[0].since is None


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("private: true\nestimate: soon", True),
        ("private: yes\nestimate: soon", True),
        ("'private' : true\n- broken", True),
        ("private: false\nestimate: soon", False),
        ("estimate: soon", False),
    ],
)
def test_a_faulty_file_that_hides_a_procedure_is_known_to(
    library: Library, tmp_path: Path, said: str, *, hidden: bool
) -> None:
    (tmp_path / "two.yml").write_text(named("two").replace("estimate: 20m", said))
    library.refresh()
    assert [one.private for one in library.faulty()] == [hidden]


def test_a_faulty_file_says_whose_it_is(library: Library, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text('owner: { team: storage, slack: "#storage" }\n')
    library.refresh()
    assert library.faulty()[0].owner == "storage (#storage)"
