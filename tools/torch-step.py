"""The training step of libs/gan's networks in PyTorch eager, on random data: what `npm run bench` sets our speed against.

Same networks (the plain one at 64 pixels: G 0.25 M, D 0.30 M, classifier 0.11 M), same losses (relativistic pairing, exact R1 + R2 every fourth
step, guidance by the classifier of shown labels), same CT windows, DiffAugment, batch, Adam and average of the generator. Upsampling and convolution are two operations here, as one writes them in PyTorch.

    python3 tools/torch-step.py [--seconds 20] [--threads 2] [--device cpu|cuda] [--architecture plain|residual] [--task train|draw]
        [--size 64 --batch 16 --generator 128,64,32,16,8 --discriminator 16,32,64,128]

Prints one line of JSON: {"imagesPerSecond": ..., "imagesPerCpuSecond": ..., "steps": ..., "torch": "...", "threads": 2}.
"""
import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn

LATENT, LABELS, FEATURES = 64, 9, 64
GAMMA, EVERY, DECAY = 1.0, 4, 0.999
SHOWN, GUIDANCE = ((4, 1.0), (2, 0.25)), 0.02
TRANSLATION, BRIGHTNESS, CONTRAST = 2, 0.02, 0.05


SMOOTH = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16


class PlainGenerator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = channels[0]
        self.input = nn.Linear(LATENT + LABELS, channels[0] * 16)
        self.up = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(channels, channels[1:]))
        self.strength = nn.ParameterList(torch.zeros(width, 1, 1) for width in channels[1:])
        self.output = nn.Conv2d(channels[-1], 1, 3, padding=1)

    def forward(self, z, labels):
        x = F.leaky_relu(self.input(torch.cat([z, labels], 1)), 0.2).view(-1, self.first, 4, 4)
        for conv, strength in zip(self.up, self.strength):
            x = conv(F.interpolate(x, scale_factor=2, mode="nearest"))
            if conv is self.up[-1]:
                x = F.conv2d(x, SMOOTH.to(x.device).expand(x.shape[1], 1, 3, 3), padding=1, groups=x.shape[1])
            x = F.leaky_relu(x + torch.randn(x.shape[0], 1, *x.shape[2:]) * strength, 0.2)
        return torch.tanh(self.output(x))


def through_windows(x):
    """Everything, soft tissue, calcium (libs/gan/src/networks/ct-windows.ts)."""
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


class PlainDiscriminator(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in zip([3] + channels, channels))
        self.feature = nn.Linear(channels[-1] * 16, FEATURES)
        self.logit = nn.Linear(FEATURES, 1, bias=False)
        self.label = nn.Linear(LABELS, FEATURES, bias=False)

    see = staticmethod(through_windows)

    def forward(self, x, labels):
        for conv in self.down:
            x = F.leaky_relu(conv(x), 0.2)
        h = self.feature(x.flatten(1))
        return (h * (self.logit.weight + self.label(labels) / FEATURES**0.5)).sum(1)


class Block(nn.Module):
    """x + 1x1 of 3x3 in groups of 1x1 (libs/gan/src/networks/r3gan.ts), twice as wide inside, at most 16 channels to a group."""

    def __init__(self, width):
        super().__init__()
        self.widen = nn.Conv2d(width, 2 * width, 1)
        self.grouped = nn.Conv2d(2 * width, 2 * width, 3, padding=1, groups=2 * width // min(16, 2 * width))
        self.narrow = nn.Conv2d(2 * width, width, 1, bias=False)

    def forward(self, x):
        return x + self.narrow(F.leaky_relu(self.grouped(F.leaky_relu(self.widen(x), 0.2)), 0.2))


class Stages(nn.Module):
    """A block for each size; `resample` and, where the width changes, a 1x1 convolution between them, in the order given."""

    def __init__(self, widths, resample, is_change_first):
        super().__init__()
        self.resample, self.is_change_first = resample, is_change_first
        self.blocks = nn.ModuleList(Block(width) for width in widths)
        self.changes = nn.ModuleList(nn.Identity() if a == b else nn.Conv2d(a, b, 1, bias=False) for a, b in zip(widths, widths[1:]))

    def forward(self, x, strengths=None):
        x = self.blocks[0](x)
        for at, (change, block) in enumerate(zip(self.changes, self.blocks[1:])):
            x = self.resample(change(x)) if self.is_change_first else change(self.resample(x))
            if strengths is not None:
                x = x + torch.randn(x.shape[0], 1, *x.shape[2:]) * strengths[at]
            x = block(x)
        return x


BLUR = torch.tensor([1.0, 3.0, 3.0, 1.0])


def enlarge(x):
    """Twice the size, linear, zeros around: a depthwise transposed convolution with [1, 3, 3, 1] / 4 along each axis."""
    kernel = (BLUR[:, None] * BLUR / 16).to(x.device).expand(x.shape[1], 1, 4, 4)
    return F.conv_transpose2d(x, kernel, stride=2, padding=1, groups=x.shape[1])


def halve(x):
    kernel = (BLUR[:, None] * BLUR / 64).to(x.device).expand(x.shape[1], 1, 4, 4)
    return F.conv2d(x, kernel, stride=2, padding=1, groups=x.shape[1])


class ResidualGenerator(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.label = nn.Linear(LABELS, 32, bias=False)
        self.input = nn.Linear(LATENT + 32, widths[0], bias=False)
        self.basis = nn.Parameter(torch.randn(widths[0], 4, 4))
        self.stages = Stages(widths, enlarge, True)
        self.strength = nn.ParameterList(torch.zeros(width, 1, 1) for width in widths[1:])
        self.output = nn.Conv2d(widths[-1], 1, 1)

    def forward(self, z, labels):
        x = self.input(torch.cat([z, self.label(labels)], 1))
        return torch.tanh(self.output(self.stages(x[:, :, None, None] * self.basis, self.strength)))


class ResidualDiscriminator(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.input = nn.Conv2d(1, widths[0], 1)
        self.stages = Stages(widths, halve, False)
        self.basis = nn.Parameter(torch.randn(widths[-1], 4, 4) / 4)
        self.feature = nn.Linear(widths[-1], FEATURES)
        self.logit = nn.Linear(FEATURES, 1, bias=False)
        self.label = nn.Linear(LABELS, FEATURES, bias=False)

    @staticmethod
    def see(x):
        return x

    def forward(self, x, labels):
        h = self.feature((self.stages(self.input(x)) * self.basis).sum((2, 3)))
        return (h * (self.logit.weight + self.label(labels) / FEATURES**0.5)).sum(1)


NETWORKS = {"plain": (PlainGenerator, PlainDiscriminator), "residual": (ResidualGenerator, ResidualDiscriminator)}


def measure(work, seconds):
    """@returns how often work(number) ran in about so many seconds, the seconds, and those of CPU."""
    for number in range(EVERY):
        work(number)
    began, began_cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        work(count)
        count += 1
    if torch.get_default_device().type == "cuda":
        torch.cuda.synchronize()
    return count, time.perf_counter() - began, time.process_time() - began_cpu


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
    parser.add_argument("--architecture", choices=NETWORKS, default="plain")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--task", choices=["train", "draw"], default="train")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--generator", type=numbers, default=[128, 64, 32, 16, 8])
    parser.add_argument("--discriminator", type=numbers, default=[16, 32, 64, 128])
    options = parser.parse_args()
    size, batch = options.size, options.batch
    stages = len(options.generator) - 1
    if size != 4 * 2**stages or len(options.discriminator) != stages + (options.architecture == "residual"):
        parser.error(f"{size} pixels need another number of channels")
    torch.set_num_threads(options.threads)
    torch.set_default_device(options.device)
    torch.manual_seed(1)
    random = torch.Generator(options.device).manual_seed(1)
    generator, discriminator = NETWORKS[options.architecture]
    g, d, c = generator(options.generator), discriminator(options.discriminator), Classifier(size)
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
        both, both_labels = d.see(torch.cat([real, shown.detach()])), labels.repeat(2, 1)
        penalty = 0.0
        if number % EVERY == 0:
            both.requires_grad_()
            logits = d(both, both_labels)
            slopes = torch.autograd.grad(logits.sum(), both, create_graph=True)[0]
            penalty = EVERY * GAMMA * slopes.square().sum((1, 2, 3)).mean()
        else:
            logits = d(both, both_labels)
        on_real, on_fake = logits.chunk(2)
        adam[1].zero_grad()
        (F.softplus(on_fake - on_real).mean() + penalty).backward()
        adam[1].step()

        for weight in (*d.parameters(), *c.parameters()):
            weight.requires_grad_(False)
        adam[0].zero_grad()
        with torch.no_grad():
            on_real = d(d.see(real), labels)
        guidance = GUIDANCE * shown_cross_entropy(c(shown), labels)
        (F.softplus(on_real - d(d.see(shown), labels)).mean() + guidance).backward()
        adam[0].step()
        for weight in (*d.parameters(), *c.parameters()):
            weight.requires_grad_(True)
        adam[2].zero_grad()
        shown_cross_entropy(c(real), labels).backward()
        adam[2].step()
        with torch.no_grad():
            torch._foreach_lerp_(average, list(g.parameters()), 1 - DECAY)

    def draw(number):
        with torch.no_grad():
            g(torch.randn(batch, LATENT, generator=random), label_of[:batch])

    count, elapsed, cpu = measure(step if options.task == "train" else draw, options.seconds)
    rates = {"imagesPerSecond": round(count * batch / elapsed, 1), "imagesPerCpuSecond": round(count * batch / cpu, 1)}
    print(json.dumps({**rates, "steps": count, "torch": torch.__version__, "threads": options.threads}))


if __name__ == "__main__":
    main()
