"""A stranger's template can do nothing but draw: it reads no file, runs nothing, and ends after a bounded work."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from composer import shipped
from composer.edition.theme.budget import MAX_LETTERS, STEPS_OF_A_TEMPLATE
from composer.edition.theme.environment import Templates
from composer.edition.theme.records import RenderedBlock, plain_value
from composer.errors import TemplateError
from composer.issue.blocks import BLOCKS
from composer.issue.inside import is_of_the_house
from tests.support.authoring import png
from tests.support.editions import build

SECRET = "open-sesame-7713"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(f"SECRET_KEY={SECRET}")
    (tmp_path / "templates" / "partials").mkdir(parents=True)
    (tmp_path / "templates" / "big.j2").write_text("x" * 200_000 + "{% macro m() %}m{% endmacro %}")
    (tmp_path / "templates" / "self.j2").write_text('{% include "self.j2" %}{% include "self.j2" %}')
    return tmp_path


def rendered(project: Path, source: str, **names: Any) -> str:
    (project / "templates" / "hostile.j2").write_text(source)
    block = BLOCKS["text"].model_validate({"block": "text", "body": "Hello *you*", "title": "T"})
    seen = {"block": plain_value(block), "day": dt.date(2026, 11, 27), **names}
    blocks = [RenderedBlock(lambda: seen["block"], "drawn")]
    filters = {"shout": lambda text, width=1: str(text).upper() * min(width, 2)}
    templates = Templates([project / "templates"], names={"newsletter": plain_value({"name": "N"})}, filters=filters)
    return templates.render("hostile.j2", blocks=[*blocks, RenderedBlock(lambda: seen["block"], "x" * 99_999)], **seen)


ESCAPES = """\
block.parse_raw("cposix\\nsystem\\n(S'touch made'\\ntR.", proto="pickle", allow_pickle=True)
block.parse_file(".env")
block.body.place.source.file.parent.joinpath(".env").read_text()
block.body.place.source.file.parent.joinpath("made").write_text("x")
block.model_fields
block.model_dump()
block.model_copy(update={"body": "x"})
block.__class__
block.__init__.__globals__
block._values
block._Record__values
block.__class__.__mro__[1].__subclasses__()
block["__class__"]
block|attr("__class__")
block|attr("_values")
[block]|map(attribute="__class__")|list
[block]|map(attribute="_values")|list
[block]|map("attr", "__class__")|list
[block]|groupby("__class__")|list
[block]|sort(attribute="__class__.__name__")|list
[block]|sum(attribute="__class__")
["a"]|map(attribute="__class__.__mro__")|list
"".__class__.__mro__
""["__class__"]
"".join.__self__
"".upper.__self__.__class__
"".format.__globals__
"{0.__class__}".format(block)
"{0.__class__.__mro__}".format("")
"{0[__class__]}".format(block)
"{x.__init__.__globals__}".format(x=block)
"{:{}}".format(1, 99)
"{!r}".format(block)
"".format_map({})
"%s".__mod__
"%c" % day.__class__
().__class__.__bases__[0].__subclasses__()
{}.__class__
[].append.__self__
(1).__class__
1.0.__class__
true.__class__
none.__class__
day.__class__
day.__reduce__()
day.replace.__self__
day.today()
day.fromisoformat("2020-01-01")
self.__init__.__globals__
self._TemplateReference__context
self._TemplateReference__context.environment
self.environment
blocks[0].__class__
blocks[0].rendered.__class__
blocks[0]._copied
blocks[0]._copied()
blocks[0].copied()
blocks|map(attribute="_copied")|list
blocks[0].__init__.__globals__
range.__init__.__globals__
range.__class__
range(3).__class__
dict.__class__
dict.fromkeys([1])
dict.mro()
cycler.__init__.__globals__.os.popen("touch made").read()
cycler("a").__class__
cycler("a").items.__class__
joiner.__init__.__globals__
joiner(",").__class__
namespace.__init__.__globals__.os
namespace().__class__
namespace()._Namespace__attrs.__class__
namespace(a=1).__init__
lipsum.__globals__
lipsum.__globals__["os"].popen("touch made").read()
lipsum()
url_for.__globals__
get_flashed_messages
config
request.application.__globals__
environment
context
undefined_name.__class__
undefined_name.__init__.__globals__
undefined_name._fail_with_undefined_error.__globals__
undefined_name._undefined_exception
block.nothing.__class__
caller.__class__
varargs
__import__("os").system("touch made")
open(".env").read()
eval("1")
exec("1")
getattr("", "__class__")
vars()
globals()
[1]|random
"<b>"|urlize
block|pprint
block|tojson
[].__class__|string
"a"|map("__class__")|list
"a"|shout.__globals__
("a"|shout).__class__
newsletter.__class__
newsletter.get.__self__
newsletter.get.__globals__
newsletter.items.__globals__
newsletter.__getitem__("name").__class__
newsletter.copy()
newsletter.update({})
newsletter.setdefault("a", 1)
newsletter.pop("name")
[1].pop()
[1].insert(0, 1)
[1].sort()
[2, 1].reverse()
"x".encode("utf-8")
"x".encode.__self__
"x".translate({120: 65})
"x".maketrans
"x".ljust(9)
"x".zfill(9)
"x".expandtabs(9)
"x".__len__()
"x"|string.__class__
"x" is callable
"x" is filter("attr")
block is sameas.__class__
(block|list).__class__
block()
"x"()
(1)()
day()
blocks[0]()
newsletter()
range("a")
""".splitlines()

PRINTED_ESCAPES = [f"{{{{ {source} }}}}" for source in ESCAPES] + [
    '{% include "../.env" %}',
    '{% include "/etc/passwd" %}',
    '{% include "partials/../../.env" %}',
    '{% include "..\\\\.env" %}',
    '{% include ["../.env", "/etc/passwd"] %}',
    '{% import "../.env" as x %}{{ x }}',
    '{% extends "../.env" %}',
    '{% from "big.j2" import __class__ as x %}{{ x }}',
    '{% from "big.j2" import m %}{{ m.__globals__ }}',
    '{% from "big.j2" import m %}{{ m._func.__globals__ }}',
    '{% from "big.j2" import m %}{{ m.name }}',
    '{% import "big.j2" as b %}{{ b.__dict__ }}',
    '{% import "big.j2" as b %}{{ b._body_stream }}',
    '{% import "big.j2" as b %}{{ b.m.__init__.__globals__ }}',
    '{% import "big.j2" as b %}{{ b["__class__"] }}',
    "{% macro m() %}{{ m._environment }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% macro m() %}{{ varargs.__class__ }}{{ kwargs.__class__ }}{% endmacro %}{{ m() }}",
    "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop._iterator }}{% endfor %}",
    "{% for x in [1] %}{{ loop._undefined.__init__.__globals__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop.cycle.__globals__ }}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__.__mro__ }}",
    "{% block b %}{{ self.b._context }}{% endblock %}",
    "{% block b %}{{ super.__class__ }}{% endblock %}",
    "{% do block.update() %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{% for x in block %}{{ x }}{% endfor %}",
    "{% set block.body = 1 %}",
    "{% with x = ''.__class__ %}{{ x.__mro__ }}{% endwith %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
]


@pytest.mark.parametrize("source", PRINTED_ESCAPES)
def test_no_way_leads_out_of_a_template(project: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    before = set(project.rglob("*"))
    try:
        drawn = rendered(project, f"one\n{source}")
    except TemplateError as error:
        drawn = str(error)
        assert f"{project / 'templates'}{os.sep}" in drawn
    assert SECRET not in drawn
    assert "root:" not in drawn
    for inside in ("<class", "<built-in", "<function", "<bound method", " at 0x", "builtins", "method-wrapper"):
        assert inside not in drawn
    assert set(project.rglob("*")) - before <= {project / "templates" / "hostile.j2"}


TOO_MUCH = [
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    "{% for a in range(10**12) %}{% endfor %}",
    "{% for a in 'x' * 10**9 %}{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ 10**9 * 'x' }}",
    "{{ [1] * 10**9 }}",
    "{{ (1,) * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ 9**64**64 }}",
    "{% set n = namespace(x=7) %}{% for i in range(99999) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=7) %}{% for i in range(99999) %}{% set n.x = n.x - (0 - n.x) %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x='xx') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x='xx') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = (n.x, n.x) %}{% endfor %}{{ n.x == n.x }}",
    "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = {1: n.x, 2: n.x} %}{% endfor %}{{ n.x }}",
    "{% set n = namespace(x=1) %}{% for i in range(99) %}{% set n.x = dict(a=n.x, b=n.x) %}{% endfor %}{{ n.x }}",
    "{% macro m(i) %}{{ m(i) ~ m(i) }}{% endmacro %}{{ m(1) }}",
    "{% macro m(i) %}{% if i %}{{ m(i - 1) }}{{ m(i - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% macro m(i) %}{% if i %}{{ m(i-1, varargs, varargs) }}{% endif %}{{ varargs }}{% endmacro %}{{ m(99, 1, 2) }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% for i in range(9999) %}{% call m() %}"
    "{% for j in range(9999) %}x{% endfor %}{% endcall %}{% endfor %}",
    '{% include "self.j2" %}',
    '{% for i in range(99999) %}{% include "big.j2" %}{% endfor %}',
    '{% macro m() %}{% for i in range(99999) %}{% include "big.j2" %}{% endfor %}{% endmacro %}{{ m() }}',
    '{% set x %}{% for i in range(99999) %}{% include "big.j2" %}{% endfor %}{% endset %}{{ x }}',
    "{% for x in [1] recursive %}{{ loop([1]) }}{{ loop([1]) }}{% endfor %}",
    "{{ 'x'|center(10**9) }}",
    "{{ 'x'|indent(10**9) }}",
    "{{ 'x\n' * 99999|indent('y' * 99999) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ '%*d' % (999999999, 1) }}",
    "{{ '%.999999999f' % 1 }}",
    "{{ '%(a)999999999d' % {'a': 1} }}",
    "{{ '%999999999d'|format(1) }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ '{:{w}}'.format(1, w=999999999) }}",
    "{{ '{0:999999999}'.format('x') }}",
    "{{ ('x' * 99999).replace('x', 'y' * 99999) }}",
    "{{ ('x' * 99999)|replace('x', 'y' * 99999) }}",
    "{{ ('x' * 99999)|replace('', 'y' * 99999) }}",
    "{{ range(99999)|join('y' * 99999) }}",
    "{{ ('y' * 99999).join(['a'] * 99999) }}",
    "{{ ('x' * 9999)|wordwrap(1, true, 'y' * 99999) }}",
    "{{ [1]|batch(10**9, 0)|list }}",
    "{{ [1]|slice(10**9)|list }}",
    "{{ 1|round(10**9, 'ceil') }}",
    "{{ 1|round(-10**9, 'floor') }}",
    "{{ range(10**9)|list }}",
    "{{ range(99999)|map('string')|map('center', 99999)|join }}",
    "{% for i in range(9999) %}{{ ('x' * 99999) in ('y' * 99999) }}{% endfor %}",
    "{% set a = 'x' * 999999 %}{% for i in range(99999) %}{% if a ~ 'y' == a ~ 'z' %}{% endif %}{% endfor %}",
    "{% set a = range(99999)|list %}{% for i in range(99999) %}{% if a[1:] %}{% endif %}{% endfor %}",
    "{% set a = range(99999)|list %}{% for i in range(99999) %}{{ a|sort|length }}{% endfor %}",
    "{% for i in range(99999) %}{{ block.body|shout(10**9) }}{% endfor %}",
    "{% set a = 'x' * 999999 %}{% for i in range(99999) %}{{ a }}{% endfor %}",
    "{% set a = 'x' * 999999 %}{% macro m() %}{% for i in range(99999) %}{{ a }}{% endfor %}{% endmacro %}{{ m() }}",
    "{% set a = 'x' * 999999 %}{% for i in range(99999) %}{{ a.upper()|length }}{% endfor %}",
    "{% set a = 'x' * 999999 %}{% for i in range(99999) %}{{ a|shout|length }}{% endfor %}",
    "{{ day.strftime('%Y' * 99999) }}",
    "{{ day.strftime('%999999999Y') }}",
    "{{ '{:%999999999Y}'.format(day) }}",
    "{% for i in range(99999) %}{% if [-99]|map('steps spent')|list %}{% endif %}{% endfor %}",
    "{{ [-1000000]|map('steps spent')|list }}",
    "{{ [[1]]|map('rounds of a loop', -1000000)|list }}",
    "{{ [[['x']]]|map('map', 'a joined text')|map('list')|list }}",
    "{{ [5]|map('map', 'steps spent') }}{{ 'x'|list|map('a value looked at')|list }}{{ [1]|map('a new list')|list }}",
    "{% for i in range(3) %}{{ ('x' * 1000000)|wordwrap(1)|length }}{% endfor %}",
    "{% for i in range(3000) %}{{ ('x' * 100000)|wordwrap(1)|length }}{% endfor %}",
    "{% set n = ('f' * 3000000)|int(base=16) %}{{ n * n > 1 }}",
    "{% set n = ('f' * 3000000)|int(0, 16) %}{{ n ** 64 > 1 }}",
    "{% set n = 0x" + "f" * 400_000 + " %}{{ n ** 64 > 1 }}",
    "{{ (2 ** 62 + 2 ** 62 - 1) * 2 ** 62 }}",
    "{% set l = ['x' * 99999] * 39 %}{% for i in range(99999) %}{{ l }}{% endfor %}",
    "{% set l = {'a': ['x' * 99999] * 39} %}{% for i in range(99999) %}{{ l }}{% endfor %}",
    "{% set l = ['x' * 99999] * 39 %}{% for i in range(9999) %}{% if l ~ 1 %}{% endif %}{% endfor %}",
    "{% set l = ['x' * 99999] * 39 %}{% for i in range(9999) %}{% if l|e %}{% endif %}{% endfor %}",
    "{% set l = ['x' * 99999] * 39 %}{% for i in range(9999) %}{% if '%s' % [l] %}{% endif %}{% endfor %}",
    "{% set l = ['x' * 99999] * 39 %}{% for i in range(9999) %}{% if '{}'.format(l) %}{% endif %}{% endfor %}",
    "{% for i in range(99999) %}{% for j in range(9) %}{{ blocks[1] }}{% endfor %}{% endfor %}",
    "{{ day.strftime('%s') }}",
    "{{ ('a' * 1000000).strip('b' * 1000000 ~ 'a')|length }}",
    "{{ ('a' * 1000000)|trim('b' * 1000000 ~ 'a')|length }}",
    "{{ " + "(" * 5000 + ")" * 5000 + " }}",
    "{{ " + "[" * 900 + "]" * 900 + " }}",
    "{{ " + "1+" * 20_000 + "1 }}",
    "{% if x %}" * 5000,
]


@pytest.mark.parametrize("source", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_what_is_too_much_is_an_error_at_its_place(project: Path, source: str) -> None:
    with pytest.raises(TemplateError) as raised:
        rendered(project, f"one\n{source}")
    assert f"{project / 'templates'}{os.sep}" in str(raised.value)
    assert " unexpected keyword argument " not in str(raised.value)


@pytest.mark.parametrize(
    "source", ["block.picture.file|square(i)", "block.picture.file|play_badge(i)", "i|string|mjml"]
)
def test_pictures_and_mjml_of_every_size_are_too_much(tmp_path: Path, source: str) -> None:
    drawing = f"<mj-section>{{% for i in range(1, 3000) %}}{{{{ {source} }}}}{{% endfor %}}</mj-section>"
    blocks = "- block: image\n  picture: {file: a.png, alt: A}\n"
    with pytest.raises(TemplateError, match="more than 1,000,000 steps"):
        build(tmp_path, blocks, templates={"blocks/image/block.mjml.j2": drawing}, files={"a.png": png()})


def test_the_same_work_is_too_much_on_every_machine(project: Path) -> None:
    fits, over = (f"{{% for i in range({n}) %}}{{% endfor %}}" * 10 for n in (STEPS_OF_A_TEMPLATE // 10 - 20, 100_000))
    assert rendered(project, fits) == ""
    with pytest.raises(TemplateError, match=r"hostile\.j2:1:1: this takes more than 1,000,000 steps"):
        rendered(project, over)


@pytest.mark.parametrize(
    ("source", "drawn"),
    [
        ("{{ block.title }} {{ block['title'] }}", "T T"),
        ("{{ 'No. {number}'.format(number=7) }}", "No. 7"),
        ("{{ '{:,.2f} {} {x}'.format(1234.5, 'a', x='<') }}", "1,234.50 a &lt;"),
        ("{{ '%s of %02d' % ('a', 7) }} {{ '%spx' % 6 }}", "a of 07 6px"),
        ("{{ day.strftime('%d.%m.%Y') }} {{ day.year }} {{ day.isoformat() }}", "27.11.2026 2026 2026-11-27"),
        ("{{ 'a-b'.split('-')|join('+') }} {{ 'A'.lower() }} {{ 'a'.replace('a', 'b') }}", "a+b a b"),
        ("{{ newsletter.items()|list|length }} {{ newsletter.get('x', 'y') }} {{ newsletter.name }}", "1 y N"),
        ("{% set n = namespace(i=0) %}{% for x in [1, 2] %}{% set n.i = n.i + x %}{% endfor %}{{ n.i }}", "3"),
        ("{% for row in [1, 2, 3]|batch(2, 0) %}{{ row|join }}{{ '|' if not loop.last }}{% endfor %}", "12|30"),
        ("{% for a in [1, 2]|slice(2) %}{{ loop.length }}{{ loop.cycle('a', 'b') }}{{ a[0] }}{% endfor %}", "2a12b2"),
        (
            "{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.next() }}{% set j = joiner('+') %}{{ j() }}{{ j() }}",
            "12+",
        ),
        ("{{ blocks[0] }} {{ blocks[0].block.title }}", "drawn T"),
        ("{{ 'a\nb'|indent(2) }} {{ 'a'|center(3) }} {{ '<b>x</b>'|striptags }} {{ 2.5|round|int }}", "a\n  b  a  x 2"),
        ("{{ [{'a': 2}, {'a': 1}]|map(attribute='a')|sort|join }} {{ [3, 1]|min }} {{ [1, 2]|sum }}", "12 1 3"),
        ("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}{{ m('<') }}", "<b>&lt;</b>"),
        ("{% for x in [[1], [2]] recursive %}{{ loop(x) if x is iterable else x }}{% endfor %}", "12"),
        ("{% if block.nothing is defined %}a{% else %}b{% endif %}{{ block.nothing|default('c') }}", "bc"),
        ("{% filter upper %}x{% endfilter %}{% set y %}z{% endset %}{{ y }}{{ 'a' ~ 1 ~ '<' }}", "Xza1&lt;"),
        ("{{ (day - day).days }} {{ 7 // 2 }} {{ 7 % 4 }} {{ 2 ** 3 }} {{ 'ab' * 2 }}", "0 3 3 8 abab"),
        ("{{ 'x'|shout }} {{ day in [day] }} {{ 1 in (1, 2) }} {{ 'abc'[1:] }}", "X True True bc"),
    ],
)
def test_what_draws_works_as_in_jinja(project: Path, source: str, drawn: str) -> None:
    assert rendered(project, source) == drawn


def test_each_edition_has_filters_of_its_own_by_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "t.txt.j2").write_text("{{ 'x'|say }}")
    one, other = (Templates([tmp_path], names={}, filters={"say": lambda text, n=n: f"{n}{text}"}) for n in (1, 2))
    assert (one.render("t.txt.j2"), other.render("t.txt.j2"), one.render("t.txt.j2")) == ("1x", "2x", "1x")


def test_a_folder_beside_the_shipped_templates_is_a_strangers() -> None:
    assert is_of_the_house(shipped.TEMPLATES / "themes" / "bulletin")
    assert not is_of_the_house(Path(f"{shipped.TEMPLATES}-mine"))


def test_an_issue_becomes_plain_values_throughout() -> None:
    class Inner(BaseModel):
        words: tuple[str, ...] = ("a",)

    class Outer(BaseModel):
        inner: Inner = Inner()
        days: dict[str, dt.date] = {"d": dt.date(2026, 1, 1)}

    record = plain_value(Outer())
    assert record == plain_value(Outer())
    assert hash(record) == hash(plain_value(Outer()))
    with pytest.raises(AttributeError):
        record.inner = 1
    with pytest.raises(TypeError, match="is not to see a PosixPath"):
        plain_value((Path("x"),))
    with pytest.raises(TypeError):
        plain_value(print)


def test_a_hostile_block_stops_the_build_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(SECRET)
    source = '{{ block.body.place.source.file.parent.parent.joinpath(".env").read_text() }}'
    with pytest.raises(TemplateError, match=r"blocks/text/block\.txt\.j2:1:1: ") as raised:
        build(tmp_path, "- block: text\n  body: Hello", templates={"blocks/text/block.txt.j2": source})
    assert SECRET not in str(raised.value)


def test_many_heavy_blocks_are_too_much_whether_or_not_they_were_drawn_before(tmp_path: Path) -> None:
    heavy = "{% for i in range(9) %}{% for j in range(99999) %}{% endfor %}{% endfor %}{{ block.body }}"
    blocks = "\n".join(f"- block: text\n  body: Number {number}" for number in range(8))
    told = []
    for _ in range(2):
        with pytest.raises(TemplateError, match="the templates of this issue take more than") as raised:
            build(tmp_path, blocks, templates={"blocks/text/block.txt.j2": heavy})
        told.append(str(raised.value))
    assert told[0] == told[1]


def test_a_large_text_of_an_author_is_not_too_much(tmp_path: Path) -> None:
    assert MAX_LETTERS > 2_000_000
    edition = build(tmp_path, "- block: text\n  body: |\n" + "    word word word word word word word\n\n" * 500)
    assert edition
