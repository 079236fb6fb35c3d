"""A document prepared for scanning: sentences, sections and links with their lines, found once."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from howopen.formats.inline import Link
from howopen.formats.markdown import Section, Sentence, links, sections, sentences
from howopen.inventory.documents import Document
from howopen.inventory.roles import plain_title

#: A section's text is looked at up to this many characters.
MAX_SECTION = 20_000
#: Prose beyond this many characters of one document is not scanned.
MAX_PROSE = 1_000_000


#: A command may go on for so many characters after the line it starts on.
_AFTER = 400
_LONG = re.compile(r"^([^\n]{2000})([^\n]+)", re.MULTILINE)


class Page:
    """One document, ready to be scanned.

    Attributes:
        document: the document.
        body: its prose as written; `lower` the same in lower case, character for character.
        sentences: sentences of prose, without code and headings.
        code: the lines of its blocks of code.
        sections: its sections.
        links: its links.
    """

    def __init__(self, document: Document) -> None:
        card = document.card
        self.document = document
        self.body = (card.body if card else document.text)[:MAX_PROSE]
        self.first_line = card.body_line if card else 1
        self.lower = _lower(self.body)
        every = sentences(self.body, self.first_line)
        self.sentences = tuple(one for one in every if not one.code and one.kind != "heading")
        self.code = {
            line for one in every if one.code for line in range(one.lines[0], one.lines[1] + 1)
        }
        self.sections = sections(self.body, self.first_line)
        self.links = links(self.body, self.first_line)
        self._prose: str | None = None
        self._commands: str | None = None
        self._starts: list[int] = []
        self._having: dict[str, list[int]] = {}
        self._lines: dict[str, list[tuple[int, int]]] = {}
        self._breaks: list[int] | None = None
        self._by_line: dict[int, list[Sentence]] | None = None
        self._headings: list[tuple[int, tuple[str, ...]]] | None = None
        self._linked: dict[int, list[Link]] | None = None

    @property
    def commands(self) -> str:
        """The body in lower case, its lines cut at 2,000 characters, every place kept.

        Patterns over lines of code are run on it; a line of a megabyte is no command.
        """
        if self._commands is None:
            self._commands = _LONG.sub(
                lambda match: match.group(1) + "\n" * len(match.group(2)), self.lower
            )
        return self._commands

    @property
    def prose(self) -> str:
        """All sentences in lower case, one a line."""
        if self._prose is None:
            at, pieces = 0, []
            for sentence in self.sentences:
                text = _lower(sentence.text.replace("\n", " "))
                self._starts.append(at)
                pieces.append(text)
                at += len(text) + 1
            self._prose = "\n".join(pieces)
        return self._prose

    def sentences_with(self, needs: tuple[str, ...]) -> Iterator[tuple[Sentence, str]]:
        """Yield the sentences that have one of some words, each with its text in lower case."""
        prose = self.prose
        if not needs:
            chosen = list(range(len(self.sentences)))
        else:
            chosen = sorted({at for word in needs for at in self._sentences_of(word, prose)})
        for index in chosen:
            start = self._starts[index]
            stop = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else None
            yield self.sentences[index], prose[start:stop]

    def _sentences_of(self, word: str, prose: str) -> list[int]:
        """Return the numbers of the sentences that have a word."""
        known = self._having.get(word)
        if known is None:
            known, at = [], prose.find(word)
            while at >= 0:
                index = bisect.bisect_right(self._starts, at) - 1
                known.append(index)
                last = index + 1 == len(self._starts)
                at = -1 if last else prose.find(word, self._starts[index + 1])
            self._having[word] = known
        return known

    def commands_like(
        self, rule: re.Pattern[str], needs: tuple[str, ...]
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of a rule over code that start on a line with one of some words."""
        text = self.commands
        if not needs:
            yield from rule.finditer(text)
            return
        for start, stop in sorted({line for word in needs for line in self._lines_of(word, text)}):
            for match in rule.finditer(text, start, min(len(text), stop + _AFTER)):
                if match.start() <= stop:
                    yield match

    def _lines_of(self, word: str, text: str) -> list[tuple[int, int]]:
        """Return where the lines of code and prose that have a word start and stop."""
        known = self._lines.get(word)
        if known is None:
            known, at = [], text.find(word)
            while at >= 0:
                stop = text.find("\n", at)
                stop = len(text) if stop < 0 else stop
                known.append((text.rfind("\n", 0, at) + 1, stop))
                at = text.find(word, stop)
            self._lines[word] = known
        return known

    def sentence_at(self, offset: int) -> tuple[Sentence, str]:
        """Return the sentence at an offset of `prose`, and its text in lower case."""
        index = bisect.bisect_right(self._starts, offset) - 1
        start = self._starts[index]
        stop = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else None
        return self.sentences[index], self.prose[start:stop]

    def line_at(self, offset: int) -> int:
        """Return the line of the file at an offset of `body`."""
        if self._breaks is None:
            self._breaks = [match.start() for match in re.finditer("\n", self.body)]
        return self.first_line + bisect.bisect_left(self._breaks, offset)

    def sentences_on(self, line: int) -> list[Sentence]:
        """Return the sentences that stand on a line."""
        if self._by_line is None:
            self._by_line = {}
            for sentence in self.sentences:
                first, last = sentence.lines
                for number in range(first, min(last, first + 40) + 1):
                    self._by_line.setdefault(number, []).append(sentence)
        return self._by_line.get(line, [])

    def locate(self, sentence: Sentence, words: str) -> tuple[str, tuple[int, int]]:
        """Return the line of a long sentence (such as a whole HTML table) that holds some words."""
        first, last = sentence.lines
        if last - first < 4:
            return sentence.text, sentence.lines
        rows = self.lower.split("\n")[first - self.first_line : last - self.first_line + 1]
        for index, row in enumerate(rows):
            if words in row:
                line = first + index
                text = self.body.split("\n", line - self.first_line + 1)[line - self.first_line]
                return re.sub(r"</?[a-zA-Z][^<>]*>", " ", text), (line, line)
        return sentence.text, sentence.lines

    def links_on(self, lines: tuple[int, int]) -> list[Link]:
        """Return the links that stand between two lines."""
        if self._linked is None:
            self._linked = {}
            for link in self.links:
                self._linked.setdefault(link.line, []).append(link)
        spanned = range(lines[0], min(lines[1], lines[0] + 40) + 1)
        return [link for line in spanned for link in self._linked.get(line, [])]

    def headings_above(self, line: int) -> tuple[str, ...]:
        """Return the plain headings a line stands under, outermost first."""
        if self._headings is None:
            self._headings = list(_outline(self.sections))
        index = bisect.bisect_right(self._headings, line, key=lambda entry: entry[0]) - 1
        return self._headings[index][1] if index >= 0 else ()

    def text_under(self, index: int) -> tuple[str, tuple[int, int]]:
        """Return a section's text with that of its sub-sections, lower case, and its lines."""
        own = self.sections[index]
        pieces, length, last = [own.text], len(own.text), own.lines[1]
        for at in range(index + 1, len(self.sections)):
            other = self.sections[at]
            if (other.title and other.level <= own.level) or length > MAX_SECTION:
                break
            pieces += [other.title, other.text]
            length += len(other.title) + len(other.text)
            last = other.lines[1]
        return "\n".join(pieces)[:MAX_SECTION].lower(), (own.lines[0], last)


def _outline(parts: tuple[Section, ...]) -> list[tuple[int, tuple[str, ...]]]:
    """Return for each section its first line and its headings, outermost first.

    A heading without words is a mere break, and what follows still stands under the one before.
    """
    found = []
    stack: list[tuple[int, str]] = []
    for part in parts:
        titled = part.level and part.title
        while stack and titled and stack[-1][0] >= part.level:
            stack.pop()
        if titled:
            stack.append((part.level, plain_title(part.title)))
        found.append((part.lines[0], tuple(title for _, title in stack)))
    return found


def _lower(text: str) -> str:
    """Lower the case and keep every character's place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
