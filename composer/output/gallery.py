"""The gallery shows every block's sample in every theme, at two widths, in light and dark, its YAML beside it.

Enters: template folders. Leaves: a folder of plain files that opens from the disk::

    index.html                        the page
    frames/<theme>/<block>.html       the sample as a mail, and <block>.dark.html
    frames/files/                     its pictures

A block is whatever has a folder with a ``sample.yaml`` under ``blocks/``: a project's own blocks are shown like the
shipped ones. A sample is loaded and built as an issue is, so what the gallery shows is what readers would get.
Pictures named in a sample are looked for beside it, then in the shipped sample issue.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from composer import shipped
from composer.edition import Edition, build_edition, fill
from composer.edition.theme.token_values import Token
from composer.edition.theme.tokens import Overrides, load_theme, theme_names
from composer.errors import TemplateError
from composer.issue import load_issue, load_newsletter
from composer.issue.blocks import BLOCKS
from composer.issue.inside import leads_outside, unusable
from composer.issue.own_blocks import own_blocks
from composer.issue.pictures import has_picture
from composer.issue.source import Source
from composer.picture_types import type_by_suffix
from composer.web.mail_frame import Scheme, frame_html

_PAGE = Path(__file__).parent / "gallery_page"
_NEWSLETTER = """\
name: Agora
organisation: Agora
website: https://www.example.org/
logo: {{file: agora.png, alt: ""}}
postal_address: 12 rue de l’Exemple, 75000 Paris, France
languages: [{language}]
timezone: Europe/Paris
theme: {{name: {theme}}}
"""
_ISSUE = "subject: A sample\npreheader: One block\nnumber: 3\ndate: 2020-03-31\nblocks:\n"
_SWATCHES = ("ground", "paper", "tint", "ink", "muted", "rule", "accent", "panel", "highlight")


@dataclass(frozen=True, slots=True)
class Sample:
    """A block's sample: its YAML as the author of the block wrote it."""

    block: str
    yaml: str
    folder: Path

    @property
    def entry(self) -> str:
        """Its YAML as it stands in an issue: an entry of ``blocks``, to be pasted there."""
        return "  - " + textwrap.indent(self.yaml.strip(), "    ").lstrip()

    @property
    def about(self) -> str:
        """What the block is, in the first line of its model's docstring."""
        model = BLOCKS.get(self.block)
        return (model.__doc__ or "").strip().partition("\n")[0] if model else "A block of this project."

    @property
    def keys(self) -> Sequence[tuple[str, bool, str]]:
        """Its keys: each with its name, whether it is needed, and what it is."""
        model = BLOCKS.get(self.block)
        fields = model.model_fields.items() if model else ()
        return [(name, field.is_required(), field.description or "") for name, field in fields if name != "block"]


@dataclass(frozen=True, slots=True)
class Gallery:
    """A gallery that was written: its page, and how many blocks and themes it shows."""

    page: Path
    blocks: int
    themes: int


def find_samples(templates: Sequence[Path]) -> tuple[Sample, ...]:
    """Find the sample of every block, in the order of a mail; of two folders with the same block, the first one's.

    TemplateError for one that is a link to somewhere else.
    """
    found: dict[str, Sample] = {}
    for folder in templates:
        for file in sorted(folder.glob("blocks/*/sample.yaml")):
            if (wrong := unusable(file, folder)) is not None:
                raise TemplateError([wrong])
            block = file.parent.name
            found.setdefault(block, Sample(block, file.read_text(encoding="utf-8"), file.parent))
    order = {name: place for place, name in enumerate(BLOCKS)}
    return tuple(sorted(found.values(), key=lambda sample: (order.get(sample.block, len(order)), sample.block)))


@dataclass(frozen=True, slots=True)
class Look:
    """What the mails of a publication look like: its ``newsletter.yaml``, the pictures and fonts beside that by their
    names there, and what an issue says about its theme."""

    newsletter: bytes
    files: Mapping[str, Path] = field(default_factory=dict)
    theme: Mapping[str, Token] = field(default_factory=dict)

    @classmethod
    def of_samples(cls, *, theme: str, language: str = "en") -> Look:
        """Make that of the gallery: a made-up publication in one of the themes."""
        newsletter = _NEWSLETTER.format(theme=theme, language=language)
        return cls(newsletter.encode(), {file.name: file for file in shipped.SAMPLE_ISSUES.glob("*.png")})

    @classmethod
    def of_project(cls, issues_dir: Path, *, theme: Mapping[str, Token]) -> Look:
        """Read that of the publication in ``issues_dir``; ``theme`` is what an issue lays over it.

        Raises NewsletterError if ``newsletter.yaml`` cannot be read.
        """
        newsletter, _ = load_newsletter(issues_dir)
        beside = sorted(file.name for file in issues_dir.iterdir() if type_by_suffix(file.suffix))
        named = {name: issues_dir / name for name in (*beside, *(font.file for font in newsletter.fonts))}
        files = {name: file for name, file in named.items() if has_picture(issues_dir, name)}
        return cls((issues_dir / "newsletter.yaml").read_bytes(), files, theme)


@contextmanager
def sample_builder(templates: Sequence[Path]) -> Iterator[Callable[[Sample, Look], Edition]]:
    """Give a function that builds a sample as a publication's mails look: an Edition with nothing around the block.

    Raises what loading and building an issue raise, with places in ``sample.yaml``'s text as an issue.
    """
    with tempfile.TemporaryDirectory(prefix="gallery-") as name:
        folder = Path(name)

        def build(sample: Sample, look: Look) -> Edition:
            issue = folder / sample.block
            if not issue.is_dir():
                issue.mkdir()
                _copy_pictures((shipped.SAMPLE_ISSUES / "2020-03-network-news").iterdir(), issue)
                own = (file for file in sample.folder.iterdir() if not leads_outside(file, sample.folder))
                _copy_pictures(own, issue)
            for name, file in look.files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, folder / name)
            (folder / "newsletter.yaml").write_bytes(look.newsletter)
            theme = f"theme: {json.dumps(dict(look.theme))}\n" if look.theme else ""
            (issue / "issue.yaml").write_text(f"{theme}{_ISSUE}{sample.entry}\n", encoding="utf-8")
            return build_edition(load_issue(issue, own_blocks=own_blocks(templates)), templates=(_PAGE, *templates))

        yield build


def _copy_pictures(files: Iterable[Path], folder: Path) -> None:
    for file in files:
        if type_by_suffix(file.suffix):
            shutil.copy(file, folder / file.name)


def write_gallery(out: Path, *, templates: Sequence[Path]) -> Gallery:
    """Write the gallery to ``out``; what stands there of an earlier one is replaced file by file."""
    samples, themes = find_samples(templates), theme_names(templates)
    frames = out / "frames"
    pictures: dict[str, list[str]] = {}
    with sample_builder(templates) as build:
        for theme in themes:
            (frames / theme).mkdir(parents=True, exist_ok=True)
            for sample in samples:
                edition = build(sample, Look.of_samples(theme=theme))
                _write_frames(edition, frames / theme / sample.block)
                # What is pasted shows the same pictures only where they are: those that the YAML names are offered.
                named = [asset.name for asset in edition.assets if asset.name in sample.yaml]
                pictures.setdefault(sample.block, named)
    page = out / "index.html"
    colours = {theme: _colours(theme, templates) for theme in themes}
    page.write_text(_page(samples, colours, pictures), encoding="utf-8")
    return Gallery(page, blocks=len(samples), themes=len(themes))


def _write_frames(edition: Edition, name: Path) -> None:
    files = name.parent.parent / "files"
    for asset in edition.assets:
        file = files / asset.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(asset.content)
    somewhere = {f"links.{link}": "https://www.example.org/" for link in ("unsubscribe", "browser", "print")}
    html = fill(edition.html, {"links.assets": "../files", **somewhere})
    for scheme, suffix in ((Scheme.LIGHT, ".html"), (Scheme.DARK, ".dark.html")):
        framed = frame_html(html, scheme=scheme)
        name.with_suffix(suffix).write_text(framed.replace("</body>", _TELL_HEIGHT + "</body>"), encoding="utf-8")


_TELL_HEIGHT = (
    "<script>const tell=()=>parent.postMessage(document.body.scrollHeight,'*');"
    "addEventListener('load',tell);addEventListener('resize',tell)</script>"
)
"""A page on the disk may not look into its frames; so they tell how high they are."""


def _colours(theme: str, templates: Sequence[Path]) -> Sequence[tuple[str, str, str]]:
    """Name the colours to show of a theme: each with its value in light and in dark."""
    chosen = Overrides({"name": theme}, Source(Path("newsletter.yaml")))
    tokens = load_theme(templates, chosen).tokens
    return [(name, str(tokens[name]), str(tokens[f"{name}_dark"])) for name in _SWATCHES if name in tokens]


def _page(
    samples: Sequence[Sample], themes: dict[str, Sequence[tuple[str, str, str]]], pictures: Mapping[str, Sequence[str]]
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_PAGE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.filters["yaml"] = _highlighted
    return environment.get_template("index.html.j2").render(samples=samples, themes=themes, pictures=pictures)


_YAML = re.compile(r"(?P<key>(?<![\w/:])[a-z_]+(?=:(?:\s|$)))|(?P<text>\"[^\"\n]*\")|(?P<note>#.*$)", re.MULTILINE)


def _highlighted(yaml: str) -> Markup:
    """Mark the keys, quoted texts and notes of the YAML."""
    pieces: list[Markup] = []
    end = 0
    for match in _YAML.finditer(yaml):
        pieces += (
            escape(yaml[end : match.start()]),
            Markup('<span class="{}">{}</span>').format(match.lastgroup, match[0]),
        )
        end = match.end()
    return Markup("").join([*pieces, escape(yaml[end:])])
