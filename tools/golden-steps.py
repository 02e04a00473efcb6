"""One training step of libs/gan's plain network in PyTorch, float64: the fixture that libs/gan/src/steps/golden-steps.spec.ts is held against.

Inputs are formulas, so that the fixture holds only what came out: each loss, and of each new state its norm and every 29th number.

    python3 tools/golden-steps.py > libs/gan/src/steps/__fixtures__/golden-steps.json
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SIZE, LATENT, LABELS, BATCH, FEATURES = 16, 4, 9, 2, 8
G, D, C = [8, 8, 4], [4, 8], [16, 32]
SIDES = [8, 16]
CODE = LATENT + sum(side * side for side in SIDES)
BLUR = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16
SIGMA, EVERY, EPS, BETA2 = 0.05, 4, 1e-8, 0.99
SCALARS = {"stepSize": 5e-4, "secondMomentScale": 2.0, "emaDecay": 0.9, "gamma": 0.7, "guidance": 0.2, "classifierStepSize": 2e-3, "classifierSecondMomentScale": 3.0}

G_SHAPES = [(G[0] * 16, LATENT + LABELS), (G[0] * 16,), (G[1], G[0], 3, 3), (G[1],), (G[1], 1, 1), (G[2], G[1], 3, 3), (G[2],), (G[2], 1, 1), (1, G[2], 3, 3), (1,)]
D_SHAPES = [(D[0], 3, 4, 4), (D[0],), (D[1], D[0], 4, 4), (D[1],), (FEATURES, D[1] * 16), (FEATURES,), (1, FEATURES), (FEATURES, LABELS)]
C_SHAPES = [(C[0], 3, 4, 4), (C[0],), (C[1], C[0], 4, 4), (C[1],), (6, C[1] * 16), (6,)]


def wave(phase, scale, *shape):
    count = math.prod(shape)
    return (scale * torch.cos(phase + 1.7 * torch.arange(count))).reshape(shape)


def split(vector, shapes):
    parts, start = [], 0
    for shape in shapes:
        count = math.prod(shape)
        parts.append(vector[start : start + count].reshape(shape))
        start += count
    return parts


size_of = lambda shapes: sum(math.prod(shape) for shape in shapes)
moments = lambda phase, count: 0.02 + wave(phase, 0.01, count)


def generate(vector, z, labels):
    w = split(vector, G_SHAPES)
    latent, *noises = z.split([LATENT, *(side * side for side in SIDES)], 1)
    x = F.leaky_relu(F.linear(torch.cat([latent, labels], 1), w[0], w[1]), 0.2).view(-1, G[0], 4, 4)
    for side, noise, (weight, bias, strength) in zip(SIDES, noises, (w[2:5], w[5:8])):
        x = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), weight, bias, padding=1)
        if side == SIZE:
            x = F.conv2d(x, BLUR.expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])
        x = F.leaky_relu(x + noise.view(-1, 1, side, side) * strength, 0.2)
    return torch.tanh(F.conv2d(x, w[8], w[9], padding=1))


def through_windows(x):
    return torch.cat([x] + [((x - (low + high) / 2) * (2 / (high - low))).clamp(-1, 1) for low, high in ((-0.16, 0.24), (0.1, 0.6))], 1)


def features(x, layers):
    for weight, bias in layers:
        x = F.leaky_relu(F.conv2d(x, weight, bias, stride=2, padding=1), 0.2)
    return x.flatten(1)


def judge(vector, x, labels):
    w = split(vector, D_SHAPES)
    h = F.linear(features(x, ((w[0], w[1]), (w[2], w[3]))), w[4], w[5])
    return (h * (w[6] + F.linear(labels, w[7]) / FEATURES**0.5)).sum(1)


def discriminate(vector, x, labels):
    return judge(vector, through_windows(x), labels)


def cross_entropy(vector, x, labels):
    w = split(vector, C_SHAPES)
    scores = F.linear(features(through_windows(x), ((w[0], w[1]), (w[2], w[3]))), w[4], w[5])
    parts = ((scores[:, :4], labels[:, :4], 1.0), (scores[:, 4:], labels[:, 4:6], 0.25))
    return sum(weight * (s.logsumexp(1) - (s * y).sum(1)).mean() for s, y, weight in parts)


def augment(x, down, right, contrast, brightness):
    moved = torch.zeros_like(x)
    air = x + 1
    for i in range(SIZE):
        for j in range(SIZE):
            if 0 <= i - down < SIZE and 0 <= j - right < SIZE:
                moved[:, :, i, j] = air[:, :, i - down, j - right]
    moved = moved - 1
    level = moved.mean((1, 2, 3), keepdim=True)
    return (moved - level) * contrast.view(-1, 1, 1, 1) + level + brightness.view(-1, 1, 1, 1)


def adam(weights, second, gradient, rate, scale):
    second = BETA2 * second + (1 - BETA2) * gradient**2
    return weights - gradient * rate / ((second * scale).sqrt() + EPS), second


def step(kind):
    counts = {"generator": size_of(G_SHAPES), "discriminator": size_of(D_SHAPES), "classifier": size_of(C_SHAPES)}
    g, d, c = (wave(phase, 0.3, counts[name]).requires_grad_() for phase, name in ((1, "generator"), (2, "discriminator"), (3, "classifier")))
    average = wave(4, 0.3, counts["generator"])
    labels = torch.zeros(BATCH, LABELS)
    for row, places in enumerate(((3, 5, 7), (0, 4, 8))):
        labels[row, list(places)] = 1
    fake = generate(g, wave(5, 1.0, BATCH, CODE), labels)
    real = augment(wave(6, 0.8, BATCH, 1, SIZE, SIZE), 1, -1, torch.tensor([1.1, 0.9]), torch.tensor([0.05, -0.05]))
    shown = augment(fake, -1, 0, torch.tensor([0.8, 1.2]), torch.tensor([-0.02, 0.03]))
    both, twice = through_windows(torch.cat([real, shown.detach()])), labels.repeat(2, 1)
    if kind == "exact":
        both.requires_grad_()
        logits = judge(d, both, twice)
        (slope,) = torch.autograd.grad(logits.sum(), both, create_graph=True)
        penalty = 2 * (slope**2).sum() / (2 * BATCH)
    else:
        noise = torch.where(wave(7, 1.0, *both.shape) > 0, 1.0, -1.0)
        logits = judge(d, both, twice)
        penalty = 2 * ((judge(d, both + SIGMA * noise, twice) - logits) ** 2).mean() / SIGMA**2
    on_real, on_fake = logits.chunk(2)
    separation = F.softplus(on_fake - on_real).mean()
    (d_gradient,) = torch.autograd.grad(separation + penalty * SCALARS["gamma"] * EVERY / 2, d)
    d_next, d_second = adam(d.detach(), moments(8, counts["discriminator"]), d_gradient, SCALARS["stepSize"], SCALARS["secondMomentScale"])

    generator_loss = F.softplus(discriminate(d_next, real, labels) - discriminate(d_next, shown, labels)).mean()
    guidance = cross_entropy(c, shown, labels)
    (g_gradient,) = torch.autograd.grad(generator_loss + SCALARS["guidance"] * guidance, g)
    g_next, g_second = adam(g.detach(), moments(9, counts["generator"]), g_gradient, SCALARS["stepSize"], SCALARS["secondMomentScale"])

    classifier_loss = cross_entropy(c, real, labels)
    (c_gradient,) = torch.autograd.grad(classifier_loss, c)
    c_first = 0.9 * wave(10, 0.01, counts["classifier"]) + 0.1 * c_gradient
    c_second = BETA2 * moments(11, counts["classifier"]) + (1 - BETA2) * c_gradient**2
    c_next = c.detach() - c_first * SCALARS["classifierStepSize"] / ((c_second * SCALARS["classifierSecondMomentScale"]).sqrt() + EPS)

    losses = {
        "discriminatorLoss": separation, "generatorLoss": generator_loss, "penalty": penalty, "realLogit": on_real.mean(), "fakeLogit": on_fake.mean(),
        "discriminatorGradient": d_gradient.norm(), "generatorGradient": g_gradient.norm(), "classifierLoss": classifier_loss, "guidanceLoss": guidance,
    }
    states = {
        "generator": g_next, "generatorSecond": g_second, "average": g_next + (average - g_next) * SCALARS["emaDecay"], "discriminator": d_next,
        "discriminatorSecond": d_second, "classifier": c_next, "classifierFirst": c_first, "classifierSecond": c_second,
    }
    digits = lambda value: float(f"{float(value.detach()):.12g}")
    return {
        "losses": {name: digits(value) for name, value in losses.items()},
        "states": {name: {"norm": digits(value.norm()), "every29th": [digits(x) for x in value.detach()[::29]]} for name, value in states.items()},
    }


print(json.dumps({"torch": torch.__version__.split("+")[0], "scalars": SCALARS, "exact": step("exact"), "finite-difference": step("finite-difference")}))
