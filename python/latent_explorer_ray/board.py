"""What the processes of a job know of each other: the job's own process, which Ray stops by a signal, and its workers."""
import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import ray


@ray.remote(num_cpus=0)
class Board:
    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def put(self, name: str, value: Any) -> None:
        self.values[name] = value

    def put_first(self, name: str, value: Any) -> Any:
        """Returns the value that was put there first."""
        return self.values.setdefault(name, value)

    def get(self, name: str) -> Any:
        return self.values.get(name)


def stop_on_signal(board: Any) -> None:
    """Tells the workers when this process is asked to end. It goes on: they stop at checkpoints, which ends it."""
    asked = threading.Event()

    def tell() -> None:
        asked.wait()
        ray.get(board.put.remote("stop", True))

    threading.Thread(target=tell, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())


def write_whole(path: Path, value: Any) -> None:
    """A reader sees the file as it was before, or as it is then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value))
    os.replace(part, path)
