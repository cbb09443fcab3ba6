"""Evaluates graphs with the rules of the JAX engine: a list of graphs with inputs comes in as JSON, their outputs go out."""
import base64
import json
import sys

sys.path.insert(0, sys.argv[1])

import jax
import numpy as np

from latent_explorer_jax.graph import function_of


def array(given):
    values = np.frombuffer(base64.b64decode(given["base64"]), given["stored"])
    return values.reshape(given["shape"]).astype(given["dtype"])


def described(value):
    return {"dtype": str(value.dtype), "shape": value.shape, "values": np.asarray(value, np.float64).ravel().tolist()}


cases = json.load(sys.stdin)
functions = [function_of(case["graph"]) for case in cases]
batches = [case["batch"] for case in cases]
given = [{name: array(each) for name, each in case["inputs"].items()} for case in cases]
# Compiled together: a compilation for each would take far longer.
evaluate = jax.jit(lambda inputs: [f(own, batch=n) for f, own, n in zip(functions, inputs, batches)])
json.dump([{name: described(value) for name, value in each.items()} for each in evaluate(given)], sys.stdout)
