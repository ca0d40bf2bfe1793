"""Change the bot's code a little, many times, and see whether a test notices: mutate.py [MODULE…].

Each module is worked on in a copy of the project of its own. What was found stays there while no
file changes, so a run that was stopped goes on where it was.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "artifacts" / "mutants"
NOTICED = ("killed", "timeout", "caught by type check")


def _run(folder: Path, *command: str, quiet: bool = True) -> str:
    own = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    out = subprocess.PIPE if quiet else None
    done = subprocess.run(command, cwd=folder, env=own, stdout=out, text=True, check=True)  # noqa: S603 - its own
    return done.stdout


def prepare(module: str, tests: list[str]) -> Path:
    """The folder of a module: as it was left, or a new copy if any file is another."""
    listed = _run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    files = [file for file in listed.split("\0") if (ROOT / file).is_file()]
    state = hashlib.sha256()
    for file in files:
        state.update(f"{file}\0".encode() + (ROOT / file).read_bytes())
    folder, stamp = WORK / module, WORK / module / ".state"
    if stamp.is_file() and stamp.read_text() == state.hexdigest():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file)
    own = {
        "only_mutate": [f"{module.replace('.', '/')}.py"],
        "also_copy": sorted({Path(file).parts[0] for file in files} - {"bot", "tests"}),
        "pytest_add_cli_args_test_selection": tests,
    }
    with (folder / "pyproject.toml").open("a") as project:
        project.write((HERE / "mutmut.toml").read_text())
        project.writelines(f"{key} = {json.dumps(value)}\n" for key, value in own.items())
    stamp.write_text(state.hexdigest())
    return folder


def report(module: str, folder: Path) -> None:
    """Print the module's score, and the mutants that no test noticed."""
    told = _run(folder, "mutmut", "results", "--all", "true").splitlines()
    found = {name: status for name, _, status in (one.strip().rpartition(": ") for one in told)}
    counts = Counter(found.values())
    score = 100 * sum(counts[status] for status in NOTICED) / max(len(found), 1)
    rest = ", ".join(f"{many} {status}" for status, many in sorted(counts.items()))
    print(f"{module}: {score:.1f}% of {len(found)} ({rest})")
    for name, status in found.items():
        if status not in NOTICED:
            print(f"  {status}: {name}")


def main(wanted: list[str]) -> None:
    """Work through all modules, or through those that are named."""
    for group in tomllib.loads((HERE / "groups.toml").read_text()).values():
        for module in group["modules"]:
            if not wanted or module in wanted:
                folder = prepare(module, group["tests"])
                _run(folder, "mutmut", "run", "--max-children", "2", quiet=False)
                report(module, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
