"""A Whisper model of a megabyte in the format of the real loading code. Of whatever voice it hears, it says the same.

Nobody's weights: every layer passes on what it gets, and the encoding of each place of the answer is nearest to the one
token that is to stand there. It is a model for English only: others begin their answers with a language.
"""

from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

WIDTH, MELS, TEXTS, PLACES, FRAMES = 32, 80, 1000, 448, 1500
SAYS = ("The swimming pool", "reopens in September")


def make(folder: Path) -> Path:
    """Write the model into a new `folder`."""
    folder.mkdir(parents=True)
    known = _tokens()
    number = {token: place for place, token in enumerate(known)}
    first, second = (said.split() for said in SAYS)
    answer = ["<|0.00|>", *first, "<|1.50|>", "<|1.50|>", *second, "<|3.00|>", "<|endoftext|>"]
    _spec(known, [number[token] for token in answer]).save(str(folder))
    Tokenizer(WordLevel(number, unk_token="unused0")).save(str(folder / "tokenizer.json"))
    return folder


def _tokens() -> list[str]:
    """In Whisper's order: texts, signs, times in hundredths of a second."""
    words = [word for said in SAYS for word in said.split()]
    texts = [*words, *(f"unused{number}" for number in range(TEXTS - len(words)))]
    signs = ["endoftext", "startoftranscript", *_LANGUAGE_CODES, "translate", "transcribe", "startoflm"]
    signs += ["startofprev", "nospeech", "notimestamps", *(f"{step * 0.02:.2f}" for step in range(1501))]
    return [*texts, *(f"<|{sign}|>" for sign in signs)]


def _spec(known: list[str], answer: list[int]) -> WhisperSpec:
    spec = WhisperSpec(1, 1, 1, 1)
    _fill(spec.encoder)
    _fill(spec.decoder)
    embeddings, places = np.zeros((len(known), WIDTH), np.float32), np.zeros((PLACES, WIDTH), np.float32)
    for axis, token in enumerate(dict.fromkeys(answer)):
        embeddings[token, axis] = 8.0
    places[:] = embeddings[answer[-1]] * 100
    places[: len(answer)] = embeddings[answer] * 100
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = embeddings
    spec.decoder.position_encodings.encodings = places
    spec.encoder.position_encodings.encodings = np.zeros((FRAMES, WIDTH), np.float32)
    spec.encoder.conv1.weight = np.zeros((WIDTH, MELS, 3), np.float32)
    spec.encoder.conv2.weight = np.zeros((WIDTH, WIDTH, 3), np.float32)
    spec.register_vocabulary(known)
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.config.lang_ids, spec.config.alignment_heads = [], [(0, 0)]
    spec.validate()
    return spec


def _fill(layer: Any) -> None:
    """Zeros everywhere: what is added to what comes in is nothing."""
    for inner in vars(layer).values():
        for part in inner if isinstance(inner, list) else [inner]:
            if hasattr(part, "variables"):
                _fill(part)
    kind = type(layer).__name__
    if kind == "LayerNormSpec":
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)
    elif kind == "Conv1DSpec":
        layer.bias = np.zeros(WIDTH, np.float32)
    elif kind == "MultiHeadAttentionSpec":
        for linear, times in zip(layer.linear, (3, 1) if len(layer.linear) == 2 else (1, 2, 1), strict=True):
            _flat(linear, times)
    elif kind == "FeedForwardSpec":
        _flat(layer.linear_0)
        _flat(layer.linear_1)


def _flat(linear: Any, times: int = 1) -> None:
    linear.weight, linear.bias = np.zeros((WIDTH * times, WIDTH), np.float32), np.zeros(WIDTH * times, np.float32)
