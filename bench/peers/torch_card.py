"""
PyTorch on a graphics card: the perceptron of the paper with fused Adam and images that stay on the card, for bench/gpu.sh.
Arguments: inputs, hidden units, latent dimensions, minibatch, steps.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

inputs, hidden, latent, minibatch, steps = map(int, sys.argv[1:])
if not torch.cuda.is_available():
    sys.exit("this PyTorch finds no CUDA card")
device = torch.device("cuda")
torch.manual_seed(0)
# Full single precision, as the engines compute in.
torch.backends.cuda.matmul.allow_tf32 = False
encode = nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 2 * latent)).to(device)
decode = nn.Sequential(nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, inputs)).to(device)
adam = torch.optim.Adam([*encode.parameters(), *decode.parameters()], lr=1e-3, fused=True)
images = torch.rand(10_000, inputs, device=device)


def step():
    x = images[torch.randint(len(images), (minibatch,), device=device)]
    mean, log_variance = encode(x).chunk(2, 1)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    reconstruction = -F.binary_cross_entropy_with_logits(decode(z), x, reduction="sum")
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()
    adam.zero_grad()
    ((kl - reconstruction) / minibatch).backward()
    adam.step()


for _ in range(max(1, steps // 10)):
    step()
torch.cuda.synchronize()
begin = time.perf_counter()
for _ in range(steps):
    step()
torch.cuda.synchronize()
seconds = (time.perf_counter() - begin) / steps
memory = torch.cuda.max_memory_allocated() / 2**20
print(f"{1000 * seconds:.3g} ms a step (PyTorch {torch.__version__}, {torch.cuda.get_device_name()}), {memory:.0f} MiB allocated")
