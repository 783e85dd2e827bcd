"""Writes what train.py left as GGUF: python export_gguf.py [--trained F] [--out FILE]"""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np

from model import Shape
from tokens import ASSISTANT, END, SPECIAL_TOKENS

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}"
    "{% if message.role == 'assistant' %}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}" + ASSISTANT + "{% endif %}"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--trained", type=Path, default=Path(".data/training"))
    parser.add_argument("--out", type=Path, default=Path("models/negotiator.gguf"))
    options = parser.parse_args()

    writer = gguf.GGUFWriter(options.out, "llama")
    write_shape(writer, Shape())
    write_tokenizer(writer, json.loads((options.trained / "tokenizer.json").read_text()))
    write_weights(writer, dict(np.load(options.trained / "weights.npz")))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB")


def write_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_name("negotiator")
    writer.add_description("Words the turns of a price negotiation, for Throughline")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    writer.add_vocab_size(shape.vocabulary)


def write_tokenizer(writer: gguf.GGUFWriter, tokenizer: dict) -> None:
    vocabulary = tokenizer["model"]["vocab"] | {t["content"]: t["id"] for t in tokenizer["added_tokens"]}
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    control = {t["content"] for t in tokenizer["added_tokens"]}
    kinds = [gguf.TokenType.CONTROL if t in control else gguf.TokenType.NORMAL for t in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(SPECIAL_TOKENS.index(END))
    writer.add_eos_token_id(SPECIAL_TOKENS.index(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def write_weights(writer: gguf.GGUFWriter, weights: dict[str, np.ndarray]) -> None:
    # The output matrix is the embedding: llama.cpp takes it from there when `output.weight` is absent.
    add_matrix(writer, "token_embd.weight", weights.pop("token_embd"))
    writer.add_tensor("output_norm.weight", weights.pop("output_norm"))
    for name, layers in weights.items():
        for number, layer in enumerate(layers):
            full_name = f"blk.{number}.{name}.weight"
            if layer.ndim == 2:
                add_matrix(writer, full_name, layer)
            else:
                # llama.cpp wants norms unquantised.
                writer.add_tensor(full_name, layer)


def add_matrix(writer: gguf.GGUFWriter, name: str, matrix: np.ndarray) -> None:
    kind = gguf.GGMLQuantizationType.Q8_0
    writer.add_tensor(name, gguf.quants.quantize(matrix, kind), raw_dtype=kind)


if __name__ == "__main__":
    main()
