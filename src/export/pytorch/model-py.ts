import type { RunConfig } from '../../runs/config';
import type { Convolution, VaeConfig } from '../../vae/config';
import { STRIDE, featureMap, likelihoodParameters, transposedLayers } from '../../vae/layers';
import { factsOf } from '../trained-run';
import type { TrainedRun } from '../trained-run';
import { LIKELIHOOD_PY } from './likelihood-py';

const ACTIVATIONS: Readonly<Record<VaeConfig['activation'], string>> = {
  tanh: 'torch.tanh',
  relu: 'F.relu',
  gelu: 'F.gelu',
};

/** What the model was trained on, as the text of a docstring. */
const INPUTS: Readonly<Record<RunConfig['data']['binarisation'], string>> = {
  none: 'the values as they are in the files, divided by 255',
  threshold: 'black and white: pass (x >= 0.5).float()',
  fixed: 'black and white, drawn once from the grey values: pass torch.bernoulli(x)',
  dynamic: 'black and white, drawn anew in each epoch: pass torch.bernoulli(x)',
};

/**
 * Makes the source of model.py: a torch.nn.Module of the run's model that reads model.safetensors beside it. Texts from others occur in
 * comments alone, each as one line of ASCII.
 */
export function modelPy(run: TrainedRun): string {
  const { config } = run;
  const { model, data } = config;
  const facts = Object.entries(factsOf(run)).map(([name, value]) => `# ${name}: ${asciiLine(value)}`);
  const { width, height, channels } = data;
  return `"""A variational autoencoder from Latent Explorer, as a PyTorch module. It needs torch and safetensors.

    from model import load
    vae = load()
    mean, log_variance = vae.encode(x)  # x: [batch, ${channels}, ${height}, ${width}], in [0, 1]

It was trained on ${INPUTS[data.binarisation]}.
"""

${facts.join('\n')}

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

CHANNELS, HEIGHT, WIDTH = ${channels}, ${height}, ${width}
LATENT = ${model.latent}


${encoderPy(model)}

${decoderPy(model)}

${LIKELIHOOD_PY[model.likelihood].trim()}


class VAE(nn.Module):
    """Images are [batch, CHANNELS, HEIGHT, WIDTH] in [0, 1], points of latent space [batch, LATENT]."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), [batch, LATENT] each."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Mean image E[x|z], [batch, CHANNELS, HEIGHT, WIDTH] in [0, 1]."""
        return mean_image(self.decoder(z))

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z) in nats, [batch]."""
        return log_likelihood(x, self.decoder(z))

    def elbo(self, x: Tensor, draws: int = 1, epsilon: Tensor | None = None) -> Tensor:
        """Lower bound on log p(x) in nats, [batch]: log p(x|z), averaged over draws of z, minus KL(q(z|x) || p(z)).

        epsilon: noise [draws, batch, LATENT] from N(0, I); drawn if not given.
        """
        mean, log_variance = self.encode(x)
        if epsilon is None:
            epsilon = torch.randn(draws, *mean.shape, dtype=mean.dtype, device=mean.device)
        deviation = torch.exp(log_variance / 2)
        reconstruction = torch.stack([self.log_likelihood(x, mean + deviation * e) for e in epsilon]).mean(0)
        kl = 0.5 * (mean**2 + torch.exp(log_variance) - 1 - log_variance).sum(1)
        return reconstruction - kl

    def sample(self, count: int) -> Tensor:
        """Mean images of points from the prior N(0, I), [count, CHANNELS, HEIGHT, WIDTH]."""
        weight = self.encoder.mean.weight
        return self.decode(torch.randn(count, LATENT, dtype=weight.dtype, device=weight.device))

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions: mean images of the posterior means."""
        mean, _ = self.encode(x)
        return self.decode(mean)


def load(path: str | Path = Path(__file__).with_name("model.safetensors"), device: str = "cpu") -> VAE:
    """The trained model, ready to evaluate."""
    vae = VAE()
    vae.load_state_dict(load_file(path, device=device))
    return vae.to(device).eval()
`;
}

/** Returns a text as a JSON string without a character that is not ASCII. */
function asciiLine(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Layers of a perceptron, as items of a Python list. */
function linears(inputs: number, hidden: readonly number[]): string {
  return hidden.map((units, i) => item(`nn.Linear(${hidden[i - 1] ?? inputs}, ${units})`)).join('\n');
}

const item = (layer: string): string => `                ${layer},`;

function moduleList(name: string, items: string): string {
  const list = items === '' ? '[]' : `\n            [\n${items}\n            ]\n        `;
  return `        self.${name} = nn.ModuleList(${list})`;
}

/**
 * With stride 2 and an even size, padding 'same' adds kernel - 2 pixels: as many on both sides for an even kernel, one more at the end
 * for an odd one, which PyTorch's layers cannot say.
 */
const paddingOf = (kernel: number): number => Math.floor((kernel - 2) / 2);
const isOdd = (kernel: number): boolean => kernel % 2 === 1;

function convolutionsOf({ channels, filters, kernel }: Convolution): string {
  const padding = isOdd(kernel) ? '' : `, padding=${paddingOf(kernel)}`;
  return filters
    .map((outputs, i) =>
      item(
        `nn.Conv2d(${filters[i - 1] ?? channels}, ${outputs}, kernel_size=${kernel}, stride=${STRIDE}${padding})`,
      ),
    )
    .join('\n');
}

function encoderPy({ convolution, encoderHidden, latent, inputSize, activation }: VaeConfig): string {
  const act = ACTIVATIONS[activation];
  const features = convolution ? featureMap(convolution).reduce((a, b) => a * b) : inputSize;
  const layers = [
    ...(convolution ? [moduleList('convolution', convolutionsOf(convolution))] : []),
    moduleList('hidden', linears(features, encoderHidden)),
    `        self.mean = nn.Linear(${encoderHidden.at(-1)!}, ${latent})`,
    `        self.log_variance = nn.Linear(${encoderHidden.at(-1)!}, ${latent})`,
  ];
  const { kernel = 0 } = convolution ?? {};
  const [before, after] = [paddingOf(kernel), paddingOf(kernel) + 1];
  const padded = isOdd(kernel) ? `F.pad(h, (${before}, ${after}, ${before}, ${after}))` : 'h';
  const convolved = `        for layer in self.convolution:
            h = ${act}(layer(${padded}))
`;
  return `class Encoder(nn.Module):
    """Images to mean and log-variance of q(z|x)."""

    def __init__(self) -> None:
        super().__init__()
${layers.join('\n')}

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = x
${convolution ? convolved : ''}        h = h.flatten(1)
        for layer in self.hidden:
            h = ${act}(layer(h))
        return self.mean(h), self.log_variance(h)
`;
}

function decoderPy(model: VaeConfig): string {
  const { convolution, decoderHidden, latent, inputSize, activation } = model;
  const act = ACTIVATIONS[activation];
  const last = decoderHidden.at(-1)!;
  const parameters = likelihoodParameters(model);
  const many = parameters === 1 ? 'CHANNELS' : `${parameters} * CHANNELS`;
  const opening = `class Decoder(nn.Module):
    """Points of latent space to the parameters of p(x|z), [batch, ${many}, HEIGHT, WIDTH]."""

    def __init__(self) -> None:
        super().__init__()
${moduleList('hidden', linears(latent, decoderHidden))}
`;
  const hidden = `    def forward(self, z: Tensor) -> Tensor:
        h = z
        for layer in self.hidden:
            h = ${act}(layer(h))
`;
  if (!convolution)
    return `${opening}        self.output = nn.Linear(${last}, ${parameters * inputSize})

${hidden}        return self.output(h).unflatten(1, (${many}, HEIGHT, WIDTH))
`;
  const { kernel, filters } = convolution;
  const [height, width, channels] = featureMap(convolution);
  const padding = paddingOf(kernel);
  const transposed = (inputs: number, outputs: number): string =>
    `nn.ConvTranspose2d(${inputs}, ${outputs}, kernel_size=${kernel}, stride=${STRIDE}, padding=${padding})`;
  const sizes = transposedLayers(convolution, parameters).map(({ outputs }) => outputs);
  const inputsOf = (i: number): number => (i === 0 ? filters.at(-1)! : sizes[i - 1]!);
  const inner = sizes.slice(0, -1).map((outputs, i) => item(transposed(inputsOf(i), outputs)));
  const crop = isOdd(kernel) ? '[..., :-1, :-1]' : '';
  return `${opening}        self.features = nn.Linear(${last}, ${height * width * channels})
${moduleList('convolution', inner.join('\n'))}
        self.output = ${transposed(inputsOf(sizes.length - 1), sizes.at(-1)!)}

${hidden}        h = ${act}(self.features(h)).unflatten(1, (${channels}, ${height}, ${width}))
        for layer in self.convolution:
            h = ${act}(layer(h)${crop})
        return self.output(h)${crop}
`;
}
