"""docs/scaling.md: its certificates are made and its cluster is started with them; the packaging holds."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from docs_kit import ROOT

from tracker import config
from tracker.executors import executor_for

pytest.importorskip("distributed", reason="the extra `scale` is not installed")

GUIDE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent
UNITS = sorted((ROOT / "packaging").glob("article-tracker-*.service"))
CONTAINERFILE = (ROOT / "packaging" / "Containerfile.cluster").read_text(encoding="utf-8")
NAMED = "judge.example.internal:8786"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def by_hand(program: str) -> list[str]:
    """The words of the command that the guide starts a `scheduler` or a `worker` with."""
    joined = "".join(blocks("console")).replace("\\\n", " ")
    found = re.search(rf"^\$ (dask {program} .+)$", joined, re.MULTILINE)
    assert found is not None
    return found[1].split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the certificates of the guide's own commands."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = tmp_path_factory.mktemp("certificates")
    for line in "".join(blocks("sh")).splitlines():
        subprocess.run(["sh", "-ec", line], cwd=made, check=True, capture_output=True)
    return made


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[None]:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_cluster_started_by_hand_takes_work_over_tls(folder: Path) -> None:
    from distributed import Client, Security  # noqa: PLC0415 - an extra, asked for above

    port = free_port()
    here = f"127.0.0.1:{port}"
    scheduler = [word.replace("8786", str(port)) for word in by_hand("scheduler")]
    worker = [word.replace(NAMED, here) for word in by_hand("worker")]
    (settings,) = (each for each in blocks("toml") if "tls_ca" in each)
    executor = config.parse(settings.replace(NAMED, here), source="config.toml", folder=folder).executor
    security = Security(  # type: ignore[no-untyped-call]
        tls_ca_file=executor.tls_ca,
        tls_client_cert=executor.tls_cert,
        tls_client_key=executor.tls_key,
        require_encryption=True,
    )
    with (
        running([*scheduler, "--host", "127.0.0.1"], folder),
        running([*worker, "--host", "127.0.0.1"], folder),
    ):
        with Client(executor.scheduler, security=security, timeout=60) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1, timeout=60)
        with executor_for(executor, 1) as cluster:
            assert cluster.submit(os.getpid).result(timeout=60) != os.getpid()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    """With a program and a user that are on this machine."""
    text = unit.read_text(encoding="utf-8").replace("/opt/article-tracker/.venv/bin", str(PROGRAMS))
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "article-tracker" not in done.stderr, done.stderr


def test_units_and_containers_start_what_is_started_by_hand() -> None:
    assert {unit.name for unit in UNITS} == {"article-tracker-scheduler.service", "article-tracker-worker@.service"}
    for unit, program in zip(UNITS, ("scheduler", "worker"), strict=True):
        (started,) = re.findall(r"^ExecStart=(.+)$", unit.read_text("utf-8").replace("\\\n", " "), re.MULTILINE)
        options = {word for word in by_hand(program) if word.startswith("--")}
        assert options <= set(started.split()), program
    assert "USER 10001:10001" in CONTAINERFILE.splitlines()
    assert 'ENTRYPOINT ["dask"]' in CONTAINERFILE.splitlines()


def test_the_files_it_points_to_are_there() -> None:
    for named in re.findall(r"(?:packaging|benchmarks)/[\w.@-]+\w", GUIDE):
        assert (ROOT / named).is_file(), named
    for named in re.findall(r"\]\((\w[\w.-]+\.md)", GUIDE):
        assert (ROOT / "docs" / named).is_file(), named
