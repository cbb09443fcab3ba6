"""The preset `aevb` once more, in PyTorch, as an independent check of its bound.

Run: python3 bench/peers/aevb_torch.py MNIST_FOLDER [SAMPLES] [SEED ...]   (needs torch 2.13 and numpy)
Prints the test bound in nats per datapoint, one draw of the noise for each image.
"""
import gzip
import pathlib
import sys

import numpy as np
import torch

D, H, Z, M, N = 784, 500, 20, 100, 50_000


def images(path: pathlib.Path) -> torch.Tensor:
    data = np.frombuffer(gzip.open(path).read(), np.uint8, offset=16)
    return torch.from_numpy(data.reshape(-1, D).astype(np.float32) / 255)


def bound(p, x, generator):
    h = torch.tanh(x @ p["W1"] + p["b1"])
    mean, log_variance = h @ p["W2"] + p["b2"], h @ p["W3"] + p["b3"]
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1)
    z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
    logits = torch.tanh(z @ p["W4"] + p["b4"]) @ p["W5"] + p["b5"]
    return (x * logits - torch.nn.functional.softplus(logits)).sum(1) - kl


def main(folder: pathlib.Path, samples: int, seed: int) -> float:
    train = images(folder / "train-images-idx3-ubyte.gz")[:N]
    test = images(folder / "t10k-images-idx3-ubyte.gz")
    generator = torch.Generator().manual_seed(seed)
    sizes = [("1", D, H), ("2", H, Z), ("3", H, Z), ("4", Z, H), ("5", H, D)]
    p = {}
    for name, inputs, outputs in sizes:
        p[f"W{name}"] = (torch.randn((inputs, outputs), generator=generator) * 0.1).requires_grad_()
        p[f"b{name}"] = (torch.randn((outputs,), generator=generator) * 0.1).requires_grad_()
    optimizer = torch.optim.Adagrad(list(p.values()), lr=0.02, eps=1e-8)
    order = None
    for step in range(samples // M):
        first = (step * M) % N
        if first == 0:
            order = torch.randperm(N, generator=generator)
        optimizer.zero_grad()
        prior = sum((value**2).sum() for value in p.values()) / (2 * N)
        (prior - bound(p, train[order[first : first + M]], generator).mean()).backward()
        optimizer.step()
    with torch.no_grad():
        return bound(p, test, generator).mean().item()


if __name__ == "__main__":
    folder, samples = pathlib.Path(sys.argv[1]), int(float(sys.argv[2])) if len(sys.argv) > 2 else 1_000_000
    for seed in [int(text) for text in sys.argv[3:]] or [0]:
        print(f"seed {seed}: {main(folder, samples, seed):.2f} nats", flush=True)
