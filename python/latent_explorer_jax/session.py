"""The state of one model, on the device, and the calls that use it."""
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from .program import Program
from .wire import Arrays


MEASURED_STEPS = 8
"""A power of two, as the room of a loop is."""


def room_for(count: int) -> int:
    """The next of 1, 2, 3, 4, 6, 8, 12, 16, 24, ...: XLA compiles for shapes, and few should do for all batches."""
    power = 1 << (count - 1).bit_length()
    return power * 3 // 4 if power >= 4 and count <= power * 3 // 4 else power


def padded(array: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """The array with zeros behind it along its first axes, up to these sizes."""
    if array.shape[: len(sizes)] == sizes:
        return array
    whole = np.zeros((*sizes, *array.shape[len(sizes) :]), array.dtype)
    whole[tuple(slice(n) for n in array.shape[: len(sizes)])] = array
    return whole


class Session:
    """What its calls return are copies, so that nothing of them stays on the device."""

    def __init__(self, program: Program, images: np.ndarray | None) -> None:
        self.program = program
        self.placement = program.placement
        self.images = None if images is None else jax.device_put(images, self.placement.whole)
        self.state: dict[str, Array] = {}

    def load(self, tensors: Arrays) -> float:
        """Replaces the state. Returns how long the training loop was compiled, in seconds."""
        # A copy of our own, which a chunk may overwrite with the next state.
        self.state = {
            name: self.placement.copied(jnp.array(tensors[name], copy=True)) for name in self.program.state
        }
        program, shape = self.program, () if self.images is None else self.images.shape
        if program.room == 0 or shape in program.loops:
            return 0
        start = time.perf_counter()
        program.compile(self.state, shape)
        return time.perf_counter() - start

    def read(self) -> Arrays:
        return {name: np.asarray(tensor) for name, tensor in self.own_state().items()}

    def own_state(self) -> dict[str, Array]:
        return {name: self.placement.own(tensor) for name, tensor in self.state.items()}

    def train(self, steps: int, arrays: Arrays) -> Arrays:
        """
        Runs steps. Returns elbo and reconstruction of each, [steps, 2].

        arrays: of a minibatch that several processes share, the rows of this one; `rates` are of all.
        """
        program, placement = self.program, self.placement
        fed = {
            name: (placement.copied if name == "rates" else placement.shared)(padded(array, (program.room,)))
            for name, array in arrays.items()
        }
        noise = {name: fed[name] for name in program.noise}
        if self.images is None:
            loop, images, rows = program.loops[()], fed["images"], None
        else:
            loop, images, rows = program.loops[self.images.shape], self.images, fed["rows"]
        count = placement.copied(np.int32(steps))
        self.state, metrics = loop(self.state, count, images, rows, fed["rates"], noise)
        return {"metrics": np.array(placement.own(metrics))[:steps]}

    def step_seconds(self, ranks: int) -> float:
        """Measures a step, on images that are black. The state stays what it is. ranks: how many share the minibatch"""
        program = self.program
        steps = min(program.room, MEASURED_STEPS)
        rows = program.minibatch // ranks
        arrays = {"rates": np.zeros(steps, np.float32), "images": np.zeros((steps, rows, program.input_size), np.uint8)}
        for name, (count, *columns) in program.noise.items():
            arrays[name] = np.zeros((steps, count // ranks, *columns), np.float32)
        before = self.read()
        calls = MEASURED_STEPS // steps
        # What is slow only once.
        self.train(steps, arrays)
        start = time.perf_counter()
        for _ in range(calls):
            self.train(steps, arrays)
        seconds = time.perf_counter() - start
        self.load(before)
        return seconds / (calls * steps)

    def run(self, graph: str, arrays: Arrays) -> Arrays:
        """Runs a graph. All arrays, and those returned, have a row for each datapoint."""
        count = len(next(iter(arrays.values())))
        room = room_for(count)
        fed = {name: padded(array, (room,)) for name, array in arrays.items()}
        return {name: np.array(v)[:count] for name, v in self.program.run(graph, self.own_state(), fed).items()}

    def importance(self, arrays: Arrays) -> Arrays:
        """x: [count, D] bytes, noise: [count, draws, Nz]. Returns maximum and sum, [count] each."""
        count, draws = arrays["noise"].shape[:2]
        x = padded(arrays["x"], (room_for(count),))
        noise = padded(arrays["noise"], (room_for(count), room_for(draws)))
        sums = self.program.importance(self.own_state(), x, noise, np.int32(draws))
        return {name: np.array(v)[:count] for name, v in sums.items()}
