"""
Messages between the two processes: the length of a header (u32, little-endian), the header as JSON, then the bytes of the arrays
that its `arrays` lists, one after another. Its counterpart is src/engine/jax/wire.ts.
"""
import json
import math
import struct
from typing import Any, BinaryIO

import numpy as np

Header = dict[str, Any]
Arrays = dict[str, np.ndarray]

MAX_HEADER = 64 * 2**20
"""Bytes; a graph takes a few hundred thousand."""
DTYPES = ("float32", "int32", "uint8")


class WireError(Exception):
    """What arrived is no message."""


def read_message(stream: BinaryIO) -> tuple[Header, Arrays] | None:
    """Returns the next message; None at the end of the stream. Raises WireError."""
    start = stream.read(4)
    if len(start) < 4:
        return None
    (length,) = struct.unpack("<I", start)
    if length > MAX_HEADER:
        raise WireError(f"got a header of {length} bytes, expected at most {MAX_HEADER}")
    text = stream.read(length)
    if len(text) < length:
        return None
    try:
        header = json.loads(text)
        listed = [(str(a["name"]), str(a["dtype"]), [int(size) for size in a["shape"]]) for a in header["arrays"]]
    except (ValueError, KeyError, TypeError) as error:
        raise WireError(f"got a header that is none: {error}") from None
    arrays: Arrays = {}
    for name, dtype, shape in listed:
        if dtype not in DTYPES or min(shape, default=0) < 0:
            raise WireError(f"got an array '{name}' of {dtype} {shape}")
        array = np.empty(math.prod(shape), dtype)
        if stream.readinto(memoryview(array).cast("B")) < array.nbytes:  # type: ignore[attr-defined]
            return None
        arrays[name] = array.reshape(shape)
    return header, arrays


def write_message(stream: BinaryIO, header: Header, arrays: Arrays) -> None:
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    listed = [{"name": n, "dtype": a.dtype.name, "shape": list(a.shape)} for n, a in whole.items()]
    text = json.dumps({**header, "arrays": listed}).encode()
    stream.write(struct.pack("<I", len(text)) + text)
    for array in whole.values():
        stream.write(memoryview(array.reshape(-1)).cast("B"))
    stream.flush()
