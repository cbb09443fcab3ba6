"""
PyTorch as a peer, step by step with fused Adam: `eager`, or `compile` with the model under torch.compile; with `-bfloat16` behind
it, under autocast: layers multiply numbers of bfloat16.
"""
import numpy as np

from serve import decoder, encoder, epochs, images, scaled, serve, weigher


def load(variant, threads):
    import torch
    from torch import nn
    from torch.nn import functional as F

    kind, _, precision = variant.partition("-")
    torch.set_num_threads(threads)
    torch.manual_seed(0)

    def perceptron(model):
        inputs, hidden, latent = model["inputs"], model["hidden"], model["latent"]
        return (
            nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 2 * latent)),
            nn.Sequential(nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, inputs)),
        )

    class ChannelsFirst(nn.Module):
        """Flat images as PyTorch sees them; in memory the channels stay last, which its convolutions are fastest on."""

        def __init__(self, height, width, channels):
            super().__init__()
            self.shape = (height, width, channels)

        def forward(self, x):
            return x.unflatten(1, self.shape).permute(0, 3, 1, 2)

    class Flat(nn.Module):
        def forward(self, maps):
            return maps.permute(0, 2, 3, 1).flatten(1)

    def convolution(model):
        side, channels, filters = model["side"], model["channels"], model["filters"]
        kernel, stride, latent, units = model["kernel"], model["stride"], model["latent"], model["dense"]
        pairs = list(zip([channels, *filters], filters))
        smallest = side // stride ** len(filters)
        flat = smallest**2 * filters[-1]
        # `same` at stride s pads (kernel - s) / 2 on each side.
        settings = (kernel, stride, (kernel - stride) // 2)
        down = [part for i, o in pairs for part in (nn.Conv2d(i, o, *settings), nn.ReLU())]
        up = [part for o, i in reversed(pairs) for part in (nn.ConvTranspose2d(i, o, *settings), nn.ReLU())]
        encode = nn.Sequential(
            *(ChannelsFirst(side, side, channels), *down, Flat()),
            *(nn.Linear(flat, units), nn.ReLU(), nn.Linear(units, 2 * latent)),
        )
        decode = nn.Sequential(
            *(nn.Linear(latent, units), nn.ReLU(), nn.Linear(units, flat), nn.ReLU()),
            *(ChannelsFirst(smallest, smallest, filters[-1]), *up[:-1], Flat()),
        )
        return tuple(part.to(memory_format=torch.channels_last) for part in (encode, decode))

    def glorot(module):
        if hasattr(module, "weight"):
            nn.init.xavier_normal_(module.weight)
            nn.init.zeros_(module.bias)

    compiled = torch.compile if kind == "compile" else lambda function: function

    def autocast():
        return torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")

    def trainer(spec, encode, decode):
        training = spec["training"]
        adam = torch.optim.Adam(
            [*encode.parameters(), *decode.parameters()],
            lr=training["learningRate"],
            betas=(training["beta1"], training["beta2"]),
            eps=training["epsilon"],
            fused=True,
        )
        data = torch.from_numpy(scaled(images(spec, training["images"])))

        @compiled
        def loss(x):
            with autocast():
                posterior = encode(x).float()
            mean, log_variance = posterior.chunk(2, dim=1)
            z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            with autocast():
                logits = decode(z).float()
            reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
            kl = 0.5 * torch.sum(mean**2 + log_variance.exp() - 1 - log_variance)
            return (reconstruction + kl) / x.shape[0]

        generator = np.random.default_rng(2)

        def run(amount):
            for order in epochs(spec, amount, generator):
                for rows in torch.from_numpy(order):
                    value = loss(data[rows])
                    adam.zero_grad()
                    value.backward()
                    adam.step()
            return -value.item()

        return run

    def estimator(draws, encode, decode):
        @compiled
        def log_weights(x, mean, log_variance, epsilon):
            z = mean + torch.exp(0.5 * log_variance) * epsilon
            logits = decode(z.flatten(0, 1)).unflatten(0, z.shape[:2])
            # log p(x|l) = x l - softplus(l), so that x is not repeated for each draw.
            reconstruction = torch.einsum("kbd,bd->kb", logits, x) - F.softplus(logits).sum(2)
            return reconstruction + 0.5 * (epsilon**2 - z**2 + log_variance).sum(2)

        def estimate(pixels):
            x = torch.from_numpy(pixels).float() / 255
            mean, log_variance = encode(x).chunk(2, dim=1)
            total = torch.full(x.shape[:1], -torch.inf)
            # Several draws a call: about a thousand rows are what its kernels are fastest on.
            group = max(1, 1000 // len(pixels))
            for first in range(0, draws, group):
                epsilon = torch.randn((min(group, draws - first), *mean.shape))
                weights = log_weights(x, mean, log_variance, epsilon)
                total = torch.logaddexp(total, weights.logsumexp(0))
            return (total - np.log(draws)).numpy()

        return estimate

    def prepare(spec):
        model = spec["model"]
        encode, decode = (perceptron if model["kind"] == "perceptron" else convolution)(model)
        encode.apply(glorot)
        decode.apply(glorot)
        if spec["task"] == "train":
            return trainer(spec, encode, decode)
        if spec["task"] == "importance":
            return weigher(spec, torch.no_grad()(estimator(spec["draws"], encode, decode)))
        forward = torch.no_grad()(
            compiled(lambda pixels: encode(pixels.float() / 255))
            if spec["task"] == "encode"
            else compiled(lambda z: torch.sigmoid(decode(z)))
        )
        runner = encoder if spec["task"] == "encode" else decoder
        return runner(spec, lambda array: forward(torch.from_numpy(array)).numpy())

    return f"PyTorch {torch.__version__}", prepare


serve(load)
