"""The emulator as a process of its own, on loopback, in a venv of the runtime's Python."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ministack==1.5.33", "aws-sam-translator>=1.95", "boto3>=1.36")
REGION = "us-east-1"
#: versions that Lambda has and the template allows, the template's own first
RUNTIMES = ("3.13", "3.12", "3.14")


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    port: int
    auth: bool
    log: Path

    @property
    def endpoint(self) -> str:
        """Where every service answers."""
        return f"http://127.0.0.1:{self.port}"

    @cache  # noqa: B019 - one emulator a run
    def client(self, service: str) -> Any:
        """Return a client with the rights of whoever deploys."""
        import boto3

        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def interpreter(version: str) -> str:
    """Return a Python of that version, else the nearest that runs functions; a name on PATH, else one of pyenv's."""
    for each in dict.fromkeys((version, *RUNTIMES)):
        kept = sorted(map(str, Path.home().glob(f".pyenv/versions/{each}*/bin/python")))
        for candidate in (f"python{each}", *kept):
            found = shutil.which(candidate)
            # pyenv's names on PATH answer only for versions that it has switched on.
            if found and subprocess.run([found, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
                return found
    return sys.executable


def venv(python: str) -> Path:
    """Make the emulator's venv where it is not there yet, and return its interpreter."""
    folder = Path(os.environ.get("EMULATOR_VENV", ROOT / ".venvs" / "emulator"))
    made = folder / "bin" / "python"
    marker = folder / "packages.txt"
    if not (marker.exists() and marker.read_text() == "\n".join([python, *PACKAGES])):
        shutil.rmtree(folder, ignore_errors=True)
        install([python, "-m", "venv", str(folder)])
        install([str(made), "-m", "pip", "install", *PACKAGES])
        marker.write_text("\n".join([python, *PACKAGES]))
    return made


def install(command: list[str]) -> None:
    """Run a command that installs something; ends the program with its reason where it fails."""
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "2"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(
            f"e2e-aws FAILED: nothing was tested, because what it runs on cannot be installed.\n"
            f"  {' '.join(command)}\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
        )


@contextmanager
def running(python: str, folder: Path, *, auth: bool) -> Iterator[Emulator]:
    """Run the emulator with nothing of our environment, and end it by its own process id."""
    program = venv(python)
    port = _free_port()
    log = folder / "emulator.log"
    environment = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "S3_DATA_DIR": str(folder / "s3"),
        "STATE_DIR": str(folder / "state"),
        "LANG": "C.UTF-8",
    } | ({"AUTH": "true"} if auth else {})
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program, "-m", "ministack"], env=environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        _wait(port, process)
        yield Emulator(port, auth, log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"the emulator ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the emulator did not start within 30 s")
