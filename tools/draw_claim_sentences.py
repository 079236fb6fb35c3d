"""Draw the sentences whose claims are labeled in `tests/claims/labels.toml`, from real READMEs.

From every publisher: all distinct sentences with a word that claims use, and a seeded random sample
of the others, so that what nobody thought of is labeled too. A sentence that several files share is
drawn where it stands first. The words are wide on purpose: they choose what is read, not what is
found.

Usage: python tools/draw_claim_sentences.py ../shared/corpus/releases [--seed 5] [--others 8]
"""

from __future__ import annotations

import argparse
import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from howopen.formats.card import read_card
from howopen.formats.markdown import Sentence, sentences

#: what claims are made with, in English and Chinese
WORDS = re.compile(
    r"\bopen\b|\bopen(?:ly|ed|ing)?[- ]?(?:sourc|weight|releas|avail|access|scien|data|model)"
    r"|opensourc|\bfree(?:ly)?\b|\bcommercial|\bpermissiv|\bunrestrict|\brestrict|any purpose"
    r"|from (?:the )?(?:scratch|ground up)|\breproduc|\breplicab|\breplicat"
    r"|\blicen[sc]|\bapache\b|\bMIT\b|\bBSD\b|\bCC[- ]?(?:BY|0)|\bGPL|public domain"
    r"|\b(?:we|are|is|been|being|openly|were|was) (?:\w+ )?releas"
    r"|\breleas(?:e|ing) (?:the|our|all|of)\b"
    r"|\bpublic(?:ly)?\b"
    r"|\bour own\b|\bin-house\b|\b(?:fine-?|instruction[- ])tuned|\bbased on\b|\bderived from"
    r"|\bprivacy\b|\bpersonal (?:data|information)|\bPII\b|\bgated?\b|\bregistration\b"
    r"|\bAI Act\b|\bGDPR\b|\bcomplian|\bcompliant|\bMOF\b|\bOSAID?\b|\bOSI\b"
    r"|\buncensor|\bunfilter|\babliterat|\btransparen"
    r"|开源|开放|商用|商业|免费|许可|协议|从零|从头|复现|公开|发布|隐私|合规|限制",
    re.IGNORECASE,
)

#: what the finder reads too; longer ones are no sentences
MAX_CHARS = 700

_SUFFIXES = (".md", ".rst")

#: licenses and policies make no claims, and only English and Chinese are read
_NO_CARD = re.compile(r"licen[sc]e|use_policy|_(?:ES|FR|JA)\.md$", re.IGNORECASE)


class Drawn(NamedTuple):
    """A sentence and where it stands; `key` is what tells it from others of its publisher."""

    publisher: str
    path: str
    line: int
    text: str
    word: bool
    key: str

    @property
    def id(self) -> str:
        """What labels call it: file, line and a check sum of its words."""
        return f"{self.path}:{self.line}:{mark(self.text)}"


def publisher_of(release: str) -> str:
    """Return whose release a folder of the corpus holds; a package is its own publisher."""
    owner, _, rest = release.partition("__")
    return f"pypi:{rest}" if owner == "pypi" else owner


def spoken(root: Path) -> Iterator[Drawn]:
    """Yield all sentences of all READMEs and cards below a folder of releases, files in order."""
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in _SUFFIXES or _NO_CARD.search(path.name):
            continue
        relative = path.relative_to(root)
        card = read_card(path.read_text(encoding="utf-8", errors="replace"))
        found = sentences(card.body, card.body_line)
        title = next((one.section for one in found if one.section), "")
        for one in found:
            if _prose(one):
                yield Drawn(
                    publisher_of(relative.parts[0]),
                    relative.as_posix(),
                    one.lines[0],
                    one.text,
                    WORDS.search(one.text) is not None,
                    _key(one.text, title),
                )


def mark(text: str) -> str:
    """Return a short check sum of a sentence, which tells apart those of one line."""
    return f"{zlib.crc32(' '.join(text.split()).encode()) & 0xFFFF:04x}"


def _key(text: str, title: str) -> str:
    """Spell a sentence without what a template fills in: the file's title, digits."""
    for name in (title, re.split(r":| - ", title, maxsplit=1)[0]):
        text = text.replace(name, "THIS") if len(name) > 2 else text
    return " ".join(re.sub(r"\d+", "0", text).split()).lower()


def _prose(one: Sentence) -> bool:
    words = any(char.isalpha() for char in one.text)
    return words and not one.code and one.kind != "row" and 8 <= len(one.text) <= MAX_CHARS


def draw(root: Path, seed: int, others: int) -> list[Drawn]:
    """Draw the sentences: all that have a word of claims, and so many others of each publisher."""
    distinct: dict[tuple[str, str], Drawn] = {}
    for one in spoken(root):
        distinct.setdefault((one.publisher, one.key), one)
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    chosen = [one for one in distinct.values() if one.word]
    for publisher in sorted({one.publisher for one in distinct.values()}):
        rest = [one for one in distinct.values() if one.publisher == publisher and not one.word]
        chosen += chance.sample(rest, min(others, len(rest)))
    return sorted(chosen)


def main() -> None:
    """Print the drawn sentences: publisher, file and line, sentence."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("root", type=Path)
    told.add_argument("--seed", type=int, default=5)
    told.add_argument("--others", type=int, default=8)
    args = told.parse_args()
    for one in draw(args.root, args.seed, args.others):
        print(f"{one.publisher}\t{one.id}\t{one.text}")


if __name__ == "__main__":
    main()
