"""Turns as tokens: a byte-level vocabulary learnt from the training turns, and batches of equal length by kind."""

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END, USER, ASSISTANT, SYSTEM = "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"
SPECIAL_TOKENS = [END, USER, ASSISTANT, SYSTEM]


def read_turns(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def learn_tokenizer(turns: list[dict], vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    # One token a digit, then words: what llama.cpp does for `tokenizer.ggml.pre = smollm`.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = (text for turn in turns for text in (turn["prompt"], answer_text(turn)))
    tokenizer.train_from_iterator(texts, trainer)
    # Few words exist in this small world; unused rows keep the shape a round number.
    missing = vocabulary - tokenizer.get_vocab_size()
    tokenizer.add_special_tokens([f"<|unused{i}|>" for i in range(missing)])
    return tokenizer


def answer_text(turn: dict) -> str:
    return "".join(text for text, _ in turn["answer"])


def encode_turn(tokenizer: Tokenizer, turn: dict) -> tuple[list[int], list[float]]:
    """Token ids, and for each the weight of predicting it: nothing for the prompt, its segment's for an answer's."""
    prompt = tokenizer.encode(turn["prompt"]).ids
    answer = tokenizer.encode(answer_text(turn))
    ids = [tokenizer.token_to_id(USER), *prompt, tokenizer.token_to_id(ASSISTANT)]
    weights = [0.0] * len(ids)
    by_character = [weight for text, weight in turn["answer"] for _ in text]
    ids += answer.ids
    weights += [by_character[start] for start, _ in answer.offsets]
    return [*ids, tokenizer.token_to_id(END)], [*weights, 1.0]


def encode_kind(tokenizer: Tokenizer, turns: list[dict], kind: str) -> tuple[np.ndarray, np.ndarray]:
    return pad([encode_turn(tokenizer, turn) for turn in turns if turn["kind"] == kind])


def pad(turns: list[tuple[list[int], list[float]]]) -> tuple[np.ndarray, np.ndarray]:
    """To the length of the longest, with what nobody has to predict."""
    length = max(len(ids) for ids, _ in turns)
    all_ids = np.full((len(turns), length), SPECIAL_TOKENS.index(END), np.int32)
    all_weights = np.zeros((len(turns), length), np.float32)
    for row, (ids, weights) in enumerate(turns):
        all_ids[row, : len(ids)] = ids
        all_weights[row, : len(weights)] = weights
    return all_ids, all_weights
