"""The training step of libs/gan's plain network in PyTorch eager, on random data: what `npm run bench` sets our speed against.

Same networks (at 64 pixels G 0.25 M, D 0.30 M, classifier 0.11 M), same losses (relativistic pairing, R1 + R2 by finite differences every fourth
step, guidance by the classifier of shown labels), same CT windows, DiffAugment, batch, Adam and average of the generator. Upsampling and convolution are two operations here, as one writes them in PyTorch.

    python3 tools/torch-step.py [--seconds 20] [--threads 2] [--size 64 --batch 16 --generator 128,64,32,16,8 --discriminator 16,32,64,128]

Prints one line of JSON: {"imagesPerSecond": ..., "steps": ..., "torch": "...", "threads": 2}.
"""
import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn

LATENT, LABELS, FEATURES = 64, 9, 64
SIGMA, GAMMA, EVERY, DECAY = 0.05, 1.0, 4, 0.999
SHOWN, GUIDANCE = ((4, 1.0), (2, 0.25)), 0.2
TRANSLATION, BRIGHTNESS, CONTRAST = 4, 0.1, 0.2


class Generator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = channels[0]
        self.input = nn.Linear(LATENT + LABELS, channels[0] * 16)
        self.up = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(channels, channels[1:]))
        self.output = nn.Conv2d(channels[-1], 1, 3, padding=1)

    def forward(self, z, labels):
        x = F.leaky_relu(self.input(torch.cat([z, labels], 1)), 0.2).view(-1, self.first, 4, 4)
        for conv in self.up:
            x = F.leaky_relu(conv(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return torch.tanh(self.output(x))


def through_windows(x):
    """Everything, soft tissue, calcium (libs/gan/src/windows.ts)."""
    return torch.cat([x] + [((x - (low + high) / 2) * (2 / (high - low))).clamp(-1, 1) for low, high in ((-0.16, 0.24), (0.1, 0.6))], 1)


class Classifier(nn.Module):
    def __init__(self, size):
        super().__init__()
        widths = [min(64, 16 * 2**stage) for stage in range((size // 4).bit_length() - 1)]
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in zip([3] + widths, widths))
        self.classes = nn.Linear(widths[-1] * 16, sum(length for length, _ in SHOWN))

    def forward(self, x):
        x = through_windows(x)
        for conv in self.down:
            x = F.leaky_relu(conv(x), 0.2)
        return self.classes(x.flatten(1))


def shown_cross_entropy(scores, labels):
    total, start = 0.0, 0
    for length, weight in SHOWN:
        part = slice(start, start + length)
        total = total + weight * (scores[:, part].logsumexp(1) - (scores[:, part] * labels[:, part]).sum(1)).mean()
        start += length
    return total


class Discriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in zip([3] + channels, channels))
        self.feature = nn.Linear(channels[-1] * 16, FEATURES)
        self.logit = nn.Linear(FEATURES, 1, bias=False)
        self.label = nn.Linear(LABELS, FEATURES, bias=False)

    def forward(self, x, labels):
        x = through_windows(x)
        for conv in self.down:
            x = F.leaky_relu(conv(x), 0.2)
        h = self.feature(x.flatten(1))
        return (h * (self.logit.weight + self.label(labels) / FEATURES**0.5)).sum(1)


def augment(x, random):
    """Shift by whole pixels with air (-1) at the border, contrast around the mean, brightness: one draw per image."""
    n, _, size, _ = x.shape
    t = TRANSLATION
    padded = F.pad(x, (t, t, t, t), value=-1.0)
    rows = torch.randint(0, 2 * t + 1, (n, 1), generator=random) + torch.arange(size)
    columns = torch.randint(0, 2 * t + 1, (n, 1), generator=random) + torch.arange(size)
    x = padded[torch.arange(n)[:, None, None], 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)
    contrast = 1 + CONTRAST * (2 * torch.rand(n, 1, 1, 1, generator=random) - 1)
    brightness = BRIGHTNESS * (2 * torch.rand(n, 1, 1, 1, generator=random) - 1)
    level = x.mean((1, 2, 3), keepdim=True)
    return (x - level) * contrast + level + brightness


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--threads", type=int, default=2)
    numbers = lambda text: [int(each) for each in text.split(",")]
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--generator", type=numbers, default=[128, 64, 32, 16, 8])
    parser.add_argument("--discriminator", type=numbers, default=[16, 32, 64, 128])
    options = parser.parse_args()
    size, batch = options.size, options.batch
    if size != 4 * 2 ** len(options.discriminator) or len(options.generator) != len(options.discriminator) + 1:
        parser.error(f"{size} pixels need another number of channels")
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    random = torch.Generator().manual_seed(1)
    g, d, c = Generator(options.generator), Discriminator(options.discriminator), Classifier(size)
    average = [weight.detach().clone() for weight in g.parameters()]
    adam = [torch.optim.Adam(net.parameters(), lr=5e-4, betas=(0.0, 0.99), eps=1e-8) for net in (g, d)]
    adam.append(torch.optim.Adam(c.parameters(), lr=2e-3, betas=(0.9, 0.99), eps=1e-8))
    data = torch.rand(512, 1, size, size, generator=random) * 2 - 1
    label_of = F.one_hot(torch.arange(512) % LABELS, LABELS).float()

    def step(number):
        chosen = torch.randint(0, 512, (batch,), generator=random)
        labels = label_of[chosen]
        fake = g(torch.randn(batch, LATENT, generator=random), labels)
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

        for weight in (*d.parameters(), *c.parameters()):
            weight.requires_grad_(False)
        adam[0].zero_grad()
        with torch.no_grad():
            on_real = d(real, labels)
        guidance = GUIDANCE * shown_cross_entropy(c(shown), labels)
        (F.softplus(on_real - d(shown, labels)).mean() + guidance).backward()
        adam[0].step()
        for weight in (*d.parameters(), *c.parameters()):
            weight.requires_grad_(True)
        adam[2].zero_grad()
        shown_cross_entropy(c(real), labels).backward()
        adam[2].step()
        with torch.no_grad():
            torch._foreach_lerp_(average, list(g.parameters()), 1 - DECAY)

    for number in range(8):
        step(number)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < options.seconds:
        step(steps)
        steps += 1
    rate = steps * batch / (time.perf_counter() - began)
    print(json.dumps({"imagesPerSecond": round(rate, 1), "steps": steps, "torch": torch.__version__, "threads": options.threads}))


if __name__ == "__main__":
    main()
