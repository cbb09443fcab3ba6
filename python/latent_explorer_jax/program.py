"""The traced graphs of a model, as functions that XLA compiles once for each shape of their arguments."""
import functools
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from .graph import function_of
from .placement import Placement

NO_WEIGHT = -3.4028234663852886e38
"""The lowest single-precision number, as in src/vae/importance.ts: the maximum of no weights."""

Tensors = dict[str, Array]


def scaled(pixels: Array) -> Array:
    """Bytes as numbers in [0, 1]."""
    return pixels.astype(jnp.float32) / 255


class Program:
    def __init__(self, spec: dict[str, Any], placement: Placement) -> None:
        self.placement = placement
        """Of the training loop; all else runs on one device."""
        self.spec = spec
        self.shapes: dict[str, list[int]] = spec["state"]
        """Of the tensors of the state."""
        self.state = list(self.shapes)
        self.minibatch: int = spec["minibatch"]
        self.input_size: int = spec["inputSize"]
        self.noise: dict[str, list[int]] = spec["noise"]
        """Shape of each random input of a step."""
        self.room: int = spec["room"]
        """For how many steps the training loop is compiled; 0 for a program that does not train."""
        self.graphs = {name: function_of(graph) for name, graph in spec["graphs"].items()}
        self.loops: dict[tuple[int, ...], jax.stages.Compiled] = {}
        """The training loop, compiled, by the shape of the images that it picks from."""
        self.run = jax.jit(self._run, static_argnums=0)
        self.importance = jax.jit(self._importance)

    def compile(self, state: Tensors, images: tuple[int, ...]) -> None:
        """
        Compiles the training loop.

        images: shape of all of them, [N, D]; empty if each step brings its own.
        """

        described = self.placement.described

        def rows(shape: list[int], dtype: type) -> jax.ShapeDtypeStruct:
            return described((self.room, *shape), dtype, is_divided=True)

        minibatches = rows([self.minibatch, self.input_size], jnp.uint8)
        self.loops[images] = (
            jax.jit(self._train, donate_argnums=0, out_shardings=self.placement.whole)
            .lower(
                state,
                described((), jnp.int32),
                described(images, jnp.uint8) if images else minibatches,
                rows([self.minibatch], jnp.int32) if images else None,
                described((self.room,), jnp.float32),
                {name: rows(shape, jnp.float32) for name, shape in self.noise.items()},
            )
            .compile()
        )

    def _train(
        self, state: Tensors, steps: Array, images: Array, rows: Array | None, rates: Array, noise: Tensors
    ) -> tuple[Tensors, Array]:
        """
        Steps of Algorithm 1. There may be fewer than the arguments have room for: no number of them compiles anything.

        images: all of them, [N, D], with the rows of each step, [room, M]; or without rows those of each step, [room, M, D].
        noise: each [room, L M, columns]. Returns the state, and elbo and reconstruction of each step, [room, 2].
        """
        step = self.graphs["step"]

        def body(i: Array, carry: tuple[Tensors, Array]) -> tuple[Tensors, Array]:
            current, metrics = carry
            minibatch = images[i] if rows is None else jnp.take(images, rows[i], axis=0, mode="clip")
            own = {name: values[i] for name, values in noise.items()}
            out = step({**current, **own, "x": scaled(minibatch), "rate": rates[i]})
            measured = jnp.stack([out["elbo"], out["reconstruction"]])
            return {name: out[name] for name in current}, metrics.at[i].set(measured)

        start = (state, jnp.zeros((self.room, 2), jnp.float32))
        return body(jnp.int32(0), start) if self.room == 1 else lax.fori_loop(0, steps, body, start)

    def _run(self, graph: str, state: Tensors, inputs: Tensors) -> Tensors:
        """Runs a graph of one batch of rows, all inputs [batch, columns]; `x` is bytes."""
        batch = next(iter(inputs.values())).shape[0]
        floats = {name: scaled(v) if name == "x" else v for name, v in inputs.items()}
        return self.graphs[graph]({**state, **floats}, batch=batch)

    def _importance(self, state: Tensors, x: Array, noise: Array, draws: Array) -> Tensors:
        """
        Sums the importance weights of each image over its draws, one draw after another.

        x: bytes, [batch, D]. noise: [batch, room, Nz], of which the first `draws` count. Returns maximum and sum, [batch] each.
        """
        batch = x.shape[0]
        images = scaled(x)
        posterior = self.graphs["encode"]({**state, "x": images}, batch=batch)
        given = {**state, "x": images, "mean": posterior["mean"], "logVariance": posterior["logVariance"]}
        add = functools.partial(self.graphs["importance"], batch=batch)
        start = {"maximum": jnp.full(batch, NO_WEIGHT, jnp.float32), "sum": jnp.zeros(batch, jnp.float32)}
        return lax.fori_loop(0, draws, lambda i, sums: add({**given, **sums, "epsilon": noise[:, i]}), start)
