"""A traced graph (src/trace/graph.ts) as a JAX function: a rule for each of its operations (src/trace/operations.ts)."""
import base64
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

Attributes = dict[str, Any]
Rule = Callable[..., Any]

DTYPES = {"float32": jnp.float32, "int32": jnp.int32, "bool": jnp.bool_, "bfloat16": jnp.bfloat16}

SUMS = jnp.float32
"""Type of the sums and results of products, also of operands of bfloat16."""


def constant(a: Attributes) -> np.ndarray:
    # An array of numpy, which is compiled into the program: one of JAX would stay on the device beside it.
    values = np.frombuffer(base64.b64decode(a["values"]["base64"]), a["values"]["dtype"])
    return values.reshape(a["shape"]).astype(DTYPES[a["dtype"]])


def elementwise(function: Callable[..., Array]) -> Rule:
    return lambda a, *inputs: function(*inputs)


def reduction(function: Callable[..., Array]) -> Rule:
    return lambda a, x: function(x, axis=tuple(a["axes"]), keepdims=a["keepDims"])


def product(a: Attributes, x: Array, y: Array) -> Array:
    x = jnp.swapaxes(x, -1, -2) if a["transposeA"] else x
    y = jnp.swapaxes(y, -1, -2) if a["transposeB"] else y
    return jnp.matmul(x, y, preferred_element_type=SUMS)


def convolution(a: Attributes, x: Array, kernel: Array) -> Array:
    above, below, left, right = a["padding"]
    padding = [(above, below), (left, right)]
    numbers = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(
        x, kernel, a["strides"], padding, dimension_numbers=numbers, preferred_element_type=SUMS
    )


def image_gradient(a: Attributes, gradient: Array, kernel: Array) -> Array:
    """The transpose of `convolution` as a function of its image. JAX's own would give the sums the type of the operands."""
    before = (a["padding"][0], a["padding"][2])
    padding = []
    for i in (0, 1):
        spread = (gradient.shape[1 + i] - 1) * a["strides"][i]
        low = kernel.shape[i] - 1 - before[i]
        padding.append((low, a["inputShape"][1 + i] + kernel.shape[i] - 2 - spread - low))
    return lax.conv_general_dilated(
        gradient,
        lax.rev(kernel, (0, 1)),
        (1, 1),
        padding,
        lhs_dilation=a["strides"],
        dimension_numbers=("NHWC", "HWOI", "NHWC"),
        preferred_element_type=SUMS,
    )


def filter_gradient(a: Attributes, x: Array, gradient: Array) -> Array:
    """The transpose of `convolution` as a function of its kernel."""
    before = (a["padding"][0], a["padding"][2])
    padding = []
    for i in (0, 1):
        spread = (gradient.shape[1 + i] - 1) * a["strides"][i]
        padding.append((before[i], a["filterShape"][i] + spread - x.shape[1 + i] - before[i]))
    return lax.conv_general_dilated(
        x,
        gradient,
        (1, 1),
        padding,
        rhs_dilation=a["strides"],
        dimension_numbers=("CHWN", "IHWO", "HWNC"),
        preferred_element_type=SUMS,
    )


RULES: dict[str, Rule] = {
    "Constant": constant,
    "Fill": lambda a: jnp.full(a["shape"], a["value"], DTYPES[a["dtype"]]),
    "Abs": elementwise(jnp.abs),
    "Ceil": elementwise(jnp.ceil),
    "Cos": elementwise(jnp.cos),
    "Elu": elementwise(jax.nn.elu),
    "Erf": elementwise(lax.erf),
    "Exp": elementwise(jnp.exp),
    "Expm1": elementwise(jnp.expm1),
    "Floor": elementwise(jnp.floor),
    "Log": elementwise(jnp.log),
    "Log1p": elementwise(jnp.log1p),
    "Neg": elementwise(jnp.negative),
    "Reciprocal": elementwise(jnp.reciprocal),
    "Relu": elementwise(jax.nn.relu),
    "Rsqrt": elementwise(lax.rsqrt),
    "Sigmoid": elementwise(jax.nn.sigmoid),
    "Sign": elementwise(jnp.sign),
    "Sin": elementwise(jnp.sin),
    "Softplus": elementwise(jax.nn.softplus),
    "Sqrt": elementwise(jnp.sqrt),
    "Square": elementwise(jnp.square),
    "Tanh": elementwise(jnp.tanh),
    "LogicalNot": elementwise(jnp.logical_not),
    "Step": lambda a, x: jnp.where(x > 0, 1, a["alpha"]).astype(x.dtype),
    "Add": elementwise(jnp.add),
    "Sub": elementwise(jnp.subtract),
    "Multiply": elementwise(jnp.multiply),
    "RealDiv": elementwise(jnp.divide),
    "Maximum": elementwise(jnp.maximum),
    "Minimum": elementwise(jnp.minimum),
    "Pow": elementwise(jnp.power),
    "SquaredDifference": elementwise(lambda x, y: jnp.square(x - y)),
    "LogicalAnd": elementwise(jnp.logical_and),
    "LogicalOr": elementwise(jnp.logical_or),
    "Equal": elementwise(jnp.equal),
    "NotEqual": elementwise(jnp.not_equal),
    "Greater": elementwise(jnp.greater),
    "GreaterEqual": elementwise(jnp.greater_equal),
    "Less": elementwise(jnp.less),
    "LessEqual": elementwise(jnp.less_equal),
    "Select": elementwise(jnp.where),
    "Sum": reduction(jnp.sum),
    "Mean": reduction(jnp.mean),
    "Prod": reduction(jnp.prod),
    "Max": reduction(jnp.max),
    "Min": reduction(jnp.min),
    "Cast": lambda a, x: x.astype(DTYPES[a["dtype"]]),
    "Reshape": lambda a, x: x.reshape(a["shape"]),
    "BroadcastTo": lambda a, x: jnp.broadcast_to(x, a["shape"]),
    "Transpose": lambda a, x: x.transpose(a["permutation"]),
    "Tile": lambda a, x: jnp.tile(x, a["repeats"]),
    "Concat": lambda a, *inputs: jnp.concatenate(inputs, a["axis"]),
    "Slice": lambda a, x: lax.slice(x, a["begin"], [b + n for b, n in zip(a["begin"], a["size"])]),
    "PadV2": lambda a, x: jnp.pad(x, list(zip(a["before"], a["after"])), constant_values=a["value"]),
    "GatherV2": lambda a, x, indices: jnp.take(x, indices, a["axis"], mode="clip"),
    "BatchMatMul": product,
    "Conv2D": convolution,
    "Conv2DBackpropInput": image_gradient,
    "Conv2DBackpropFilter": filter_gradient,
}
"""How each operation computes its result from its attributes and inputs; `Input` is read from the arguments."""


def concrete(value: Any, batch: int | None) -> Any:
    """Attributes at one batch size. JSON has no numbers beyond the finite ones, which come as their names."""
    if isinstance(value, list):
        return [concrete(item, batch) for item in value]
    if not isinstance(value, dict):
        return value
    if "perBatch" in value:
        return value["perBatch"] * batch + value["constant"]
    if "number" in value:
        return float(value["number"])
    return value


def function_of(graph: dict[str, Any]) -> Callable[..., dict[str, Array]]:
    """
    Returns a function from the graph's inputs, by name, to its outputs, by name. Its keyword `batch` is the batch size, where
    sizes depend on it. Raises ValueError for an operation without a rule.
    """
    unknown = {node["operation"] for node in graph["nodes"]} - RULES.keys() - {"Input"}
    if unknown:
        raise ValueError(f"got the operation {', '.join(sorted(unknown))}, which this version has no rule for")

    def function(inputs: dict[str, Array], batch: int | None = None) -> dict[str, Array]:
        values: list[Array] = []
        for node in graph["nodes"]:
            attributes = {key: concrete(value, batch) for key, value in (node["attributes"] or {}).items()}
            if node["operation"] == "Input":
                values.append(inputs[attributes["name"]])
            else:
                operands = [values[index] for index in node["inputs"]]
                values.append(RULES[node["operation"]](attributes, *operands))
        return {output["name"]: values[output["node"]] for output in graph["outputs"]}

    return function
