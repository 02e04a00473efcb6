"""The training step of libs/gan in PyTorch eager, on random data: what `npm run bench` sets our speed against.

Same networks (G 0.25 M, D 0.30 M), same losses (relativistic pairing, R1 + R2 by finite differences every fourth step), same DiffAugment,
same batch, Adam and average of the generator. Upsampling and convolution are two operations here, as one writes them in PyTorch.

    python3 tools/torch-step.py [--seconds 20] [--threads 2]

Prints one line of JSON: {"imagesPerSecond": ..., "steps": ..., "torch": "...", "threads": 2}.
"""
import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn

SIZE, LATENT, LABELS, FEATURES, BATCH = 64, 64, 9, 64, 32
GENERATOR, DISCRIMINATOR = [128, 64, 32, 16, 8], [16, 32, 64, 128]
SIGMA, GAMMA, EVERY, DECAY = 0.05, 1.0, 4, 0.998
TRANSLATION, BRIGHTNESS, CONTRAST = 4, 0.1, 0.2


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(LATENT + LABELS, GENERATOR[0] * 16)
        self.up = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(GENERATOR, GENERATOR[1:]))
        self.output = nn.Conv2d(GENERATOR[-1], 1, 3, padding=1)

    def forward(self, z, labels):
        x = F.leaky_relu(self.input(torch.cat([z, labels], 1)), 0.2).view(-1, GENERATOR[0], 4, 4)
        for conv in self.up:
            x = F.leaky_relu(conv(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return torch.tanh(self.output(x))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in zip([1] + DISCRIMINATOR, DISCRIMINATOR))
        self.feature = nn.Linear(DISCRIMINATOR[-1] * 16, FEATURES)
        self.logit = nn.Linear(FEATURES, 1, bias=False)
        self.label = nn.Linear(LABELS, FEATURES, bias=False)

    def forward(self, x, labels):
        for conv in self.down:
            x = F.leaky_relu(conv(x), 0.2)
        h = self.feature(x.flatten(1))
        return (h * (self.logit.weight + self.label(labels) / FEATURES**0.5)).sum(1)


def augment(x, random):
    """Shift by whole pixels with air (-1) at the border, contrast around the mean, brightness: one draw per image."""
    n = x.shape[0]
    t = TRANSLATION
    padded = F.pad(x, (t, t, t, t), value=-1.0)
    rows = torch.randint(0, 2 * t + 1, (n, 1), generator=random) + torch.arange(SIZE)
    columns = torch.randint(0, 2 * t + 1, (n, 1), generator=random) + torch.arange(SIZE)
    x = padded[torch.arange(n)[:, None, None], 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)
    contrast = 1 + CONTRAST * (2 * torch.rand(n, 1, 1, 1, generator=random) - 1)
    brightness = BRIGHTNESS * (2 * torch.rand(n, 1, 1, 1, generator=random) - 1)
    level = x.mean((1, 2, 3), keepdim=True)
    return (x - level) * contrast + level + brightness


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    random = torch.Generator().manual_seed(1)
    g, d = Generator(), Discriminator()
    average = [weight.detach().clone() for weight in g.parameters()]
    adam = [torch.optim.Adam(net.parameters(), lr=5e-4, betas=(0, 0.99), eps=1e-8) for net in (g, d)]
    data = torch.rand(512, 1, SIZE, SIZE, generator=random) * 2 - 1
    label_of = F.one_hot(torch.arange(512) % LABELS, LABELS).float()

    def step(number):
        chosen = torch.randint(0, 512, (BATCH,), generator=random)
        labels = label_of[chosen]
        fake = g(torch.randn(BATCH, LATENT, generator=random), labels)
        real, shown = augment(data[chosen], random), augment(fake, random)
        both, both_labels = torch.cat([real, shown.detach()]), labels.repeat(2, 1)
        if number % EVERY == 0:
            noise = torch.randint(0, 2, both.shape, generator=random) * 2.0 - 1
            logits, moved = d(torch.cat([both, both + SIGMA * noise]), both_labels.repeat(2, 1)).chunk(2)
            penalty = EVERY * GAMMA * ((moved - logits) ** 2).mean() / SIGMA**2
        else:
            logits, penalty = d(both, both_labels), 0.0
        on_real, on_fake = logits.chunk(2)
        adam[1].zero_grad()
        (F.softplus(on_fake - on_real).mean() + penalty).backward()
        adam[1].step()

        for weight in d.parameters():
            weight.requires_grad_(False)
        adam[0].zero_grad()
        with torch.no_grad():
            on_real = d(real, labels)
        F.softplus(on_real - d(shown, labels)).mean().backward()
        adam[0].step()
        for weight in d.parameters():
            weight.requires_grad_(True)
        with torch.no_grad():
            torch._foreach_lerp_(average, list(g.parameters()), 1 - DECAY)

    for number in range(8):
        step(number)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < options.seconds:
        step(steps)
        steps += 1
    rate = steps * BATCH / (time.perf_counter() - began)
    print(json.dumps({"imagesPerSecond": round(rate, 1), "steps": steps, "torch": torch.__version__, "threads": options.threads}))


if __name__ == "__main__":
    main()
