"""TensorFlow as a peer, a tf.function call a step, Keras layers and Adam: `function`, or `xla` with jit_compile."""
import numpy as np

from serve import decoder, encoder, epochs, images, scaled, serve, weigher


def load(variant, threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    function = tf.function(jit_compile=variant == "xla")

    def dense(units, activation=None):
        return layers.Dense(units, activation, kernel_initializer="glorot_normal")

    def perceptron(model):
        inputs, hidden, latent = model["inputs"], model["hidden"], model["latent"]
        return (
            keras.Sequential([keras.Input((inputs,)), dense(hidden, "tanh"), dense(2 * latent)]),
            keras.Sequential([keras.Input((latent,)), dense(hidden, "tanh"), dense(inputs)]),
        )

    def convolution(model):
        side, channels, filters = model["side"], model["channels"], model["filters"]
        kernel, stride, latent, units = model["kernel"], model["stride"], model["latent"], model["dense"]
        smallest = side // stride ** len(filters)
        settings = {"strides": stride, "padding": "same", "kernel_initializer": "glorot_normal"}
        down = [layers.Conv2D(f, kernel, activation="relu", **settings) for f in filters]
        outputs = [*reversed(filters[:-1]), channels]
        up = [
            layers.Conv2DTranspose(f, kernel, activation="relu" if i < len(outputs) - 1 else None, **settings)
            for i, f in enumerate(outputs)
        ]
        size, flat = side**2 * channels, smallest**2 * filters[-1]
        return (
            keras.Sequential(
                [keras.Input((size,)), layers.Reshape((side, side, channels)), *down, layers.Flatten()]
                + [dense(units, "relu"), dense(2 * latent)]
            ),
            keras.Sequential(
                [keras.Input((latent,)), dense(units, "relu"), dense(flat, "relu")]
                + [layers.Reshape((smallest, smallest, filters[-1])), *up, layers.Reshape((size,))]
            ),
        )

    def trainer(spec, encode, decode):
        training = spec["training"]
        variables = [*encode.trainable_variables, *decode.trainable_variables]
        adam = keras.optimizers.Adam(
            training["learningRate"], training["beta1"], training["beta2"], training["epsilon"]
        )
        adam.build(variables)
        data = tf.constant(scaled(images(spec, training["images"])))

        @function
        def step(rows):
            x = tf.gather(data, rows)
            with tf.GradientTape() as tape:
                mean, log_variance = tf.split(encode(x), 2, axis=1)
                z = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
                logits = decode(z)
                reconstruction = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(x, logits))
                kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_variance) - 1 - log_variance)
                value = (reconstruction + kl) / x.shape[0]
            adam.apply_gradients(zip(tape.gradient(value, variables), variables))
            return value

        generator = np.random.default_rng(2)

        def run(amount):
            for order in epochs(spec, amount, generator):
                for rows in order:
                    value = step(tf.constant(rows))
            return -value.numpy()

        return run

    def estimator(draws, encode, decode):
        @function
        def estimate(pixels):
            x = tf.cast(pixels, tf.float32) / 255
            mean, log_variance = tf.split(encode(x), 2, axis=1)
            total = tf.fill(tf.shape(x)[:1], -np.inf)
            for _ in tf.range(draws):
                epsilon = tf.random.normal(tf.shape(mean))
                z = mean + tf.exp(0.5 * log_variance) * epsilon
                cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits(x, decode(z))
                ratio = tf.reduce_sum(epsilon**2 - z**2 + log_variance, axis=1)
                weight = 0.5 * ratio - tf.reduce_sum(cross_entropy, axis=1)
                total = tf.reduce_logsumexp(tf.stack([total, weight]), axis=0)
            return total - np.float32(np.log(draws))

        return lambda pixels: estimate(tf.constant(pixels))

    def prepare(spec):
        model = spec["model"]
        encode, decode = (perceptron if model["kind"] == "perceptron" else convolution)(model)
        if spec["task"] == "train":
            return trainer(spec, encode, decode)
        if spec["task"] == "encode":
            forward = function(lambda pixels: encode(tf.cast(pixels, tf.float32) / 255))
            return encoder(spec, lambda pixels: forward(tf.constant(pixels)))
        if spec["task"] == "importance":
            return weigher(spec, estimator(spec["draws"], encode, decode))
        forward = function(lambda z: tf.sigmoid(decode(z)))
        return decoder(spec, lambda z: forward(tf.constant(z)))

    return f"TensorFlow {tf.__version__}, Keras {keras.__version__}", prepare


serve(load)
