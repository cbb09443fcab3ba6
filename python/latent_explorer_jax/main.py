"""The process: answers one call after another on its standard streams, and ends when the process that started it does."""
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from .calls import Calls
    from .ranks import Ranks

DEVICES = "LATENT_EXPLORER_JAX_DEVICES"
"""Environment variable with how many devices of this process share each minibatch; one without it."""
PROTOCOL = 2
"""Of the messages; src/engine/jax/process.ts expects the same."""
OLDEST_JAX = (0, 10, 0)
MAX_PROGRAMS = 8
"""Kept when their sessions are closed: trials of several step sizes, and the training after them, share one."""
POLL_SECONDS = 1.0
"""How often a process that trains with others looks whether they wait for it."""
LEAVE_SECONDS = 20
"""For how long the others are waited for at the end."""
GARBAGE = 3
"""Exit code where what arrives is no message."""


def main() -> None:
    # Whoever ends the training signals the whole group of processes; this one is needed for its last checkpoint.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # A library may print or read; the messages keep the real streams to themselves.
    requests, replies = os.fdopen(os.dup(0), "rb", 2**20), os.fdopen(os.dup(1), "wb", 2**16)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    if sys.argv[1:] == ["--probe"]:
        replies.write(json.dumps(probe()).encode() + b"\n")
        replies.flush()
        return
    serve(requests, replies)


def description(join: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """
    What computes here: versions and devices; or what is missing, under `missing`.

    join: called before the devices are asked for
    """
    found: dict[str, Any] = {"protocol": PROTOCOL, "python": sys.version.split()[0], "executable": sys.executable}
    try:
        import jax
        import jaxlib
        import numpy
    except Exception as error:
        return {**found, "missing": f"{type(error).__name__}: {error}"}
    versions = {"jax": jax.__version__, "jaxlib": jaxlib.__version__, "numpy": numpy.__version__}
    if tuple(int(part) for part in jax.__version__.split(".")[:3] if part.isdigit()) < OLDEST_JAX:
        oldest = ".".join(map(str, OLDEST_JAX))
        return {**found, **versions, "missing": f"got JAX {jax.__version__}, expected {oldest} or newer"}
    try:
        join()
    except Exception as error:
        return {**found, **versions, "missing": f"the ranks of this run have not found each other: {error}"}
    try:
        devices = jax.devices()
    except Exception as error:
        return {**found, **versions, "missing": f"JAX finds no device: {error}"}
    kinds = [device.device_kind for device in devices]
    return {**found, **versions, "platform": devices[0].platform, "devices": kinds}


def probe() -> dict[str, Any]:
    """The description, once a compiled product of matrices is right."""
    found = description()
    if "missing" in found:
        return found
    import jax
    import jax.numpy as jnp

    try:
        got = jax.jit(jnp.matmul)(jnp.arange(1.0, 5.0).reshape(2, 2), jnp.arange(1.0, 5.0).reshape(2, 2)).tolist()
    except Exception as error:
        return {**found, "missing": f"JAX does not compute: {error}"}
    return found if got == [[7, 10], [15, 22]] else {**found, "missing": f"JAX does not compute: got {got}"}


def read_requests(stream: BinaryIO, waiting: queue.Queue, joined: "list[Ranks]") -> None:
    """
    Reads on while something is computed: the end of the stream is the end of the other process, however it ended, and of this
    one at once.

    joined: the ranks, once they have found each other: the others are told of the end before
    """
    from .wire import WireError, read_message

    try:
        while (message := read_message(stream)) is not None:
            waiting.put(message)
    except (WireError, MemoryError) as error:
        print(f"the JAX process ends: {error}", file=sys.stderr, flush=True)
        os._exit(GARBAGE)
    except OSError:
        pass
    if not (joined and joined[0].index == 0):
        os._exit(0)
    threading.Timer(LEAVE_SECONDS, lambda: os._exit(0)).start()
    waiting.put(None)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    try:
        import numpy  # noqa: F401  (the messages need it)
    except ImportError:
        text = json.dumps({**description(), "arrays": []}).encode()
        replies.write(len(text).to_bytes(4, "little") + text)
        replies.flush()
        return
    from .ranks import Ranks

    joined: list[Ranks] = []
    waiting: queue.Queue = queue.Queue()
    threading.Thread(target=read_requests, args=(requests, waiting, joined), daemon=True).start()
    found = description(lambda: joined.extend(filter(None, [Ranks.from_environment()])))
    ranks = joined[0] if joined else None
    from .wire import write_message

    if "missing" in found:
        write_message(replies, found, {})
        return
    shards = len(found["devices"]) if ranks else min(len(found["devices"]), int(os.environ.get(DEVICES, "1")))
    write_message(replies, {**found, "shards": shards}, {})
    from .calls import Calls

    calls = Calls(MAX_PROGRAMS, shards, ranks)
    while True:
        try:
            message = next_call(waiting, calls)
            if message is None:
                calls.end()
                os._exit(0)
            header, arrays = message
            reply, results = calls.answer(header, arrays)
        except Exception as error:
            what = "out of memory" if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"
            reply, results = {"error": what}, {}
            if ranks is None:
                traceback.print_exc()
            else:
                # Most likely, another rank was lost, and what all of them compute cannot go on. The run has not failed by that: it is
                # resumed, as after the death of this process.
                print(what.replace("\n", " "), file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)
        # They may hold the memory of a call that is over.
        message = header = arrays = None
        try:
            write_message(replies, reply, results)
        except OSError:
            os._exit(0)
        del results


def next_call(waiting: queue.Queue, calls: "Calls") -> Any:
    """Waits for the next call; None once there will be none."""
    if calls.ranks is None:
        return waiting.get()
    while True:
        calls.attend(not waiting.empty())
        try:
            return waiting.get(timeout=0 if calls.is_preparing else POLL_SECONDS)
        except queue.Empty:
            continue
