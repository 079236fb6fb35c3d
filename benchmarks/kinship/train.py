"""Train small models for kinship's null model: five architectures, real text and images.

Run it where torch, scikit-learn and safetensors are installed (an environment of its own; howopen
needs none of them):

    python benchmarks/kinship/train.py FOLDER [--independent 30] [--steps 300] [--seed 0]

Text is the Python documentation and standard library of the running interpreter; images are the
digits and photographs that scikit-learn ships. Every model is one folder with `model.safetensors`,
`config.json` and `truth.json`: its seed, its parent, and how it was made.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as fn

VOCABULARY, WIDTH, LAYERS, HEADS, CONTEXT = 1024, 96, 3, 4, 48
CLASSES, PIXELS, PATCH = 10, 16, 4


# --- data -------------------------------------------------------------------------------------


class Data(NamedTuple):
    """Batches of one domain: `draw(generator, size)` gives inputs and targets; and their size."""

    draw: Callable[[torch.Generator, int], tuple[Tensor, Tensor]]
    batch: int


def text_domains() -> dict[str, Tensor]:
    """Tokenise prose (the documentation) and code (the standard library) with one vocabulary."""
    home = Path(sysconfig.get_paths()["stdlib"])
    prose = (home / "pydoc_data" / "topics.py").read_text(encoding="utf-8")
    files = sorted(home.glob("*.py"))[:120]
    code = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    words = {name: re.findall(r"\w+|\s+|[^\w\s]", text) for name, text in
             {"prose": prose, "code": code}.items()}  # fmt: skip
    counted = Counter(words["prose"]) + Counter(words["code"])
    known = {word: at + 1 for at, (word, _) in enumerate(counted.most_common(VOCABULARY - 1))}
    return {
        name: torch.tensor([known.get(word, 0) for word in held]) for name, held in words.items()
    }


def language(tokens: Tensor, *, masked: bool) -> Data:
    """Next-token batches, or batches with 15 % of the tokens hidden."""

    def draw(generator: torch.Generator, size: int) -> tuple[Tensor, Tensor]:
        starts = torch.randint(len(tokens) - CONTEXT - 1, (size,), generator=generator)
        window = torch.stack([tokens[at : at + CONTEXT + 1] for at in starts.tolist()])
        if not masked:
            return window[:, :-1], window[:, 1:]
        inputs, targets = window[:, :-1].clone(), window[:, :-1].clone()
        hidden = torch.rand(inputs.shape, generator=generator) < 0.15
        inputs[hidden] = 0
        targets[~hidden] = -100
        return inputs, targets

    return Data(draw, batch=8)


def images(domain: str) -> Data:
    """Digits of ten classes, or patches of two photographs by the tenth they are cut from."""
    from sklearn import datasets  # noqa: PLC0415

    if domain == "digits":
        held = datasets.load_digits()
        pixels = torch.tensor(held.images, dtype=torch.float32)[:, None] / 16 - 0.5
        pixels = fn.interpolate(pixels, size=PIXELS, mode="bilinear")
        classes = torch.tensor(held.target)
    else:
        pixels, classes = _patches(
            [one.mean(axis=2) for one in datasets.load_sample_images().images]
        )

    def draw(generator: torch.Generator, size: int) -> tuple[Tensor, Tensor]:
        chosen = torch.randint(len(pixels), (size,), generator=generator)
        return pixels[chosen], classes[chosen]

    return Data(draw, batch=24)


def _patches(pictures: list[object]) -> tuple[Tensor, Tensor]:
    cut, classes = [], []
    for number, picture in enumerate(pictures):
        grey = torch.tensor(picture, dtype=torch.float32) / 255 - 0.5
        for top in range(0, grey.shape[0] - PIXELS, 8):
            for left in range(0, grey.shape[1] - PIXELS, 16):
                cut.append(grey[top : top + PIXELS, left : left + PIXELS])
                classes.append(number * 5 + min(4, top * 5 // grey.shape[0]))
    return torch.stack(cut)[:, None], torch.tensor(classes)


# --- five architectures, named as the field names them ------------------------------------------


class Llama(nn.Module):
    """A decoder with RMS norms and gated units, named as Hugging Face names Llama's tensors."""

    masked = False

    def __init__(self) -> None:
        super().__init__()
        self.model = nn.ModuleDict()
        self.model["embed_tokens"] = nn.Embedding(VOCABULARY, WIDTH)
        self.model["layers"] = nn.ModuleList(_LlamaLayer() for _ in range(LAYERS))
        self.model["norm"] = nn.RMSNorm(WIDTH)
        self.lm_head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits."""
        held = self.model["embed_tokens"](tokens)
        for layer in self.model["layers"]:
            held = layer(held)
        return self.lm_head(self.model["norm"](held))


class _LlamaLayer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        names = ("q_proj", "k_proj", "v_proj", "o_proj")
        self.self_attn = nn.ModuleDict({n: nn.Linear(WIDTH, WIDTH, bias=False) for n in names})
        inner = 256
        self.mlp = nn.ModuleDict(
            {
                "gate_proj": nn.Linear(WIDTH, inner, bias=False),
                "up_proj": nn.Linear(WIDTH, inner, bias=False),
                "down_proj": nn.Linear(inner, WIDTH, bias=False),
            }
        )
        self.input_layernorm, self.post_attention_layernorm = nn.RMSNorm(WIDTH), nn.RMSNorm(WIDTH)

    def forward(self, held: Tensor) -> Tensor:
        normed = self.input_layernorm(held)
        q, k, v = (_heads(self.self_attn[n](normed)) for n in ("q_proj", "k_proj", "v_proj"))
        mixed = fn.scaled_dot_product_attention(_rotate(q), _rotate(k), v, is_causal=True)
        held = held + self.self_attn["o_proj"](_joined(mixed))
        normed = self.post_attention_layernorm(held)
        gated = fn.silu(self.mlp["gate_proj"](normed)) * self.mlp["up_proj"](normed)
        return held + self.mlp["down_proj"](gated)


def _heads(held: Tensor) -> Tensor:
    return held.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


def _joined(held: Tensor) -> Tensor:
    return held.transpose(1, 2).flatten(2)


def _rotate(held: Tensor) -> Tensor:
    half = held.shape[-1] // 2
    angle = torch.arange(held.shape[-2])[:, None] / 10_000 ** (torch.arange(half) / half)
    first, second = held[..., :half], held[..., half:]
    return torch.cat(
        (first * angle.cos() - second * angle.sin(), second * angle.cos() + first * angle.sin()), -1
    )


class Bert(nn.Module):
    """An encoder with layer norms, named as Hugging Face names BERT's tensors."""

    masked = True

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(VOCABULARY, WIDTH),
                "position_embeddings": nn.Embedding(CONTEXT, WIDTH),
                "LayerNorm": nn.LayerNorm(WIDTH),
            }
        )
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(_BertLayer() for _ in range(LAYERS))})
        self.cls = nn.ModuleDict({"decoder": nn.Linear(WIDTH, VOCABULARY)})

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits."""
        places = self.embeddings["position_embeddings"](torch.arange(tokens.shape[1]))
        held = self.embeddings["LayerNorm"](self.embeddings["word_embeddings"](tokens) + places)
        for layer in self.encoder["layer"]:
            held = layer(held)
        return self.cls["decoder"](held)


class _BertLayer(nn.Module):
    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict(
                    {name: nn.Linear(width, width) for name in ("query", "key", "value")}
                ),
                "output": nn.ModuleDict(
                    {"dense": nn.Linear(width, width), "LayerNorm": nn.LayerNorm(width)}
                ),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, 4 * width)})
        self.output = nn.ModuleDict(
            {"dense": nn.Linear(4 * width, width), "LayerNorm": nn.LayerNorm(width)}
        )

    def forward(self, held: Tensor) -> Tensor:
        own, after = self.attention["self"], self.attention["output"]
        q, k, v = (_heads(own[name](held)) for name in ("query", "key", "value"))
        mixed = _joined(fn.scaled_dot_product_attention(q, k, v))
        held = after["LayerNorm"](held + after["dense"](mixed))
        inner = self.output["dense"](fn.gelu(self.intermediate["dense"](held)))
        return self.output["LayerNorm"](held + inner)


class Vit(nn.Module):
    """A vision transformer, named as Hugging Face names ViT's tensors."""

    def __init__(self) -> None:
        super().__init__()
        patches = (PIXELS // PATCH) ** 2
        self.embeddings = nn.ModuleDict(
            {"patch_embeddings": nn.ModuleDict({"projection": nn.Conv2d(1, WIDTH, PATCH, PATCH)})}
        )
        self.position_embeddings = nn.Parameter(torch.randn(1, patches, WIDTH) * 0.02)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(_BertLayer() for _ in range(LAYERS))})
        self.classifier = nn.Linear(WIDTH, CLASSES)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the logits."""
        cut = self.embeddings["patch_embeddings"]["projection"](pixels)
        held = cut.flatten(2).transpose(1, 2) + self.position_embeddings
        for layer in self.encoder["layer"]:
            held = layer(held)
        return self.classifier(held.mean(1))


class ResNet(nn.Module):
    """A small residual network with batch norms, named as torchvision names its tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 24, 3, padding=1, bias=False), nn.BatchNorm2d(24)
        widths = (24, 48, 96)
        for at, width in enumerate(widths):
            before = widths[max(0, at - 1)]
            blocks = [_Block(before, width, 1 if at == 0 else 2), _Block(width, width, 1)]
            setattr(self, f"layer{at + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(widths[-1], CLASSES)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the logits."""
        held = fn.relu(self.bn1(self.conv1(pixels)))
        for at in (1, 2, 3):
            held = getattr(self, f"layer{at}")(held)
        return self.fc(held.mean((2, 3)))


class _Block(nn.Module):
    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or before != width:
            self.downsample = nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, held: Tensor) -> Tensor:
        inner = self.bn2(self.conv2(fn.relu(self.bn1(self.conv1(held)))))
        return fn.relu(inner + (held if self.downsample is None else self.downsample(held)))


class Lstm(nn.Module):
    """A recurrent language model, named as torch names its tensors."""

    masked = False

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Embedding(VOCABULARY, WIDTH)
        self.rnn = nn.LSTM(WIDTH, WIDTH, 2, batch_first=True)
        self.decoder = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the logits."""
        return self.decoder(self.rnn(self.encoder(tokens))[0])


ARCHITECTURES: dict[str, type[nn.Module]] = {
    "llama": Llama, "bert": Bert, "vit": Vit, "resnet": ResNet, "lstm": Lstm,
}  # fmt: skip
TEXTUAL = ("llama", "bert", "lstm")
DOMAINS = {True: ("prose", "code"), False: ("digits", "photographs")}


# --- training -----------------------------------------------------------------------------------


class Plan(NamedTuple):
    """One model to make.

    Attributes:
        name: folder name.
        seed: of initialisation; None where it starts from `parent`.
        order: seed of the batches.
        domain: what it is trained on.
        steps: batches of training; 0 leaves it as initialised.
        rate: learning rate.
        parent: the model that it starts from.
        teacher: the model whose outputs it is trained on.
        lora: rank of a low-rank fine-tune, merged into the weights; 0 for a full one.
        truth: what it is to others: `independent`, `random`, `twin`, `fine-tune`, `distilled`.
    """

    name: str
    truth: str
    domain: str
    order: int
    steps: int
    seed: int | None = None
    rate: float = 2e-3
    parent: str = ""
    teacher: str = ""
    lora: int = 0


def plans(kind: str, independent: int, steps: int, seed: int) -> Iterator[Plan]:
    """List the models of one architecture: strangers, twins of one seed, and a real family."""
    first, second = DOMAINS[kind in TEXTUAL]
    linear = kind in ("llama", "bert", "vit")
    for number in range(independent):
        domain = (first, second)[number % 2]
        yield Plan(
            f"independent-{number:02}", "independent", domain, number, steps, seed=seed + number
        )
    for number in range(independent):
        yield Plan(f"random-{number:02}", "random", first, 0, 0, seed=seed + 1000 + number)
    # the base of the family is independent-00: first domain, the given seed, order 0
    base = "independent-00"
    yield Plan("twin-order", "twin", first, 77, steps, seed=seed)
    yield Plan("twin-data", "twin", second, 0, steps, seed=seed)
    yield Plan("twin-short", "twin", first, 78, steps // 4, seed=seed)
    yield Plan("initial", "twin", first, 0, 0, seed=seed)
    yield Plan("tune-light", "fine-tune", second, 1, steps // 5, rate=1e-4, parent=base)
    yield Plan("tune-usual", "fine-tune", second, 2, steps // 2, rate=3e-4, parent=base)
    yield Plan("tune-heavy", "fine-tune", second, 3, 2 * steps, rate=2e-3, parent=base)
    yield Plan("tune-same", "fine-tune", first, 4, steps // 2, rate=3e-4, parent=base)
    if linear:
        yield Plan("tune-lora", "fine-tune", second, 5, steps // 2, rate=3e-3, parent=base, lora=4)
    yield Plan("distilled", "distilled", first, 6, steps, seed=seed + 500, teacher=base)


def make(plan: Plan, kind: str, data: Data, folder: Path) -> float:
    """Train one model and save it; return its last loss."""
    torch.manual_seed(plan.seed or 0)
    model = ARCHITECTURES[kind]()
    if plan.parent:
        model.load_state_dict(load_file(folder / plan.parent / "model.safetensors"))
    teacher = None
    if plan.teacher:
        teacher = ARCHITECTURES[kind]()
        teacher.load_state_dict(load_file(folder / plan.teacher / "model.safetensors"))
        teacher.eval()
    low = _add_lora(model, plan.lora) if plan.lora else []
    loss = _train(model, plan, data, teacher, low)
    target = folder / plan.name
    target.mkdir(parents=True, exist_ok=True)
    weights = {name: held.contiguous() for name, held in model.state_dict().items()}
    (target / "config.json").write_text(json.dumps({"model_type": kind, "hidden_size": WIDTH}))
    (target / "truth.json").write_text(json.dumps({**plan._asdict(), "loss": round(loss, 4)}))
    save_file(weights, target / "model.safetensors")
    return loss


class _Low(nn.Module):
    """A low-rank addition to a matrix, as a parametrization, so that it can be merged."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.up = nn.Parameter(torch.zeros(rows, rank))
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))

    def forward(self, held: Tensor) -> Tensor:
        return held + self.up @ self.down


def _add_lora(model: nn.Module, rank: int) -> list[nn.Parameter]:
    """Freeze all, and put a low-rank addition on every matrix inside the layers."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    added: list[nn.Parameter] = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and "layer" in name:
            low = _Low(*module.weight.shape, rank)
            nn.utils.parametrize.register_parametrization(module, "weight", low)
            added += [low.up, low.down]
    return added


def _train(
    model: nn.Module, plan: Plan, data: Data, teacher: nn.Module | None, low: list[nn.Parameter]
) -> float:
    generator = torch.Generator().manual_seed(plan.order)
    optimiser = torch.optim.AdamW(low or model.parameters(), lr=plan.rate, weight_decay=0.01)
    loss, model = torch.tensor(0.0), model.train()
    for step in range(plan.steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * min(1, (step + 1) / 20) * (1 - 0.9 * step / plan.steps)
        inputs, targets = data.draw(generator, data.batch)
        logits = model(inputs)
        loss = _loss(logits, targets, None if teacher is None else teacher(inputs).detach())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    for module in model.modules():
        if nn.utils.parametrize.is_parametrized(module):
            nn.utils.parametrize.remove_parametrizations(module, "weight")
    return loss.item()


def _loss(logits: Tensor, targets: Tensor, wanted: Tensor | None) -> Tensor:
    flat = logits.flatten(0, -2)
    if wanted is None:
        return fn.cross_entropy(flat, targets.flatten(), ignore_index=-100)
    return fn.kl_div(
        flat.log_softmax(-1), wanted.flatten(0, -2).log_softmax(-1), log_target=True,
        reduction="batchmean",
    )  # fmt: skip


def main() -> None:
    """Train everything that is not there yet."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--independent", type=int, default=30)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="of the first model")
    parser.add_argument("--only", choices=ARCHITECTURES, action="append")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    text = text_domains()
    for kind in asked.only or ARCHITECTURES:
        textual = kind in TEXTUAL
        masked = bool(getattr(ARCHITECTURES[kind], "masked", False))
        data = {
            name: language(text[name], masked=masked) if textual else images(name)
            for name in DOMAINS[textual]
        }
        for plan in plans(kind, asked.independent, asked.steps, asked.seed):
            folder = asked.folder / kind
            if (folder / plan.name / "model.safetensors").exists():
                continue
            random.seed(0)
            began = time.process_time()
            loss = make(plan, kind, data[plan.domain], folder)
            sys.stdout.write(
                f"{kind} {plan.name}: loss {loss:.3f}, {time.process_time() - began:.1f} s\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
