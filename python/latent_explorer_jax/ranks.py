"""
Several processes that train one run together, each on its own part of every minibatch. The first one is told what to do by whoever
trains; it tells the others what comes next, and all compute it together. src/engine-process/jobs/rank-job.ts is who feeds the others.
"""
import os
import time
from typing import Any

import numpy as np

from .wire import Arrays

IDLE, CONFIG, OPEN, LOAD, MEASURE, TRAIN, CLOSE, END = range(8)
"""What comes next."""
IDLE_SECONDS = 2.0
"""The others wait inside a collective operation, which has a limit: after this time they are told that nothing is to be done."""
JOIN_SECONDS = 3600
"""The first process begins once its images are read."""


class Ranks:
    def __init__(self, index: int, count: int) -> None:
        self.index, self.count = index, count
        self.told_at = time.monotonic()

    @staticmethod
    def from_environment() -> "Ranks | None":
        """Waits until all processes are there. Returns None for one that trains alone."""
        coordinator = os.environ.get("LATENT_EXPLORER_COORDINATOR")
        if not coordinator:
            return None
        index, count = int(os.environ["LATENT_EXPLORER_RANK"]), int(os.environ["LATENT_EXPLORER_RANKS"])
        import jax

        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(coordinator, count, index, initialization_timeout=JOIN_SECONDS)
        return Ranks(index, count)

    def tell(self, *order: int) -> None:
        """Tells the others what comes next: one of the orders above, and up to four numbers."""
        self.broadcast(np.array([*order, 0, 0, 0, 0][:5], np.int32))
        self.told_at = time.monotonic()

    def hear(self) -> tuple[int, ...]:
        return tuple(int(number) for number in self.broadcast(np.zeros(5, np.int32)))

    def idle(self) -> None:
        """Keeps the others from waiting for too long."""
        if time.monotonic() - self.told_at >= IDLE_SECONDS:
            self.tell(IDLE)

    def text(self, text: str = "") -> str:
        """Returns the first process's text in all of them."""
        given = np.frombuffer(text.encode(), np.uint8)
        length = int(self.broadcast(np.array([len(given)], np.int32))[0])
        return self.broadcast(given if self.index == 0 else np.zeros(length, np.uint8)).tobytes().decode()

    def arrays(self, arrays: Arrays) -> Arrays:
        """Returns the first process's arrays in all of them. The others give arrays of the same shapes."""
        return {name: np.asarray(array) for name, array in self.broadcast(arrays).items()}

    def all(self, is_ready: bool) -> bool:
        """Whether it is so in all processes."""
        from jax.experimental import multihost_utils

        return bool(multihost_utils.process_allgather(np.array(is_ready)).all())

    def leave(self) -> None:
        """Ends together: a process that is gone early is taken for a lost one."""
        import jax

        jax.distributed.shutdown()

    def broadcast(self, value: Any) -> Any:
        from jax.experimental import multihost_utils

        return multihost_utils.broadcast_one_to_all(value)
