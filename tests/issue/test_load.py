"""Loading: what is there, in which language, and where it was written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from composer.errors import IssueError, NewsletterError
from composer.issue import find_issues, load_issue, load_newsletter, resolve_issue
from tests.support.authoring import ISSUE, issue_of, png, write_issue


def problems_of(folder: Path) -> list[str]:
    """What is wrong, as file:line:column: message; hint, without the folder."""
    with pytest.raises(IssueError) as raised:
        load_issue(folder)
    return [
        str(problem).replace(f"{folder}/", "").replace(f"{folder.parent}/", "") for problem in raised.value.problems
    ]


def test_an_issue_is_loaded_with_its_publication(tmp_path: Path) -> None:
    issue = load_issue(write_issue(tmp_path))
    assert issue.slug == "spring"
    assert issue.languages == ("en",)
    assert issue.newsletter.name == "Network news"
    assert issue.contents["en"].date == dt.date(2020, 3, 31)
    assert issue.contents["en"].language == "en"
    assert issue.contents["en"].blocks[0].block == "text"


def test_a_value_knows_where_it_was_written(tmp_path: Path) -> None:
    source = load_issue(write_issue(tmp_path)).sources["en"]
    assert (source.position(("date",)).line, source.position(("date",)).column) == (3, 7)
    assert source.key_position(("date",)).column == 1
    assert source.position(("blocks", 0, "body")).line == 6
    assert source.position(("blocks", 0, "unwritten")) == source.position(("blocks", 0))
    assert source.file == tmp_path / "spring/issue.yaml"


def test_what_looks_like_a_time_a_word_or_a_number_means_what_the_author_sees(tmp_path: Path) -> None:
    issue = issue_of(
        """
        - block: agenda
          title: 2020
          entries:
            - title: no
              date: 2020-04-07
              time: 11:00
              end_time: 9:05
              language: no
              place: 0x10
        """,
        head="subject: yes\npreheader: 1.10\nnumber: 03\ndate: 2020-03-31\n",
    )
    content = load_issue(write_issue(tmp_path, issue)).contents["en"]
    entry = content.blocks[0].entries[0]  # type: ignore[union-attr]
    assert (content.subject, content.preheader, content.number) == ("yes", "1.10", 3)
    assert (entry.title, entry.language, entry.place) == ("no", "no", "0x10")
    assert (entry.time, entry.end_time) == (dt.time(11, 0), dt.time(9, 5))


def test_an_empty_value_is_as_good_as_none(tmp_path: Path) -> None:
    content = load_issue(write_issue(tmp_path, "title:\nnumber: ~\n" + ISSUE)).contents["en"]
    assert content.title is None
    assert content.number is None


def test_theme_tokens_are_numbers_where_they_look_like_numbers(tmp_path: Path) -> None:
    newsletter = "name: N\norganisation: O\ntheme:\n  width: 640\n  ratio: 1.5\n  accent: '#0b5fff'\n"
    loaded, _ = load_newsletter(write_issue(tmp_path, newsletter=newsletter).parent)
    assert loaded.theme == {"width": 640, "ratio": 1.5, "accent": "#0b5fff"}


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path,
        "subjekt: Spring\n" + ISSUE.replace("2020-03-31", "31.3.2020"),
        newsletter="name: N\norganisation: O\nlanguages: [en, fr]\ntimezone: Europe/Pariss\n",
        files={"issue.fr.yaml": "subject: [un, deux]\n"},
    )
    told = problems_of(folder)
    assert [problem.partition(": ")[0] for problem in told] == [
        "newsletter.yaml:4:11",
        "issue.fr.yaml:1:10",
        "issue.yaml:1:1",
        "issue.yaml:4:7",
    ]
    assert "did you mean 'Europe/Paris'?" in told[0]
    assert "did you mean 'subject'?" in told[2]


def test_a_newsletter_that_is_not_there_is_a_problem_with_advice(tmp_path: Path) -> None:
    folder = write_issue(tmp_path)
    (tmp_path / "newsletter.yaml").unlink()
    (told,) = problems_of(folder)
    assert told.startswith("newsletter.yaml:1:1: there is no such file; go to the folder of your project, or start")


def test_issues_are_found_by_their_file_and_named_by_their_folder(tmp_path: Path) -> None:
    folder = write_issue(tmp_path)
    (tmp_path / "empty").mkdir()
    assert find_issues(tmp_path) == (folder,)
    assert resolve_issue("spring", issues_dir=tmp_path) == folder
    assert resolve_issue(str(folder), issues_dir=Path("elsewhere")) == folder
    assert resolve_issue(str(folder / "issue.yaml"), issues_dir=Path("elsewhere")) == folder


@pytest.mark.parametrize("name", ["sprng", "", "../spring/.."])
def test_an_issue_that_is_not_there_is_told_with_the_nearest(tmp_path: Path, name: str) -> None:
    write_issue(tmp_path)
    with pytest.raises(NewsletterError) as raised:
        resolve_issue(name, issues_dir=tmp_path)
    assert "issues in" in str(raised.value).lower()
    assert name != "sprng" or "did you mean 'spring'?" in str(raised.value)


FILES: dict[str, str | bytes] = {"bridge.png": png(), "fake.png": b"hi", "bridge.svg": b"<svg/>"}
PICTURE = "- block: image\n  picture: {{file: {name}, alt: A bridge}}\n"


def test_a_picture_beside_the_issue_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "spring/pictures").mkdir(parents=True)
    folder = write_issue(
        tmp_path, issue_of(PICTURE.format(name="pictures/bridge.PNG")), files={"pictures/bridge.PNG": png()}
    )
    assert load_issue(folder)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../newsletter.png", "is outside"),
        ("/etc/passwd.png", "is outside"),
        ("bridge.svg", "is not a picture that mail programs show; use PNG, JPEG, GIF, WebP or AVIF"),
        ("brigde.svg", "did you mean 'bridge.svg'?"),
        ("brigde.png", "did you mean 'bridge.png'?"),
        ("linked.png", "is a link to a file outside"),
        ("fake.png", "is not what its name says"),
        ("'a\\b.png'", "is outside"),
        ("é" * 200 + ".png", "there is no picture"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_a_problem_at_its_name(tmp_path: Path, name: str, words: str) -> None:
    folder = write_issue(tmp_path, issue_of(PICTURE.format(name=name)), files=FILES)
    (tmp_path / "secret.png").write_bytes(png())
    (folder / "linked.png").symlink_to(tmp_path / "secret.png")
    (told,) = problems_of(folder)
    assert words in told
    assert told.startswith("issue.yaml:6:21:")


def test_the_logo_lies_beside_the_newsletter(tmp_path: Path) -> None:
    newsletter = "name: N\norganisation: O\nlogo:\n  file: logo.png\n  alt: N\n"
    (told,) = problems_of(write_issue(tmp_path, newsletter=newsletter))
    assert told.startswith("newsletter.yaml:4:9: there is no picture 'logo.png'")


def test_sessions_are_at_most_three_levels_deep(tmp_path: Path) -> None:
    deep = "{title: A, sessions: [{title: B, sessions: [{title: C, sessions: [{title: D}]}]}]}"
    blocks = (
        f"- block: agenda\n  title: T\n  entries:\n    - title: E\n      date: 2020-04-01\n      sessions: [{deep}]\n"
    )
    (told,) = problems_of(write_issue(tmp_path, issue_of(blocks)))
    assert "sessions can be nested 3 levels deep" in told


def test_two_blocks_cannot_have_the_same_id(tmp_path: Path) -> None:
    blocks = "- block: divider\n  id: a\n- block: divider\n  id: a\n"
    (told,) = problems_of(write_issue(tmp_path, issue_of(blocks)))
    assert told.startswith("issue.yaml:8:9: the id 'a' is taken by the block in line 6")


def test_one_uid_cannot_be_on_two_days(tmp_path: Path) -> None:
    blocks = """\
- block: agenda
  title: T
  entries:
    - {uid: nice, date: 2020-04-01, title: A}
    - {uid: nice, date: 2020-04-02, title: B}
- block: events
  title: T
  events:
    - {uid: nice, date: 2020-04-01, title: A again}
"""
    (told,) = problems_of(write_issue(tmp_path, issue_of(blocks)))
    assert told.startswith("issue.yaml:9:15: the uid 'nice' is that of the event in line 8, on another day")


@pytest.mark.parametrize("written", ["\\0", "\\a", "\\x1b", "\\x7f", "\\x85"])
def test_a_character_that_nobody_sees_is_told_where_it_stands(written: str, tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path,
        f"""
        subject: Spring
        preheader: "bell {written} here"
        date: 2020-03-31
        blocks:
          - block: text
            body: "and {written} there"
        """,
    )
    told = [line for line in problems_of(folder) if "control character (U+" in line]
    assert [line.split(": ")[0] for line in told] == ["issue.yaml:3:12", "issue.yaml:7:11"]


def test_tabs_and_line_breaks_are_no_control_characters(tmp_path: Path) -> None:
    folder = write_issue(
        tmp_path,
        """
        subject: Spring
        preheader: One line
        date: 2020-03-31
        blocks:
          - block: text
            body: "one\\ttwo\\nthree"
        """,
    )
    assert load_issue(folder).languages == ("en",)


def test_a_folder_without_an_issue_is_not_answered_with_its_own_name(tmp_path: Path) -> None:
    spring = write_issue(tmp_path)
    (tmp_path / "summer/issue.yaml").mkdir(parents=True)
    with pytest.raises(NewsletterError, match=r"there is no issue 'summer'; issues in .*: spring$"):
        resolve_issue("summer", issues_dir=spring.parent)
