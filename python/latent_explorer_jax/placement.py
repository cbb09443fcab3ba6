"""On which devices the arrays of a training loop lie: on one, or on several that share each minibatch."""
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P


class Placement:
    """
    XLA divides the whole step among the devices, so that it means what it means on one, whatever the objective: a sum over the
    minibatch is over all of it, and no slices are averaged.
    """

    def __init__(self, devices: list[Any]) -> None:
        mesh = Mesh(np.array(devices), ("data",)) if len(devices) > 1 else None
        self.count = len(devices)
        self.whole = mesh and NamedSharding(mesh, P())
        """Of what each device has a copy of."""
        self.divided = mesh and NamedSharding(mesh, P(None, "data"))
        """Of arrays of steps, [steps, M, ...], whose rows are divided among the devices. One after another, each has as many."""

    def copied(self, array: Any) -> Any:
        """What a loop takes of an array that is the same in all processes."""
        return array if self.whole is None else jax.make_array_from_process_local_data(self.whole, array)

    def shared(self, array: np.ndarray) -> Any:
        """What a loop takes of an array of steps, of which this process has the rows of its own devices."""
        return array if self.divided is None else jax.make_array_from_process_local_data(self.divided, array)

    def own(self, array: Array) -> Array:
        """The copy of an array on a device of this process."""
        return array if self.whole is None else array.addressable_data(0)

    def described(self, shape: tuple[int, ...], dtype: Any, is_divided: bool = False) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(shape, dtype, sharding=self.divided if is_divided else self.whole)
