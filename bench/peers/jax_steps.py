"""
JAX as a peer, under jit, the state donated, Adam by optax: `scan`, an epoch in one lax.scan, or `step`, a call a step; with
`-bfloat16` behind it, layers multiply numbers of bfloat16 and add in single precision.
"""
import numpy as np

from serve import decoder, encoder, epochs, images, scaled, serve, weigher


def load(variant, _threads):
    import jax
    import jax.numpy as jnp
    import optax
    from jax import lax

    loop, _, precision = variant.partition("-")
    # What is cast by nothing to its own type stays the same program.
    operand = jnp.bfloat16 if precision == "bfloat16" else jnp.float32

    keys = iter(jax.random.split(jax.random.key(0), 64))

    def layer(shape, fan, outputs):
        return jax.random.normal(next(keys), shape) * (2 / fan) ** 0.5, jnp.zeros(outputs)

    def dense(inputs, outputs):
        return layer((inputs, outputs), inputs + outputs, outputs)

    def affine(parameters, x):
        weight, bias = parameters
        return jnp.dot(x.astype(operand), weight.astype(operand), preferred_element_type=jnp.float32) + bias

    def perceptron(model):
        inputs, hidden, latent = model["inputs"], model["hidden"], model["latent"]
        parameters = {
            "a": dense(inputs, hidden),
            "b": dense(hidden, 2 * latent),
            "c": dense(latent, hidden),
            "d": dense(hidden, inputs),
        }

        def encode(p, x):
            return affine(p["b"], jnp.tanh(affine(p["a"], x)))

        def decode(p, z):
            return affine(p["d"], jnp.tanh(affine(p["c"], z)))

        return parameters, encode, decode

    def convolution(model):
        side, channels, filters = model["side"], model["channels"], model["filters"]
        kernel, stride, latent = model["kernel"], model["stride"], model["latent"]
        pairs = list(zip([channels, *filters], filters))
        smallest = side // stride ** len(filters)
        flat = smallest**2 * filters[-1]
        numbers = ("NHWC", "HWIO", "NHWC")

        def filter_bank(inputs, outputs):
            return layer((kernel, kernel, inputs, outputs), kernel**2 * (inputs + outputs), outputs)

        parameters = {
            "down": [filter_bank(inputs, outputs) for inputs, outputs in pairs],
            "a": dense(flat, model["dense"]),
            "b": dense(model["dense"], 2 * latent),
            "c": dense(latent, model["dense"]),
            "d": dense(model["dense"], flat),
            "up": [filter_bank(inputs, outputs) for outputs, inputs in reversed(pairs)],
        }

        def encode(p, x):
            h = x.reshape(-1, side, side, channels)
            for weight, bias in p["down"]:
                strides = (stride, stride)
                h, weight = h.astype(operand), weight.astype(operand)
                h = lax.conv_general_dilated(h, weight, strides, "SAME", dimension_numbers=numbers)
                h = jax.nn.relu(h.astype(jnp.float32) + bias)
            return affine(p["b"], jax.nn.relu(affine(p["a"], h.reshape(-1, flat))))

        def decode(p, z):
            h = jax.nn.relu(affine(p["d"], jax.nn.relu(affine(p["c"], z))))
            h = h.reshape(-1, smallest, smallest, filters[-1])
            for i, (weight, bias) in enumerate(p["up"]):
                h, weight = h.astype(operand), weight.astype(operand)
                h = lax.conv_transpose(h, weight, (stride, stride), "SAME", dimension_numbers=numbers)
                h = h.astype(jnp.float32) + bias
                h = jax.nn.relu(h) if i < len(p["up"]) - 1 else h
            return h.reshape(-1, side * side * channels)

        return parameters, encode, decode

    def trainer(spec, parameters, encode, decode):
        training = spec["training"]
        adam = optax.adam(training["learningRate"], training["beta1"], training["beta2"], training["epsilon"])
        data = jnp.asarray(scaled(images(spec, training["images"])))

        def loss(p, x, key):
            mean, log_variance = jnp.split(encode(p, x), 2, axis=1)
            z = mean + jnp.exp(0.5 * log_variance) * jax.random.normal(key, mean.shape)
            logits = decode(p, z)
            reconstruction = jnp.sum(jax.nn.softplus(logits) - x * logits)
            kl = 0.5 * jnp.sum(mean**2 + jnp.exp(log_variance) - 1 - log_variance)
            return (reconstruction + kl) / x.shape[0]

        def step(state, rows):
            p, slots, key = state
            key, noise = jax.random.split(key)
            value, gradients = jax.value_and_grad(loss)(p, data[rows], noise)
            updates, slots = adam.update(gradients, slots)
            return (optax.apply_updates(p, updates), slots, key), value

        compiled_epoch = jax.jit(lambda state, rows: lax.scan(step, state, rows), donate_argnums=0)
        compiled_step = jax.jit(step, donate_argnums=0)
        state = (parameters, adam.init(parameters), jax.random.key(1))
        generator = np.random.default_rng(2)

        def run(amount):
            nonlocal state
            for rows in epochs(spec, amount, generator):
                if loop == "scan":
                    state, losses = compiled_epoch(state, rows)
                    loss_of_last = losses[-1]
                else:
                    for minibatch in rows:
                        state, loss_of_last = compiled_step(state, minibatch)
            return -loss_of_last.block_until_ready()

        return run

    def estimator(draws, parameters, encode, decode):
        @jax.jit
        def estimate(p, pixels, key):
            x = pixels.astype(jnp.float32) / 255
            mean, log_variance = jnp.split(encode(p, x), 2, axis=1)

            def add_draw(total, key):
                epsilon = jax.random.normal(key, mean.shape)
                z = mean + jnp.exp(0.5 * log_variance) * epsilon
                logits = decode(p, z)
                reconstruction = jnp.sum(x * logits - jax.nn.softplus(logits), axis=1)
                weight = reconstruction + 0.5 * jnp.sum(epsilon**2 - z**2 + log_variance, axis=1)
                return jnp.logaddexp(total, weight), None

            start = jnp.full(x.shape[:1], -jnp.inf)
            return lax.scan(add_draw, start, jax.random.split(key, draws))[0] - np.log(draws)

        return lambda pixels: estimate(parameters, pixels, jax.random.key(2))

    def prepare(spec):
        model = spec["model"]
        parameters, encode, decode = (perceptron if model["kind"] == "perceptron" else convolution)(model)
        if spec["task"] == "train":
            return trainer(spec, parameters, encode, decode)
        if spec["task"] == "encode":
            compiled = jax.jit(lambda p, pixels: encode(p, pixels.astype(jnp.float32) / 255))
            return encoder(spec, lambda pixels: compiled(parameters, pixels))
        if spec["task"] == "importance":
            return weigher(spec, estimator(spec["draws"], parameters, encode, decode))
        compiled = jax.jit(lambda p, z: jax.nn.sigmoid(decode(p, z)))
        return decoder(spec, lambda z: compiled(parameters, z))

    return f"JAX {jax.__version__}, optax {optax.__version__}", prepare


serve(load)
