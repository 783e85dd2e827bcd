"""How well the shipped file foresees held-out answers, against n-grams: python perplexity.py [--model F] [--data F]

Per token of the answers, prompts given. The n-grams have the same tokens and learn from the same turns, whole.
"""

import argparse
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import gguf
import jax.numpy as jnp
import numpy as np
import optax
from tokenizers import Tokenizer

from model import Shape, logits
from tokens import encode_turn, pad, read_turns

ORDER = 5
DISCOUNT = 0.75


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=Path("models/negotiator.gguf"))
    parser.add_argument("--data", type=Path, default=Path(".data/training"))
    options = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(options.data / "tokenizer.json"))
    held_out = [encode_turn(tokenizer, turn) for turn in read_turns(options.data / "held-out.jsonl")]
    training = (encode_turn(tokenizer, turn)[0] for turn in read_turns(options.data / "training.jsonl"))
    n_grams = KneserNey(training, Shape().vocabulary)
    measured = {
        "the model, as shipped": network_loss(read_weights(options.model), held_out),
        f"{ORDER}-grams, Kneser-Ney": n_gram_loss(n_grams, held_out),
    }
    perplexities = {name: float(np.exp(loss)) for name, loss in measured.items()}
    (options.data / "perplexity.json").write_text(json.dumps(perplexities) + "\n")
    print(perplexities)


def network_loss(weights: dict, turns: list) -> float:
    total = count = 0.0
    for start in range(0, len(turns), 100):
        ids, answer = pad(turns[start : start + 100])
        losses = optax.softmax_cross_entropy_with_integer_labels(logits(Shape(), weights, ids[:, :-1]), ids[:, 1:])
        is_answer = answer[:, 1:] > 0
        total += float(jnp.sum(losses * is_answer))
        count += float(is_answer.sum())
    return total / count


def n_gram_loss(n_grams: "KneserNey", turns: list) -> float:
    losses = [
        -np.log(n_grams.probability(tuple(ids[max(0, at - ORDER + 1) : at]), ids[at]))
        for ids, weights in turns
        for at, weight in enumerate(weights)
        if weight > 0
    ]
    return float(np.mean(losses))


def read_weights(path: Path) -> dict[str, jnp.ndarray]:
    """Back from GGUF to stacked layers: what is measured is what the quantised file holds."""
    layers = defaultdict(dict)
    weights = {}
    for tensor in gguf.GGUFReader(path).tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        match tensor.name.split("."):
            case ["blk", number, name, "weight"]:
                layers[name][int(number)] = values
            case [name, "weight"]:
                weights[name] = jnp.asarray(values)
    return weights | {name: jnp.stack([one[i] for i in sorted(one)]) for name, one in layers.items()}


class KneserNey:
    """Interpolated, one discount. Lower orders count in how many contexts a token was seen, not how often."""

    def __init__(self, sentences, vocabulary: int) -> None:
        self.uniform = 1 / vocabulary
        self.following = [defaultdict(Counter) for _ in range(ORDER)]
        for ids in sentences:
            for at, token in enumerate(ids):
                for length in range(min(at, ORDER - 1) + 1):
                    self.following[length][tuple(ids[at - length : at])][token] += 1
        for length in range(ORDER - 1):
            distinct = defaultdict(Counter)
            for context, tokens in self.following[length + 1].items():
                for token in tokens:
                    distinct[context[1:]][token] += 1
            self.following[length] = distinct
        self.probability = cache(self._probability)

    def _probability(self, context: tuple[int, ...], token: int) -> float:
        lower = self.probability(context[1:], token) if context else self.uniform
        seen = self.following[len(context)].get(context)
        if not seen:
            return lower
        total = seen.total()
        return max(0.0, seen[token] - DISCOUNT) / total + DISCOUNT * len(seen) / total * lower


if __name__ == "__main__":
    main()
