"""Character n-grams as sparse features: what the sentence encoder smooths over (names, single decisive characters)."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer


class CharacterNgrams:
    """TF-IDF of 1- to 3-grams of characters with marks for the text's two ends; rows have unit length."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._vectorizer = vectorizer

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "CharacterNgrams":
        """Learns the n-grams that at least two of the texts share."""
        vectorizer = TfidfVectorizer(**cls._options(), min_df=2)
        vectorizer.fit([cls._marked(text) for text in texts])
        return cls(vectorizer)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Features of shape (len(texts), number of n-grams)."""
        return self._vectorizer.transform([self._marked(text) for text in texts]).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Writes plain JSON and an array: nothing that would have to be unpickled."""
        vocabulary = {gram: int(column) for gram, column in self._vectorizer.vocabulary_.items()}
        (folder / "ngrams.json").write_text(json.dumps(vocabulary, ensure_ascii=False, sort_keys=True), "utf-8")
        np.save(folder / "idf.npy", self._vectorizer.idf_, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "CharacterNgrams":
        """Reads what `save` wrote."""
        vocabulary = json.loads((folder / "ngrams.json").read_text("utf-8"))
        vectorizer = TfidfVectorizer(**cls._options(), vocabulary=vocabulary)
        vectorizer.idf_ = np.load(folder / "idf.npy", allow_pickle=False)
        return cls(vectorizer)

    @staticmethod
    def _options() -> dict[str, object]:
        return {"analyzer": "char", "ngram_range": (1, 3), "sublinear_tf": True, "lowercase": True}

    @staticmethod
    def _marked(text: str) -> str:
        return f"\x02{text}\x03"
