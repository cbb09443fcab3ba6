"""A process of `vae` on a node, which does not outlive the worker of Ray that started it."""
import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

GIVEN_UP = (1, 2, 71, 72, 73)
"""Exit codes of `vae` and of our scripts after which the same would happen again."""
STOPPED = (0, 130)
TAIL_BYTES = 20_000
_SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""


def package_folder() -> Path:
    """The unpacked package with the engine. Ray Train has its workers elsewhere."""
    for entry in [os.getcwd(), *sys.path, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]:
        if entry and (Path(entry) / "engine" / "vae.cjs").is_file():
            return Path(entry)
    raise RuntimeError("found no engine beside the packages of this job")


def logs_folder() -> Path:
    """What Ray's dashboard serves files from, on this node."""
    return (package_folder() / ".." / ".." / ".." / "logs").resolve()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)


def start(script: str, output: Path, variables: dict[str, str]) -> subprocess.Popen:
    """Starts a script of the shell that ends in `exec`. What it says goes to a file."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "LATENT_EXPLORER_JAX_PYTHON": sys.executable,
        **variables,
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as said:
        return subprocess.Popen(
            ["sh", "-c", script],
            cwd=package_folder(),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=_end_with_parent,
        )


def said_lines(output: Path) -> list[Any]:
    """The end of what a process said: an object for each line of JSON, else the text of the line."""
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - TAIL_BYTES))
        texts = file.read().decode(errors="replace").splitlines()
    lines: list[Any] = []
    for text in texts:
        try:
            lines.append(json.loads(text))
        except ValueError:
            lines.append(text)
    return lines


def why_ended(output: Path, code: int) -> str:
    """Why a process ended, as it said itself."""
    lines = said_lines(output)
    for line in reversed(lines):
        if isinstance(line, dict) and isinstance(line.get("error"), dict):
            return str(line["error"].get("message"))
        if isinstance(line, str) and line.startswith("latent-explorer: "):
            return line.removeprefix("latent-explorer: ")
    last = next((str(line) for line in reversed(lines) if line), "")
    return f"vae has ended with {code}: {last}"[:2000]
