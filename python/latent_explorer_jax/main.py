"""The process: answers one call after another on its standard streams, and ends when the process that started it does."""
import json
import os
import queue
import signal
import sys
import threading
import traceback
from typing import Any, BinaryIO

PROTOCOL = 1
"""Of the messages; src/engine/jax/process.ts expects the same."""
OLDEST_JAX = (0, 10, 0)
MAX_PROGRAMS = 8
"""Kept when their sessions are closed: trials of several step sizes, and the training after them, share one."""
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


def description() -> dict[str, Any]:
    """What computes here: versions and devices; or what is missing, under `missing`."""
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


def read_requests(stream: BinaryIO, waiting: queue.Queue) -> None:
    """
    Reads on while something is computed: the end of the stream is the end of the other process, however it ended, and of this
    one at once.
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
    os._exit(0)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    try:
        import numpy  # noqa: F401  (the messages need it)
    except ImportError:
        text = json.dumps({**description(), "arrays": []}).encode()
        replies.write(len(text).to_bytes(4, "little") + text)
        replies.flush()
        return
    waiting: queue.Queue = queue.Queue()
    threading.Thread(target=read_requests, args=(requests, waiting), daemon=True).start()
    from .wire import write_message

    found = description()
    write_message(replies, found, {})
    if "missing" in found:
        return
    from .calls import Calls

    calls = Calls(MAX_PROGRAMS)
    while True:
        header, arrays = waiting.get()
        try:
            reply, results = calls.answer(header, arrays)
        except MemoryError:
            reply, results = {"error": "out of memory"}, {}
        except Exception as error:
            traceback.print_exc()
            reply, results = {"error": f"{type(error).__name__}: {error}"}, {}
        # They may hold the memory of a call that is over.
        del header, arrays
        try:
            write_message(replies, reply, results)
        except OSError:
            os._exit(0)
        del results
