"""Agreements in Markdown: as HTML for the page, as blocks for the certificate. Both from one parse. Pure.

HTML in the source is not markup: it is shown as the characters it is. The result is sanitised all the same, so that a
fault in the parser cannot put a script before people.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}

Block = dict[str, Any]


def render_html(source: str) -> str:
    """Return sanitised HTML. Headings start at level 2, since the page has its own first heading."""
    html: str = nh3.clean(
        _parser().render(source), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer"
    )
    return html


def render_blocks(source: str) -> list[Block]:
    """Return the text as nested blocks that the certificate's template sets.

    A block is `{"kind", "children", ...}`; its leaves are `{"kind": "text", "text", "strong", "em", "code", "href"}`.
    """
    tokens = _parser().parse(source)
    root: Block = {"kind": "root", "children": []}
    stack = [root]
    for token in tokens:
        if token.nesting == 1:
            block = {"kind": token.type.removesuffix("_open"), "level": _level(token), "children": []}
            stack[-1]["children"].append(block)
            stack.append(block)
        elif token.nesting == -1:
            stack.pop()
        elif token.type == "inline":
            stack[-1]["children"].extend(_runs(token.children or []))
        else:
            stack[-1]["children"].append({"kind": token.type, "text": token.content, "children": []})
    blocks: list[Block] = root["children"]
    return blocks


def _runs(tokens: Sequence[Token]) -> list[Block]:
    """Return the runs of a paragraph, each with the marks that are open over it."""
    runs: list[Block] = []
    marks = {"strong": False, "em": False, "href": ""}
    for token in tokens:
        if token.type in {"strong_open", "strong_close", "em_open", "em_close"}:
            marks[token.type.split("_")[0]] = token.nesting == 1
        elif token.type in {"link_open", "link_close"}:
            marks["href"] = str(token.attrGet("href") or "") if token.nesting == 1 else ""
        elif token.type in {"softbreak", "hardbreak"}:
            runs.append({"kind": token.type, "children": []})
        else:
            runs.append(
                {"kind": "text", "text": token.content, "code": token.type == "code_inline", **marks, "children": []}
            )
    return runs


def _level(token: Token) -> int:
    return int(token.tag[1]) if token.type == "heading_open" else 0


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.core.ruler.push("demote", _demote_headings)
    return parser


def _demote_headings(state: Any) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
