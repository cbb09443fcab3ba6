"""The preset `iwae` once more, in PyTorch, as an independent check of L_5000 after the same number of samples.

Run: python3 bench/peers/iwae_torch.py MNIST_FOLDER K [SAMPLES] [SEED] [IMAGES]   (needs torch 2.13 and numpy)
200-200 tanh each way, 50 latents, minibatches of 20, Adam with epsilon 1e-4 on its uncorrected root, the step size in
stages of 3^i passes, pixels drawn anew for each pass. Prints the bound and L_5000 of the first IMAGES test images, drawn once.
"""
import gzip
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

D, H, Z, M, N = 784, 200, 50, 20, 50_000
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-4


def grey(path: pathlib.Path) -> torch.Tensor:
    data = np.frombuffer(gzip.open(path).read(), np.uint8, offset=16)
    return torch.from_numpy(data.reshape(-1, D).astype(np.float32) / 255)


def perceptron(*sizes: int) -> nn.Sequential:
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        linear = nn.Linear(inputs, outputs)
        nn.init.xavier_normal_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def log_weights(encoder, decoder, x, draws):
    """[draws, batch]"""
    mean, log_variance = encoder(x).chunk(2, dim=1)
    epsilon = torch.randn((draws, *mean.shape))
    z = mean + (log_variance / 2).exp() * epsilon
    logits = decoder(z)
    reconstruction = torch.einsum("kbd,bd->kb", logits, x) - F.softplus(logits).sum(2)
    return reconstruction + 0.5 * (epsilon**2 - z**2 + log_variance).sum(2)


def rate_of(samples: int) -> float:
    passes, end = samples / N, 0
    for stage in range(8):
        end += 3**stage
        if passes < end:
            return RATE * 10 ** (-stage / 7)
    return RATE / 10


class Adam:
    """With epsilon beside the uncorrected root, as in section 2 of its paper."""

    def __init__(self, parameters):
        self.parameters = list(parameters)
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]
        self.step = 0

    @torch.no_grad()
    def update(self, rate):
        self.step += 1
        rate *= (1 - BETA2**self.step) ** 0.5 / (1 - BETA1**self.step)
        for p, mean, square in zip(self.parameters, self.means, self.squares):
            mean.lerp_(p.grad, 1 - BETA1)
            square.mul_(BETA2).addcmul_(p.grad, p.grad, value=1 - BETA2)
            p.addcdiv_(mean, square.sqrt().add_(EPSILON), value=-rate)
            p.grad = None


def main(folder: pathlib.Path, k: int, samples: int, seed: int, images: int) -> None:
    torch.manual_seed(seed)
    train = grey(folder / "train-images-idx3-ubyte.gz")[:N]
    test = torch.bernoulli(grey(folder / "t10k-images-idx3-ubyte.gz"))[:images]
    encoder, decoder = perceptron(D, H, H, 2 * Z), perceptron(Z, H, H, D)
    adam = Adam([*encoder.parameters(), *decoder.parameters()])
    for done in range(0, samples, M):
        first = done % N
        if first == 0:
            order, drawn = torch.randperm(N), torch.bernoulli(train)
        weights = log_weights(encoder, decoder, drawn[order[first : first + M]], k)
        (np.log(k) - weights.logsumexp(0).mean()).backward()
        adam.update(rate_of(done))
    with torch.no_grad():
        mean, log_variance = encoder(test).chunk(2, dim=1)
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)
        z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        logits = decoder(z)
        bound = (test * logits - F.softplus(logits)).sum(1) - kl
        total = torch.full((len(test),), -torch.inf)
        for _ in range(1000):
            total = torch.logaddexp(total, log_weights(encoder, decoder, test, 5).logsumexp(0))
        estimate = total - np.log(5000)
        error = (estimate.std() / len(test) ** 0.5).item()
    print(f"k {k}, seed {seed}, {samples:,} samples: bound {bound.mean().item():.2f}, ", end="")
    print(f"L_5000 {estimate.mean().item():.2f} (standard error {error:.2f}, {len(test)} images)", flush=True)


if __name__ == "__main__":
    given = [int(float(text)) for text in sys.argv[2:]]
    k, samples, seed, images = given + [1, 500_000, 0, 1000][len(given) :]
    main(pathlib.Path(sys.argv[1]), k, samples, seed, images)
