"""Trains the negotiator on the turns that make-dataset.ts wrote: python train.py [--data F] [--out F] [--seed N]

Seeded; shows its progress; leaves weights.npz and tokenizer.json for export_gguf.py.
"""

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from model import Shape, initial_weights, logits
from tokens import encode_kind, learn_tokenizer, read_turns

# How many turns of each kind one step sees.
BATCH = {"analyse": 8, "propose": 32, "decide": 48}
MUON_RATE, ADAM_RATE = 0.02, 0.004


class Stage(NamedTuple):
    """So many steps, at rates that rise within the warm-up to a share of the full ones, and then change evenly."""

    steps: int
    warm_up: int
    first: float
    last: float


# The first learns what is right, the second to say it without slips.
STAGES = [Stage(200, 20, 1.0, 0.59), Stage(90, 5, 0.5, 0.01)]


def main() -> None:
    options = parse_options()
    shape = Shape()
    turns = read_turns(options.data / "training.jsonl")
    tokenizer = learn_tokenizer(turns, shape.vocabulary)
    training = {kind: encode_kind(tokenizer, turns, kind) for kind in BATCH}
    held_out_turns = read_turns(options.data / "held-out.jsonl")
    held_out = {kind: encode_kind(tokenizer, held_out_turns, kind) for kind in BATCH}
    longest = max(ids.shape[1] for ids, _ in training.values())
    if longest > shape.context:
        raise SystemExit(f"A turn has {longest} tokens; the context holds {shape.context}.")

    weights = initial_weights(shape, options.seed)
    for number, stage in enumerate(STAGES):
        weights = train(shape, weights, training, stage, options.seed + number)
    held_out_loss = jax.jit(lambda weights, batches: [turn_loss(shape, weights, *b) for b in batches])
    losses = held_out_loss(weights, list(held_out.values()))
    print("held-out loss:", {kind: round(float(loss), 4) for kind, loss in zip(held_out, losses)})
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(options.out / "weights.npz", **{name: np.asarray(w) for name, w in weights.items()})
    tokenizer.save(str(options.out / "tokenizer.json"))


def train(shape: Shape, weights: dict[str, jax.Array], training: dict, stage: Stage, seed: int) -> dict[str, jax.Array]:
    rate = optax.join_schedules(
        [
            optax.linear_schedule(0.0, stage.first, stage.warm_up),
            optax.linear_schedule(stage.first, stage.last, stage.steps - stage.warm_up),
        ],
        [stage.warm_up],
    )
    optimizer = optax.multi_transform(
        {"matrix": muon(rate), "other": optax.adam(lambda step: ADAM_RATE * rate(step), b2=0.95)},
        # Matrices of the layers are stacked, so they have three dimensions.
        {name: "matrix" if w.ndim == 3 and name != "token_embd" else "other" for name, w in weights.items()},
    )
    state = optimizer.init(weights)

    def loss_of(weights, batches):
        return jnp.mean(jnp.stack([turn_loss(shape, weights, *batch) for batch in batches]))

    @jax.jit
    def step(weights, state, batches):
        loss, gradients = jax.value_and_grad(loss_of)(weights, batches)
        updates, state = optimizer.update(gradients, state, weights)
        return optax.apply_updates(weights, updates), state, loss

    order = np.random.default_rng(seed)
    started = time.monotonic()
    for number in range(1, stage.steps + 1):
        batches = [sample(order, *training[kind], size) for kind, size in BATCH.items()]
        weights, state, loss = step(weights, state, batches)
        if number % 10 == 0:
            elapsed = time.monotonic() - started
            left = elapsed / number * (stage.steps - number)
            print(f"step {number}/{stage.steps}  loss {loss:.4f}  {elapsed:.0f} s, {left:.0f} s left", flush=True)
    return weights


def turn_loss(shape: Shape, weights, ids, token_weights) -> jax.Array:
    scores = logits(shape, weights, ids[:, :-1])
    losses = optax.softmax_cross_entropy_with_integer_labels(scores, ids[:, 1:])
    return jnp.sum(losses * token_weights[:, 1:]) / jnp.sum(token_weights[:, 1:])


def sample(order: np.random.Generator, ids, token_weights, size: int):
    rows = order.integers(0, len(ids), size)
    return ids[rows], token_weights[rows]


def muon(rate) -> optax.GradientTransformation:
    """Momentum whose step is made orthogonal, so that no direction of a matrix is left behind."""

    def orthogonal(update):
        if update.shape[-2] > update.shape[-1]:
            return jnp.swapaxes(orthogonal(jnp.swapaxes(update, -1, -2)), -1, -2)
        x = update / (jnp.linalg.norm(update, axis=(-2, -1), keepdims=True) + 1e-7)
        # Newton-Schulz, five rounds; the coefficients are those of the Muon paper.
        for _ in range(5):
            a = x @ jnp.swapaxes(x, -1, -2)
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        return x

    def step_of(update):
        rows, columns = update.shape[-2:]
        return -MUON_RATE * max(1.0, rows / columns) ** 0.5 * orthogonal(update)

    return optax.chain(
        optax.trace(decay=0.95, nesterov=True),
        optax.stateless_with_tree_map(lambda update, _: step_of(update)),
        optax.scale_by_schedule(rate),
    )


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path(".data/training"))
    parser.add_argument("--out", type=Path, default=Path(".data/training"))
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
