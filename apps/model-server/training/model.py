"""The network: llama's architecture, small. Weights are stacked over layers, rows are outputs, as GGUF wants them."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 1024
    width: int = 160
    layers: int = 4
    heads: int = 5
    feed_forward: int = 448
    context: int = 160
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-5


def initial_weights(shape: Shape, seed: int) -> dict[str, jax.Array]:
    d, f, n = shape.width, shape.feed_forward, shape.layers
    sizes = {
        "attn_q": (n, d, d),
        "attn_k": (n, d, d),
        "attn_v": (n, d, d),
        "attn_output": (n, d, d),
        "ffn_gate": (n, f, d),
        "ffn_up": (n, f, d),
        "ffn_down": (n, d, f),
    }
    keys = jax.random.split(jax.random.key(seed), len(sizes) + 1)
    weights = {
        name: jax.random.normal(key, size) * size[-1] ** -0.5
        for key, (name, size) in zip(keys, sizes.items())
    }
    # What writes into the residual stream starts silent: training is steadier from there.
    for name in ("attn_output", "ffn_down"):
        weights[name] = jnp.zeros_like(weights[name])
    return weights | {
        "token_embd": jax.random.normal(keys[-1], (shape.vocabulary, d)) * 0.05,
        "attn_norm": jnp.ones((n, d)),
        "ffn_norm": jnp.ones((n, d)),
        "output_norm": jnp.ones((d,)),
    }


def logits(shape: Shape, weights: dict[str, jax.Array], tokens: jax.Array) -> jax.Array:
    """tokens [batch, length] -> [batch, length, vocabulary]; the output matrix is the embedding."""
    batch, length = tokens.shape
    rotation = rotations(shape, length)
    future = jnp.triu(jnp.full((length, length), -1e9), k=1)
    x = weights["token_embd"][tokens]
    for i in range(shape.layers):
        h = normed(shape, x, weights["attn_norm"][i])
        q, k, v = (
            (h @ weights[name][i].T).reshape(batch, length, shape.heads, -1)
            for name in ("attn_q", "attn_k", "attn_v")
        )
        q, k = rotated(q, rotation), rotated(k, rotation)
        scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores + future), v)
        x = x + mixed.reshape(batch, length, -1) @ weights["attn_output"][i].T
        h = normed(shape, x, weights["ffn_norm"][i])
        gate = jax.nn.silu(h @ weights["ffn_gate"][i].T)
        x = x + (gate * (h @ weights["ffn_up"][i].T)) @ weights["ffn_down"][i].T
    return normed(shape, x, weights["output_norm"]) @ weights["token_embd"].T


def normed(shape: Shape, x: jax.Array, scale: jax.Array) -> jax.Array:
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + shape.norm_epsilon) * scale


def rotations(shape: Shape, length: int) -> jax.Array:
    size = shape.width // shape.heads
    speeds = shape.rope_base ** (-jnp.arange(0, size, 2) / size)
    return jnp.exp(1j * jnp.outer(jnp.arange(length), speeds))[:, None, :]


def rotated(x: jax.Array, rotation: jax.Array) -> jax.Array:
    """Neighbouring numbers form a pair, which is llama.cpp's order: the export needs no permutation."""
    pairs = jax.lax.complex(x[..., 0::2], x[..., 1::2]) * rotation
    return jnp.stack([pairs.real, pairs.imag], -1).reshape(x.shape)
