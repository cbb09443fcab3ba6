import type { LikelihoodName } from '../../vae/config';

/** Python of each likelihood: `log_likelihood(x, decoded)` and `mean_image(decoded)`, named and explained as in src/vae. */
export const LIKELIHOOD_PY: Readonly<Record<LikelihoodName, string>> = {
  bernoulli: `
def log_likelihood(x: Tensor, decoded: Tensor) -> Tensor:
    """log p(x|z) in nats, [batch]: the sum of x l - log(1 + e^l) over an image, for logits l."""
    return (x * decoded - F.softplus(decoded)).flatten(1).sum(1)


def mean_image(decoded: Tensor) -> Tensor:
    """E[x|z], in [0, 1]."""
    return torch.sigmoid(decoded)
`,
  'continuous-bernoulli': `
# The closed forms below are 0/0 at logits of 0: nearer to 0 than this, their series are used.
NEAR_ZERO = 0.1


def log_likelihood(x: Tensor, decoded: Tensor) -> Tensor:
    """log p(x|z) of the continuous Bernoulli distribution (Loaiza-Ganem & Cunningham 2019) in nats, [batch]."""
    near = decoded.abs() < NEAR_ZERO
    far = torch.where(near, torch.ones_like(decoded), decoded)
    squared = decoded**2
    series = math.log(2) + squared * (1 / 12 - squared * 7 / 1440)
    log_normaliser = torch.where(near, series, torch.log(far / torch.tanh(far / 2)))
    return (x * decoded - F.softplus(decoded) + log_normaliser).flatten(1).sum(1)


def mean_image(decoded: Tensor) -> Tensor:
    """E[x|z] = 1 / (1 - e^-l) - 1 / l, in [0, 1], for logits l."""
    near = decoded.abs() < NEAR_ZERO
    far = torch.where(near, torch.ones_like(decoded), decoded)
    series = 0.5 + decoded * (1 / 12 - decoded**2 / 720)
    return torch.where(near, series, 1 / (1 - torch.exp(-far)) - 1 / far)
`,
  gaussian: `
# That of rounding to 8 bits. Without it, the density of a pixel that never changes would grow without bound.
MIN_LOG_VARIANCE = -2 * math.log(255) - math.log(12)


def log_likelihood(x: Tensor, decoded: Tensor) -> Tensor:
    """log p(x|z) of a diagonal Gaussian in nats, [batch]: a density, so it may exceed 0."""
    location, log_variance = decoded.chunk(2, dim=1)
    log_variance = log_variance.clamp(min=MIN_LOG_VARIANCE)
    deviation = (x - torch.sigmoid(location)) ** 2 * torch.exp(-log_variance)
    return -0.5 * (deviation + log_variance + math.log(2 * math.pi)).flatten(1).sum(1)


def mean_image(decoded: Tensor) -> Tensor:
    """E[x|z], in [0, 1]."""
    location, _ = decoded.chunk(2, dim=1)
    return torch.sigmoid(location)
`,
  'discretized-logistic': `
# Half the distance between neighbours of the 256 values in [0, 1].
HALF_STEP = 0.5 / 255
MIN_LOG_SCALE = -7


def log_likelihood(x: Tensor, decoded: Tensor) -> Tensor:
    """log P(x|z) of 8-bit values, multiples of 1/255, in nats, [batch].

    P is the mass of a logistic distribution between x - 1/510 and x + 1/510; the values 0 and 1 include its
    tails (Kingma et al. 2016).
    """
    location, log_scale = decoded.chunk(2, dim=1)
    inverse = torch.exp(-log_scale.clamp(min=MIN_LOG_SCALE))
    centred = x - torch.sigmoid(location)
    above = (centred + HALF_STEP) * inverse
    below = (centred - HALF_STEP) * inverse
    width = 2 * HALF_STEP * inverse
    between = above + torch.log(-torch.expm1(-width)) - F.softplus(above) - F.softplus(below)
    upper = torch.where(x > 1 - HALF_STEP, -F.softplus(below), between)
    return torch.where(x < HALF_STEP, -F.softplus(-above), upper).flatten(1).sum(1)


def mean_image(decoded: Tensor) -> Tensor:
    """Mean of the logistic distribution, in [0, 1]; rounding and tails shift that of the 256 values slightly."""
    location, _ = decoded.chunk(2, dim=1)
    return torch.sigmoid(location)
`,
};
