"""A page as the tests read it: its tags, and its text without them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

INLINE = {"strong", "code", "span"}
VOID = {"meta", "br", "hr", "img", "link", "input"}


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]


@dataclass
class Read:
    tags: list[Tag] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.read.left_open.append(tag)
        if tag not in INLINE:
            self.read.text += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.read.left_open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self.read.left_open):
            self.read.text += data


def read(page: str) -> Read:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.read.text = " ".join(reader.read.text.split())
    return reader.read
