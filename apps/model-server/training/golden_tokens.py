"""Writes which tokens training makes of its prompts, for a test that the server makes the same: python golden_tokens.py

Every 20th training prompt: the ids of some, and for all of them one hash of the ids, written as JSON, a line each.
"""

import argparse
import hashlib
import json
from pathlib import Path

from tokenizers import Tokenizer

from tokens import ASSISTANT, USER, read_turns

EVERY, WRITTEN_OUT = 20, 200


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path(".data/training"))
    parser.add_argument("--out", type=Path, default=Path("training/golden-tokens.json"))
    options = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(options.data / "tokenizer.json"))
    before, after = tokenizer.token_to_id(USER), tokenizer.token_to_id(ASSISTANT)
    prompts = [turn["prompt"] for turn in read_turns(options.data / "training.jsonl")[::EVERY]]
    ids = [[before, *encoded.ids, after] for encoded in tokenizer.encode_batch(prompts)]
    lines = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in ids)
    golden = {
        "every": EVERY,
        "prompts": len(prompts),
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "ids": {prompts[i]: " ".join(map(str, ids[i])) for i in range(0, len(ids), len(ids) // WRITTEN_OUT)},
    }
    options.out.write_text(json.dumps(golden, indent=2) + "\n")
    print(f"{options.out}: {len(prompts)} prompts")


if __name__ == "__main__":
    main()
