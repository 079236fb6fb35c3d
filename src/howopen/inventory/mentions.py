"""What documents show of components: sections, sentences, links and commands, by rules."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from howopen.formats.inline import Link
from howopen.formats.markdown import Sentence
from howopen.inventory.here import TRAINS
from howopen.inventory.pages import Page
from howopen.inventory.roles import plain_title
from howopen.inventory.sightings import Sighting, quoted
from howopen.inventory.variants import squeezed
from howopen.knowledge.components import Components, Rule, pattern
from howopen.places.place import Place
from howopen.release import Access, Component, Evidence, FileRole, How, Presence

#: One rule is seen at most this often in one document.
MAX_SEEN = 6
#: and links that it sees
MAX_LINKS = 30
#: so much of a sentence after a phrase begins is about the same
MAX_CLAUSE = 200
#: a list of more papers than this is a list of other people's
MAX_PAPERS = 3

_DEFAULT = frozenset({FileRole.CARD, FileRole.DOCUMENT, FileRole.PACKAGE_METADATA})
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+\Z")
_SCRIPT = re.compile(r"\.(?:py|sh|ya?ml|json|txt|pt|pth|safetensors|ckpt|bin|onnx|gguf|ts|th)\Z")


def mentions(place: Place, page: Page, words: Components) -> Iterator[Sighting]:
    """Apply all rules to one document."""
    role = page.document.role
    for rule in words.rules:
        if rule.roles and role.value not in rule.roles:
            continue
        if not rule.roles and role not in _DEFAULT:
            continue
        if rule.needs and not any(word in page.lower for word in rule.needs):
            continue
        yield from _Scan(place, page, words, rule).run()


class _Scan:
    """One rule over one document."""

    def __init__(self, place: Place, page: Page, words: Components, rule: Rule) -> None:
        self.place = place
        self.page = page
        self.words = words
        self.rule = rule
        self.unless = pattern(rule.unless) if rule.unless else None
        self.heading = pattern(rule.heading) if rule.heading else None

    def run(self) -> Iterator[Sighting]:
        """Yield what the rule sees, up to its limit."""
        rule = self.rule
        if rule.link or rule.link_text:
            found = self._links()
        elif rule.code:
            found = self._code()
        elif rule.phrase:
            found = self._phrases()
        else:
            found = self._sections()
        limit = MAX_LINKS if rule.link or rule.link_text else MAX_SEEN
        yield from itertools.islice(found, limit)

    def _sections(self) -> Iterator[Sighting]:
        body = pattern(self.rule.body) if self.rule.body else None
        for index, section in enumerate(self.page.sections):
            if not section.level or not self.heading:
                continue
            if not self.heading.search(plain_title(section.title)):
                continue
            text, lines = self.page.text_under(index)
            if (body and not body.search(text)) or self._cancelled(text):
                continue
            yield self._sighting(self._evidence(section.title, lines))

    def _phrases(self) -> Iterator[Sighting]:
        rule = pattern(self.rule.phrase)
        for sentence, lower in self.page.sentences_with(self.rule.needs):
            if sentence.quoted or not (match := rule.search(lower)) or self._cancelled(lower):
                continue
            if self._tells(lower[match.start() :]) and self._under(sentence.lines[0]):
                urls = self._weights_urls(sentence)
                quote, lines = self.page.locate(sentence, match.group()[:40])
                evidence = self._evidence(quote, lines)
                yield self._sighting(evidence, urls=urls, gated=self._gated(lower))

    def _tells(self, words: str) -> bool:
        """Tell whether what a phrase begins says something, where its rule asks for that."""
        clause = words.split(";", 1)[0][:MAX_CLAUSE]
        return not self.rule.tells or pattern(self.rule.tells).search(clause) is not None

    def _links(self) -> Iterator[Sighting]:
        """Yield what links show; papers listed by the dozen are those of others."""
        found = list(self._linked())
        if self.rule.component == "paper":
            rows = {one.evidence.lines[0] for one in found if one.evidence.lines}
            listed = {
                line
                for line in rows
                if any(one.kind in ("item", "row") for one in self.page.sentences_on(line))
            }
            if len(listed) > MAX_PAPERS:
                found = [
                    one
                    for one in found
                    if one.evidence.lines and one.evidence.lines[0] not in listed
                ]
        yield from found

    def _linked(self) -> Iterator[Sighting]:
        rule = self.rule
        for link in self.page.links:
            url, text = link.url.lower(), link.text.lower()
            if url.startswith(("#", "mailto:")) or not self._under(link.line):
                continue
            if rule.link and not pattern(rule.link).search(url):
                continue
            if rule.component.endswith("data") and _TERMS.search(url):
                continue
            if rule.link_text and not pattern(rule.link_text).search(text):
                continue
            context = self._context(link)
            if rule.component == "paper" and self._of_rival(link, context):
                continue
            if rule.phrase and not pattern(rule.phrase).search(context.lower()):
                continue
            if rule.around and not pattern(rule.around).search(_around(link, context)):
                continue
            if self._cancelled(context.lower()) or self._cancelled(text):
                continue
            evidence = self._evidence(context or link.text or link.url, (link.line, link.line))
            yield self._sighting(evidence, urls=(link.url,), name=_name_of(link, rule))

    def _code(self) -> Iterator[Sighting]:
        seen = set()
        needs = () if self.heading else self.rule.needs
        for match in self.page.commands_like(_code_pattern(self.rule.code), needs):
            group = next((n for n in range(1, (match.re.groups or 0) + 1) if match.group(n)), 0)
            start, stop = match.span(group)
            named = self.page.body[start:stop].strip("\"'")
            line = self.page.line_at(match.start())
            whole = self._line(line)
            if self._cancelled(whole.lower()) or not self._under(line):
                continue
            if self.rule.component == "supporting-libraries" and self._own(named):
                continue
            if _PLACEHOLDER.search(named) or (self.heading and self._section_cancelled(line)):
                continue
            evidence = self._evidence(whole, (line, self.page.line_at(match.end() - 1)))
            sighting = self._sighting(evidence, urls=(self._address(named),) if group else ())
            if (named, sighting.component) not in seen:
                seen.add((named, sighting.component))
                yield sighting

    def _own(self, named: str) -> bool:
        """Tell whether a command installs the release itself, or a file of its own."""
        package = self.page.document.package
        own = {squeezed(package.name)} if package else set()
        own.add(squeezed(self.place.facts.name.rsplit("/", 1)[-1]))
        return named.endswith(".whl") or squeezed(named.partition("[")[0]) in own

    def _address(self, named: str) -> str:
        """Return what a command names as an address: a path stays, a hub id becomes its page."""
        if self.rule.component == "paper":
            doi = named.startswith("10.") and "/" in named
            return f"https://doi.org/{named}" if doi else f"https://arxiv.org/abs/{named}"
        on_hub = self.rule.component in ("weights", "tokenizer") and _HUB_ID.match(named)
        if on_hub and not _SCRIPT.search(named):
            return f"https://huggingface.co/{named}"
        return named

    def _line(self, line: int) -> str:
        rows = self.page.body.split("\n", line - self.page.first_line + 1)
        return rows[line - self.page.first_line].strip()

    def _context(self, link: Link) -> str:
        """Return the sentence a link stands in, or the row or line."""
        near = self.page.sentences_on(link.line)
        holding = [one for one in near if link.text and link.text.strip() in one.text]
        return " ".join(one.text for one in (holding or near)[:3])

    def _of_rival(self, link: Link, context: str) -> bool:
        """Tell whether a row of results links the paper of a model that is not the release."""
        rows = [one for one in self.page.sentences_on(link.line) if one.kind == "row"]
        above = " ".join(self.page.headings_above(link.line))
        name = squeezed(self.place.facts.name.rsplit("/", 1)[-1])
        return bool(rows and _RESULTS.search(above)) and name not in squeezed(context)

    def _under(self, line: int) -> bool:
        if self.heading is None:
            return True
        above = self.page.headings_above(line)
        return any(self.heading.search(title) for title in above)

    def _section_cancelled(self, line: int) -> bool:
        """Tell whether the section around a line is cancelled by its prose."""
        near = (one for one in self.page.sentences if abs(one.lines[0] - line) < 60)
        above = self.page.headings_above(line)
        return any(
            self._cancelled(one.text.lower())
            for one in near
            if self.page.headings_above(one.lines[0]) == above
        )

    def _cancelled(self, lower: str) -> bool:
        """Tell whether a text takes back what it shows, or only promises it."""
        if self.unless and self.unless.search(lower):
            return True
        there = self.rule.presence in (Presence.HERE, Presence.ELSEWHERE)
        return there and bool(self.rule.phrase) and self._promised(lower)

    def _promised(self, lower: str) -> bool:
        return pattern(self.words.promised).search(lower) is not None

    def _gated(self, lower: str) -> bool:
        return bool(pattern(self.words.gate).search(lower))

    def _weights_urls(self, sentence: Sentence) -> tuple[str, ...]:
        """Return the links of a sentence on weights that lead to a hub or to files."""
        if self.rule.component not in ("weights", "delta", "adapter", "intermediate-checkpoints"):
            return ()
        hub = pattern(self.words.hub_link)
        near = self.page.links_on(sentence.lines)
        return tuple(
            dict.fromkeys(
                one.url
                for one in near
                if hub.match(one.url.lower()) or _FILES.search(one.url.lower())
            )
        )

    def _evidence(self, quote: str, lines: tuple[int, int]) -> Evidence:
        document = self.page.document
        return quoted(
            self.place, How.CARD_PROSE, quote, document.path, lines, sha256=document.sha256
        )

    def _sighting(
        self,
        evidence: Evidence,
        *,
        urls: tuple[str, ...] = (),
        name: str = "",
        gated: bool = False,
    ) -> Sighting:
        rule = self.rule
        access = Access(rule.access) if rule.access else None
        return Sighting(
            component=self._component(evidence, urls),
            presence=Presence(rule.presence),
            access=Access.GATED_DOWNLOAD if gated and access is None else access,
            variant=self.page.document.variant,
            name=name,
            urls=urls,
            evidence=evidence,
        )

    def _component(self, evidence: Evidence, urls: tuple[str, ...]) -> Component:
        """Return what is shown; what trains in a guide to fine-tuning trains on top of it."""
        component = Component(self.rule.component)
        if component not in TRAINS:
            return component
        above = self.page.headings_above(evidence.lines[0]) if evidence.lines else ()
        paths = (self.page.document.path.rpartition("/")[0], *urls)
        tuning = pattern(self.words.tuning_paths)
        if any(tuning.search(path.lower()) for path in paths) or any(
            pattern(self.words.tuning_headings).search(title) for title in above
        ):
            return Component.FINE_TUNING_CODE
        return component


def _around(link: Link, context: str) -> str:
    """Write a link's address, then its words in brackets among those before and after them."""
    words, whole = link.text.strip().lower(), context.lower()
    before, found, after = whole.partition(words) if words else (whole, "", "")
    return f"{link.url.lower()} {before[-400:]}[{words if found else ''}]{after[:60]}"


def _code_pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern over code: `^` stands for the start of any line."""
    return pattern(f"(?m:{text})")


#: addresses of terms, which are no data set although they stand in a sentence on one
_TERMS = re.compile(
    r"//(?:www\.)?(?:creativecommons\.org|opensource\.org/licen|spdx\.org|gnu\.org/licen"
    r"|apache\.org/licen|opendatacommons\.org/licen)|/licen[cs]e(?:\.\w+)?/?$|/terms-of-use"
)
#: addresses at which weights are commonly put
_FILES = re.compile(
    r"github\.com/[\w.-]+/[\w.-]+/releases|drive\.google|dropbox\.com|zenodo\.org/records?/"
    r"|fbaipublicfiles|storage\.googleapis|/(?:pre-?trained|checkpoints?|model[-_]?zoo)\b"
    r"|\.(?:pth?|ckpt|safetensors|gguf|onnx|bin)$"
)
_RESULTS = re.compile(r"\b(?:evaluation|benchmarks?|performance|comparisons?|results)\b")
_PLACEHOLDER = re.compile(r"path/to|path_to|\byour|[<{$]|\.\.\.|/to/")
_NAMED = ("paper", "technical-report", "training-data", "post-training-data", "evaluation-data")
_VAGUE = re.compile(
    r"\A(?:here|link|this|paper|arxiv|pdf|download|website|data(?:set)?s?|more|page|site|repo"
    r"|(?:our |the )?(?:arxiv )?papers?|论文|技术报告|論文|tech(?:nical)? report"
    r"|paper url|preprint|\W*)\Z"
)


def _name_of(link: Link, rule: Rule) -> str:
    """Return the name of a data set or paper that a link tells."""
    if rule.component not in _NAMED:
        return ""
    text = " ".join(link.text.split())
    if rule.component.endswith("data") and "/datasets/" in link.url:
        return "/".join(link.url.split("/datasets/", 1)[1].split("/")[:2]).split("?")[0]
    if _VAGUE.match(text.lower()) or text.startswith("http") or len(text) > 90:
        return ""
    return text
