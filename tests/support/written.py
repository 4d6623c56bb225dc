"""Issues as people write them, for Hypothesis: with comments, in every style of YAML, and edits of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from composer import shipped

SHIPPED = sorted(file for suffix in ("yaml", "md") for file in shipped.SAMPLE_ISSUES.glob(f"*/issue*.{suffix}"))

WORDS = st.sampled_from(
    [
        "Spring",
        "Who feels safe?",
        "a: b",
        "c #d",
        "- dash",
        "yes",
        "11:00",
        "2020",
        "null",
        "~",
        "é😀",
        "[x](y)",
        "{{ x }}",
        "it's",
        'say "so"',
        "back\\slash",
        "*star*",
        "&amp",
        "100 %",
        "Hello, world",
        "# one",
        "x:",
        "|",
        ">",
        "@home",
        "`c`",
    ]
)
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PROSE = (
    st.lists(st.one_of(LINES, st.just(""), LINES.map("  ".__add__)), min_size=1, max_size=6)
    .map("\n".join)
    .filter(str.strip)
)
TEXTS = st.one_of(
    LINES, PROSE, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
)
LINKS = st.fixed_dictionaries({"label": LINES, "url": st.just("https://example.org/a?b=c#d")})
BLOCKS = st.one_of(
    st.fixed_dictionaries({"block": st.just("text"), "body": PROSE}),
    st.fixed_dictionaries(
        {"block": st.just("article"), "title": LINES, "body": PROSE}, optional={"link": LINKS, "lead": st.booleans()}
    ),
    st.fixed_dictionaries(
        {
            "block": st.just("digest"),
            "title": LINES,
            "entries": st.lists(
                st.fixed_dictionaries({"kicker": LINES, "body": PROSE}, optional={"link": LINKS}),
                min_size=1,
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "block": st.just("table"),
            "head": st.lists(LINES, min_size=2, max_size=2),
            "rows": st.lists(st.lists(LINES, min_size=2, max_size=2), min_size=1, max_size=3),
        }
    ),
    st.just({"block": "divider"}),
)


@st.composite
def typed_yaml(draw: st.DrawFn) -> str:
    """A file as somebody typed it: styles, comments, blank lines, line breaks and its end differ."""
    indented = draw(st.sampled_from([0, 2, 4]))
    lines = draw(st.lists(st.sampled_from(["# yaml-language-server: $schema=x", ""]), max_size=2))
    lines += [
        "subject: "
        + draw(st.sampled_from(["Spring", '"Spring: news"', "'it''s'", "Spring  # for now", "over\n  two lines"]))
    ]
    lines += [
        "preheader: >-",
        "  Folded over",
        "  two lines",
        "date: 2020-03-31",
        *draw(st.sampled_from([[], [""], ["", "# the blocks", ""]])),
    ]
    lines += ["blocks:" + draw(st.sampled_from(["", "  # in order"]))]
    pad = " " * indented
    for number in range(draw(st.integers(1, 4))):
        lines += draw(
            st.sampled_from([[], [""], [f"{pad}# about {number}"], ["", f"{pad}# alone {number}", ""], ["# far left"]])
        )
        lines += [pad + line for line in draw(_typed_block(number))]
    text = "\n".join(lines) + draw(st.sampled_from(["\n", "", "\n\n", "\n# the end\n"]))
    return draw(st.sampled_from([text, text, text.replace("\n", "\r\n")]))


@st.composite
def _typed_block(draw: st.DrawFn, number: int) -> list[str]:
    body = draw(
        st.sampled_from(
            [
                ["  body: One line"],
                ["  body: |", "    First.", "", "    Second."],
                ["  body: |-", "    First."],
                ["  body: |+", "    Kept.", "", ""],
                ["  body: >", "    Folded", "    here.", "", "    Again."],
                ['  body: "quoted\\nlines"'],
                ["  body: 'it''s", "    more'"],
                ["  body: |2", "     x", "    y"],
                ["  body: plain", "    on two  # not three"],
                ["  body:"],
            ]
        )
    )
    more = draw(
        st.sampled_from(
            [
                [],
                ["  # layout: left"],
                ["  link: {label: Read, url: 'https://example.org'}  # short"],
                ["  link:", "    # where", "    label: Read", "    url: https://example.org/"],
                ["  tags: [a, 'b, c', \"d\"]"],
                ["  rows:", "  - [a, b]", "  - - c", "    - d"],
                ["  entries:", "    - kicker: K  # k", "      # deep", "    - kicker: L"],
                ["  entries: []"],
                ["  picture: {}"],
            ]
        )
    )
    return [
        f"- block: text{draw(st.sampled_from(['', '  # first']))}",
        f"  id: b{number}",
        *draw(st.permutations([body, more]).map(lambda two: two[0] + two[1])),
    ]


def paths_in(values: Any, path: tuple[int | str, ...] = ()) -> list[tuple[int | str, ...]]:
    """Every path of the values, but the one of the whole."""
    inner = (
        list(values.items())
        if isinstance(values, dict)
        else list(enumerate(values))
        if isinstance(values, list)
        else []
    )
    return [found for key, value in inner for found in [(*path, key), *paths_in(value, (*path, key))]]


@st.composite
def edits_of(draw: st.DrawFn, values: Any) -> dict[str, Any]:
    """One edit that can be made where a file says these values."""
    paths = paths_in(values)
    entries = [path for path in paths if isinstance(path[-1], int)]
    kinds = ["set", "set", "set", "new", "remove", "add"] + (["move", "duplicate"] if entries else [])
    kind = draw(st.sampled_from(kinds))
    if kind in ("move", "duplicate"):
        path = draw(st.sampled_from(entries))
        size = max(int(other[-1]) for other in entries if other[:-1] == path[:-1]) + 1
        return {"edit": kind, "path": list(path)} | ({"to": draw(st.integers(0, size - 1))} if kind == "move" else {})
    if kind == "add":
        lists = sorted({path[:-1] for path in entries}, key=str) or [("blocks",)]
        path = draw(st.sampled_from(lists))
        size = max((int(other[-1]) for other in entries if other[:-1] == path), default=-1) + 1
        entry = BLOCKS if path == ("blocks",) else st.one_of(LINES, LINKS, st.lists(LINES, min_size=1, max_size=2))
        return {"edit": "add", "path": list(path), "index": draw(st.integers(0, size)), "value": draw(entry)}
    path = draw(st.sampled_from(paths))
    if kind == "remove":
        return {"edit": "remove", "path": list(path)}
    if kind == "new":
        keyed = [path for path in paths if isinstance(path[-1], str) and len(path) > 2]
        around = draw(st.sampled_from(keyed))[:-1] if keyed else ()
        key = draw(st.sampled_from(["kicker", "title", "link", "layout", "own"]))
        return {
            "edit": "set",
            "path": [*around, key],
            "value": draw(st.one_of(TEXTS, LINKS, st.booleans(), st.integers(0, 99), st.lists(LINES, max_size=2))),
        }
    return {
        "edit": "set",
        "path": list(path),
        "value": draw(st.one_of(TEXTS, TEXTS, LINKS, BLOCKS, st.booleans(), st.lists(LINES, max_size=2))),
    }


@st.composite
def typed_markdown(draw: st.DrawFn) -> str:
    """An issue in Markdown as somebody typed it: plain text, headlines with and without keys, fences, comments."""
    front = ["---", "subject: Spring  # for now", "preheader: 'A promise'", "date: 2020-03-31", "---", ""]
    title = draw(st.sampled_from([[], ["# The headline", ""], ["The *headline*", "===", ""]]))
    pieces = draw(st.lists(_typed_piece(), min_size=1, max_size=5))
    gaps = draw(st.lists(st.sampled_from(["\n\n", "\n\n\n", "\n\n<!-- alone -->\n\n"]), min_size=5, max_size=5))
    body = "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=False)).rstrip("\n")
    text = "\n".join([*front, *title]) + body + draw(st.sampled_from(["\n", "", "\n\n[ref]: https://example.org/\n"]))
    return draw(st.sampled_from([text, text, text.replace("\n", "\r\n")]))


@st.composite
def _typed_piece(draw: st.DrawFn) -> str:
    note = draw(st.sampled_from(["", "", "<!-- about it -->\n"]))
    return note + draw(
        st.sampled_from(
            [
                "A paragraph,\nwith a second line.\n\n- and a\n- list",
                "### A headline inside\n\nText with [a link][ref].",
                "## A story {#one lead}\n\n![A bridge](bridge.png)\n\nSome text.\n\n[Read](https://example.org/)",
                '## Another story {kicker="Two words"}\n\nSome text.\n\n![A bridge](bridge.png "At night")\n\nMore.',
                "## A plain story\n\nText\n\n### Inside it\n\n```\n## no headline\n```",
                "## A digest {block=callout figure=3}\n\nText",
                "A story, underlined\n---\n\nText",
                "---",
                "***",
                "![A bridge](bridge.png)",
                "![A bridge](bridge.png)\nand text right below.",
                "[![A bridge](bridge.png)](https://example.org/)",
                "[Press here](https://example.org/)",
                ":::text\n---\nThe body.\n:::",
                ":::callout\nkicker: News  # short\n---\nThe body.\n\n### Inside\n\n[Read](https://example.org/)\n:::",
                "::::callout\ntitle: T\n# a note\nbody: |\n  In the keys.\n::::",
                ":::events\ntitle: Dates\nevents:\n  - {date: 2020-04-01}\n  - title: May\n    date: 2020-05-01\n:::",
                ":::divider\n:::",
            ]
        )
    )
