"""The models that documents list as released: rows, items and sentences that link their weights.

A table counts when its rows link to models of the release's own publisher or to files of weights;
an item of a list when it starts with such a link or names a file to download; a sentence when it
says that something is released. Rows of an evaluation name other people's models and do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from howopen.inventory.pages import Page
from howopen.inventory.tables import Row, Table, tables, words
from howopen.inventory.variants import squeezed
from howopen.knowledge.components import Components, ListingRules, pattern
from howopen.release import Component, Noun

#: At most so many models are taken from the documents of one release.
MAX_LISTED = 1_000

_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]()]{3,1000}")
_LINK = re.compile(r"\[([^\[\]]{0,200})\]\(\s*<?([^()\s<>]{1,1000})>?")
_HUB_ID = re.compile(r"https?://[^/]+/(?:models/)?([\w.-]+)/([\w.-]+)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(\S.*)")
_START = re.compile(r"\W{0,6}\[([^\[\]]{1,200})\]\(\s*<?([^()\s<>]{1,1000})>?")
_BRACKETED = re.compile(r"\(([^()]{2,40})\)\s*$")


class Listed(Noun, frozen=True, kw_only=True):
    """One model that a document lists.

    Attributes:
        name: as written.
        urls: where its weights are.
        component: weights, or an adapter.
        path: the document; `lines` and `quote` where in it.
        license: what the row says of its license, as written; `license_link` the file it links.
    """

    name: str
    urls: tuple[str, ...]
    path: str
    lines: tuple[int, int] | None
    quote: str
    component: Component = Component.WEIGHTS
    license: str = ""
    license_link: str = ""


def listed(pages: list[Page], words_: Components, owners: set[str]) -> tuple[Listed, ...]:
    """Find the models that documents list, those of tables first.

    Args:
        pages: the documents that speak for the whole release.
        words_: the vocabulary.
        owners: who on a hub is the publisher, squeezed.
    """
    lists = [_Lists(page, words_, owners) for page in pages]
    found = [
        one
        for look in (_Lists.of_tables, _Lists.of_items, _Lists.of_sentences)
        for each in lists
        for one in look(each)
    ]
    return tuple(found[:MAX_LISTED])


def hub_name(url: str) -> str:
    """Return the name of a model that an address on a hub or of a file ends in.

    >>> hub_name("https://huggingface.co/a/b-7b/tree/main"), hub_name("https://x.example/v/s.tar.gz")
    ('b-7b', 's')
    """
    match = _HUB_ID.match(url)
    host = urlsplit(url).hostname or ""
    if match and re.search(r"huggingface|hf\.co|modelscope|wisemodel", host):
        return match.group(2)
    last = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"\.(?:tar|zip|gz|tgz|pth?|ckpt|safetensors|onnx|bin|model|th|gguf)\b", "", last)


class _Lists:
    """The lists of one document."""

    def __init__(self, page: Page, words_: Components, owners: set[str]) -> None:
        self.page = page
        self.rules: ListingRules = words_.listing
        self.hub = pattern(words_.hub_link)
        self.owners = owners

    def of_tables(self) -> Iterator[Listed]:
        """Read the tables whose rows mostly lead to weights of this publisher."""
        for table in tables(self.page):
            linked = [(row, self._weights(row, table)) for row in table.rows]
            linked = [(row, urls) for row, urls in linked if urls]
            own = sum(any(self._own(url) for url in urls) for _, urls in linked)
            if linked and own * 2 >= len(linked) and not self._elsewhere(linked[0][0].line):
                yield from self._rows(table)

    def of_items(self) -> Iterator[Listed]:
        """Read the items that start with a link to an own model, or name a file to download."""
        found = []
        rows = self.page.body.split("\n")
        for number, row in enumerate(rows, start=self.page.first_line):
            if "http" not in row or len(row) > 4_000 or not (match := _ITEM.match(row)):
                continue
            if not self._elsewhere(number) and (one := self._item(match.group(1), number)):
                found.append(one)
        if len(found) > 1:
            yield from found

    def of_sentences(self) -> Iterator[Listed]:
        """Read the own models that sentences say are released, each linked by its name."""
        seen = set()
        for match in pattern(self.rules.released).finditer(self.page.prose):
            sentence, lower = self.page.sentence_at(match.start())
            told = id(sentence) in seen or sentence.kind == "row"
            if told or self._elsewhere(sentence.lines[0]):
                continue
            seen.add(id(sentence))
            for link in self.page.links_on(sentence.lines):
                named = " ".join(link.text.split())
                if link.text and named.lower() in lower and self._own_model(link.url):
                    name = self._best(named, link.url)
                    lines = (link.line, link.line)
                    yield self._listed(name, (link.url,), lines, sentence.text)

    def _rows(self, table: Table) -> Iterator[Listed]:
        """Read the rows of one table; a row without a name goes on with the one above."""
        at = table.column(pattern(self.rules.name_header))
        license_at = table.column(pattern(self.rules.license_header))
        above = ""
        for row in table.rows:
            urls = self._weights(row, table)
            name = row.words(at) if at >= 0 else ""
            above = name or above
            several = _several(urls)
            if len(several) < 2 and urls and self._is_name(above):
                yield self._row(_bare(above, urls[0]), tuple(urls), row, license_at)
                continue
            for url in several or urls[:1]:
                same = [other for other in urls if hub_name(other) == hub_name(url)]
                yield self._row(hub_name(url), tuple(same), row, license_at)

    def _row(self, name: str, urls: tuple[str, ...], row: Row, license_at: int) -> Listed:
        cell = row.cells[license_at] if 0 <= license_at < len(row.cells) else ""
        link = _LINK.search(cell)
        quote = " | ".join(words(one) for one in row.cells)
        return self._listed(
            name,
            urls,
            (row.line, row.line),
            quote,
            license_=words(cell),
            license_link=link.group(2) if link else "",
        )

    def _item(self, text: str, number: int) -> Listed | None:
        lines = (number, number)
        start = _START.match(text)
        if start and self._own_model(start.group(2)):
            name = self._best(words(start.group(1)), start.group(2))
            return self._listed(name, (start.group(2),), lines, words(text))
        files = [url for _, url in _LINK.findall(text) if pattern(self.rules.file).search(url)]
        name = words(re.split(r"[(\[:]", text, maxsplit=1)[0])
        if files and self._is_name(name) and len(name.split()) < 4:
            return self._listed(name, tuple(files), lines, words(text))
        return None

    def _listed(  # noqa: PLR0913 - the fields of one model
        self,
        name: str,
        urls: tuple[str, ...],
        lines: tuple[int, int],
        quote: str,
        *,
        license_: str = "",
        license_link: str = "",
    ) -> Listed:
        adapter = pattern(self.rules.adapter).search(name.lower())
        return Listed(
            name=name,
            urls=urls,
            path=self.page.document.path,
            lines=lines,
            quote=quote,
            component=Component.ADAPTER if adapter else Component.WEIGHTS,
            license=license_ if re.search(r"[A-Za-z]{2}", license_) else "",
            license_link=license_link,
        )

    def _weights(self, row: Row, table: Table) -> list[str]:
        """Return the addresses of weights in a row: models on a hub, files under a fitting head."""
        found = []
        for index, cell in enumerate(row.cells):
            head = table.header[index] if index < len(table.header) else ""
            if "http" not in cell or pattern(self.rules.not_weights_header).search(head):
                continue
            archives = bool(pattern(self.rules.download_header).search(head))
            found += [url for url in _URL.findall(cell) if self._is_weights(url, archives)]
        return list(dict.fromkeys(found))

    def _is_weights(self, url: str, archives: bool) -> bool:
        """Tell whether an address leads to weights: a model on a hub, a file, or an archive."""
        file = pattern(self.rules.file).search(url)
        archive = archives and pattern(self.rules.archive).search(url)
        return bool(self._model(url) or file or archive)

    def _model(self, url: str) -> bool:
        """Tell whether an address is that of a whole model on a hub."""
        return bool(self.hub.match(url.lower())) and not pattern(self.rules.revision).search(url)

    def _own_model(self, url: str) -> bool:
        return self._model(url) and self._own(url)

    def _own(self, url: str) -> bool:
        """Tell whether an address is the publisher's; a file on a plain host is."""
        if self.hub.match(url.lower()) or "github.com/" in url:
            match = _HUB_ID.match(url)
            return match is not None and squeezed(match.group(1)) in self.owners
        return True

    def _elsewhere(self, line: int) -> bool:
        """Tell whether a line stands under a heading on evaluations, data or other people's."""
        rule = pattern(self.rules.not_under)
        return any(rule.search(title) for title in self.page.headings_above(line)[-2:])

    def _is_name(self, text: str) -> bool:
        """Tell whether words can name a model by themselves."""
        lower = text.lower().strip()
        return (
            1 < len(lower) <= 60
            and bool(re.search(r"[a-z]", lower))
            and not pattern(self.rules.not_names).search(lower)
        )

    def _best(self, text: str, url: str) -> str:
        """Return the words of a link where they name a model, else the name on the hub."""
        own = hub_name(url)
        short = _BRACKETED.search(text)
        if short and squeezed(short.group(1)) == squeezed(own):
            return short.group(1)
        return _bare(text, url) if self._is_name(text) else own


def _several(urls: list[str]) -> list[str]:
    """Return the addresses of the host that has most models of different names, one of each.

    Files are no models of their own: a row that links three sizes is one model.
    """
    hosts: dict[str, dict[str, str]] = {}
    for url in urls:
        named = _HUB_ID.match(url)
        host = urlsplit(url).hostname or ""
        if named and re.search(r"huggingface|hf\.co|modelscope|wisemodel", host):
            hosts.setdefault(host, {}).setdefault(named.group(2), url)
    most = max(hosts.values(), key=len, default={})
    return list(most.values())


def _bare(name: str, url: str) -> str:
    """Return a name without the owner before it and without a general word after it."""
    name = name.strip(" :*`")
    owner, slash, rest = name.partition("/")
    if slash and f"/{name}".lower() in url.lower():
        name = rest or owner
    return re.sub(r"\s+(?:models?|weights|checkpoints?)$", "", name, flags=re.IGNORECASE)
