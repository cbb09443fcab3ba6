"""The contender's side of the benchmark's protocol (bench/compare/protocol.ts): a line of JSON at a time."""
import json
import os
import sys
import time
import traceback

import numpy as np


def images(spec: dict, count: int) -> np.ndarray:
    """Random grey bytes, [count, D]."""
    model = spec["model"]
    size = model["inputs"] if model["kind"] == "perceptron" else model["side"] ** 2 * model["channels"]
    return np.random.default_rng(0).integers(0, 256, (count, size), np.uint8)


def scaled(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32) / np.float32(255)


def points(spec: dict, count: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((count, spec["model"]["latent"]), np.float32)


def epochs(spec: dict, steps: int, generator: np.random.Generator):
    """Row numbers of minibatches, [steps of the epoch, M], for `steps` steps."""
    count, size = spec["training"]["images"], spec["training"]["minibatch"]
    while steps > 0:
        order = generator.permutation(count).reshape(-1, size)[:steps].astype(np.int32)
        steps -= len(order)
        yield order


def encoder(spec: dict, call):
    """A runner; `call` takes bytes [batch, D] and gives [batch, 2 Nz], or something that numpy can read."""
    pixels, batch, width = images(spec, spec["amount"]), spec["batch"], 2 * spec["model"]["latent"]
    posteriors = np.empty((spec["amount"], width), np.float32)

    def run(amount):
        for first in range(0, amount, batch):
            posteriors[first : first + batch] = np.asarray(call(pixels[first : first + batch]))

    return run


def decoder(spec: dict, call):
    """A runner; `call` takes points [batch, Nz] and gives means [batch, D]; each is read before the next is asked for."""
    latent, batch = points(spec, spec["amount"]), spec["batch"]

    def run(amount):
        for first in range(0, amount, batch):
            np.asarray(call(latent[first : first + batch]))

    return run


def weigher(spec: dict, call):
    """A runner; `call` takes bytes of some images [batch, D] and gives log (1/k) sum of their k weights, [batch]."""
    pixels, batch = images(spec, spec["amount"]), spec["batch"]
    estimates = np.empty(spec["amount"], np.float32)

    def run(amount):
        for first in range(0, amount, batch):
            last = min(first + batch, amount)
            estimates[first:last] = np.asarray(call(pixels[first:last]))

    return run


def serve(load):
    """`load(variant, threads)` gives a build and a function from a workload to a runner; a runner may return a bound."""
    # A library may print; the protocol keeps the real standard output to itself.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def send(reply):
        out.write(json.dumps(reply) + "\n")
        out.flush()

    try:
        build, prepare = load(sys.argv[1], int(sys.argv[2]))
    except ImportError as error:
        return send({"missing": str(error)})
    send({"build": f"{build}, Python {sys.version.split()[0]}"})
    runner = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "quit":
                out.flush()
                os._exit(0)
            if request["do"] == "prepare":
                runner = prepare(request["workload"])
                send({})
            else:
                start, processor = time.perf_counter(), time.process_time()
                bound = runner(request["amount"])
                seconds, processor = time.perf_counter() - start, time.process_time() - processor
                took = {"seconds": seconds, "processorSeconds": processor}
                send(took if bound is None else {**took, "bound": float(bound)})
        except Exception:
            send({"error": traceback.format_exc()})
