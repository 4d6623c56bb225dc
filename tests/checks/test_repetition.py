"""An issue beside the earlier ones: what is left of the old letter is told, what stands in each issue is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from composer import shipped
from composer.checks.finding import Finding, mend_place
from composer.compose import check_folder
from composer.issue.neighbours import files_of_issues
from tests.support.authoring import NEWSLETTER, png
from tests.support.counting import steps_of

STORY = "The bridge opens on Saturday with a brass band, and every boat may pass below it for nothing until noon."
OTHER = (
    "Forty gardeners met at the old mill to plan which of the empty plots along the river they will plant this year."
)
NEW = "- block: article\n  title: A festival\n  body: Nobody has written of this festival of lanterns in any issue.\n"
JAPANESE = "橋は土曜日に吹奏楽とともに開通し、正午まですべての船が無料で下を通れます。"


def article(body: str, title: str = "A bridge") -> str:
    return f'- block: article\n  title: {title}\n  body: "{body}"\n'


def put(project: Path, name: str, day: str, blocks: str, *, number: int | None = None, language: str = "") -> Path:
    """Write an issue, or its file of a further language."""
    folder = project / name
    folder.mkdir(parents=True, exist_ok=True)
    if not (project / "newsletter.yaml").exists():
        (project / "newsletter.yaml").write_text(NEWSLETTER, encoding="utf-8")
    head = f"subject: The letter of {name}\npreheader: What is in it\ndate: {day}\n" + (
        f"number: {number}\n" if number else ""
    )
    file = folder / f"issue.{language}.yaml" if language else folder / "issue.yaml"
    file.write_text(f"{head}blocks:\n{re.sub('^', '  ', blocks, flags=re.MULTILINE).rstrip()}\n", encoding="utf-8")
    return folder


def found(folder: Path, code: str = "story-repeated") -> list[Finding]:
    return [one for one in check_folder(folder, templates=(shipped.TEMPLATES,)).findings if one.code == code]


def test_each_story_that_an_earlier_issue_had_is_told_at_its_block(tmp_path: Path) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY) + "- block: divider\n" + article(OTHER, "The mill"))
    folder = put(tmp_path, "2020-04", "2020-04-30", NEW + article(OTHER, "Gardens") + article(STORY))
    first, second = found(folder)
    assert (first.severity, first.position.file.name, first.position.line) == ("warning", "issue.yaml", 8)
    assert first.message.endswith("(Gardens) stood in the block 3 of 2020-03 (issue.yaml:9), nearly word for word")
    assert (
        second.message == "the block 'article' (A bridge) stood in the block 1 of 2020-03 (issue.yaml:5), word for word"
    )
    assert "write this issue's own, or delete it" in second.hint
    assert found(tmp_path / "2020-03") == [], "the earlier one had it first"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (STORY.replace("brass band", "small band"), 1),
        (STORY.replace(",", " –").replace(".", "!"), 1),
        (STORY.replace("for nothing until noon", "[for nothing](https://a.city/x) until *noon*"), 1),
        (STORY.replace("Saturday with a brass band", "Friday without any music at all"), 0),
        (STORY.replace("a brass band, and every boat may", "no band at all, and any ship can"), 0),
        (OTHER, 0),
    ],
)
def test_a_story_is_known_again_until_it_is_rewritten(tmp_path: Path, body: str, count: int) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY))
    assert len(found(put(tmp_path, "2020-04", "2020-04-30", NEW + article(body)))) == count


def test_who_writes_new_figures_into_a_sentence_has_been_there(tmp_path: Path) -> None:
    report = "In {month} {count} people came to the harbour, most of them by train, and stayed until the evening."
    put(tmp_path, "2020-03", "2020-03-31", article(report.format(month="March", count="1,204")))
    new = put(tmp_path, "2020-04", "2020-04-30", NEW + article(report.format(month="April", count="1,377")))
    assert found(new) == []
    old = put(tmp_path, "2020-04", "2020-04-30", NEW + article(report.format(month="April", count="1,204")))
    (one,) = found(old)
    assert one.message.endswith("nearly word for word")


STANDING = [
    f"- block: masthead\n  tagline: {STORY}\n",
    f'- block: footer\n  body: "{STORY}"\n',
    "- block: button\n  label: Register for the evening at the harbour\n  url: https://network.example.org/a\n",
    f'- block: sponsor\n  title: Lumen\n  body: "{STORY}"\n',
    "- block: social\n  title: Follow us wherever you are and whatever you do, there is a place for everyone\n"
    "  profiles:\n    - {network: rss, url: https://network.example.org/feed}\n",
    "- block: agenda\n  title: Dates\n  entries:\n    - title: The bridge\n      date: 2020-06-01\n"
    f'      body: "{STORY}"\n',
    f"- block: mjml\n  mjml: <mj-section><mj-column><mj-text>{STORY}</mj-text></mj-column></mj-section>\n"
    f'  body: "{STORY}"\n',
    "- block: text\n  body: 'Dear {{ subscriber.first_name | default(\"reader\") }}, good morning.'\n",
    "- block: columns\n  title: In the words of those who were there on all of these long days and nights\n  cards:\n"
    "    - {title: One, kicker: What you told us about the harbour in these last letters}\n    - {title: Two}\n",
]


@pytest.mark.parametrize("block", STANDING, ids=lambda block: block.split()[2])
def test_what_stands_in_each_issue_by_its_kind_is_no_story(tmp_path: Path, block: str) -> None:
    first, last = (block, NEW) if "masthead" in block else (NEW, block)
    put(tmp_path, "2020-03", "2020-03-31", (block + article(OTHER)) if first == block else article(OTHER) + block)
    assert found(put(tmp_path, "2020-04", "2020-04-30", first + last)) == []


def test_a_block_of_the_last_three_issues_stands_there_by_use(tmp_path: Path) -> None:
    counts = []
    for month in range(2, 7):
        news = " ".join(f"{word}{'abcdefg'[month]}" for word in OTHER.split())
        folder = put(tmp_path, f"2020-0{month}", f"2020-0{month}-28", article(STORY) + article(news, "News"))
        counts.append(len(found(folder)))
    assert counts == [0, 1, 1, 0, 0]
    again = put(tmp_path, "2020-07", "2020-07-28", NEW), put(tmp_path, "2020-08", "2020-08-28", article(STORY))
    assert len(found(again[1])) == 1, "one issue was without it"


def test_as_many_newer_issues_with_the_same_long_words_are_read_as_the_docs_say(tmp_path: Path) -> None:
    said = re.search(r"Read are the (\d+) newest", Path("docs/checks.md").read_text(encoding="utf-8"))
    assert said is not None
    put(tmp_path, "2019-01", "2019-01-01", article(STORY))
    for number in range(int(said[1]) - 1):
        other = " ".join(sorted(STORY.split(), key=len)[8:] + [f"and{number}word{one}" for one in "abcdefghijk"])
        put(tmp_path, f"2020-{number}", "2020-01-01", article(other))
    folder = put(tmp_path, "2020-12", "2020-12-31", article(STORY) + NEW)
    assert len(found(folder)) == 1
    put(tmp_path, "2020-more", "2020-01-01", article(other))
    assert found(folder) == []


def test_drafts_of_one_day_make_no_standing_block_and_the_sent_issue_is_named(tmp_path: Path) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY))
    for number in range(4):
        folder = put(tmp_path, f"2020-04-draft-{number}", "2020-04-30", article(STORY) + article(f"{OTHER} {number}"))
    assert "of 2020-03 (" in found(folder)[0].message


def test_each_language_is_held_against_its_own(tmp_path: Path) -> None:
    french = (
        "Le pont ouvre samedi en fanfare, et tous les bateaux passent gratuitement jusqu’à midi, même les plus grands."
    )
    put(tmp_path, "2020-03", "2020-03-31", article(STORY))
    put(tmp_path, "2020-03", "2020-03-31", article(french), language="fr")
    folder = put(tmp_path, "2020-04", "2020-04-30", article(OTHER) + NEW)
    put(tmp_path, "2020-04", "2020-04-30", article(french) + NEW, language="fr")
    (one,) = found(folder)
    assert (one.position.file.name, one.position.line) == ("issue.fr.yaml", 5)
    assert "(issue.fr.yaml:5)" in one.message
    assert found(put(tmp_path, "2020-05", "2020-05-30", article(french))) == [], "in English nobody said it"


def test_a_story_of_a_script_without_blanks_is_known_again(tmp_path: Path) -> None:
    (tmp_path / "newsletter.yaml").write_text(NEWSLETTER.replace("[en, fr]", "[ja]"), encoding="utf-8")
    put(tmp_path, "2020-03", "2020-03-31", article(JAPANESE) + article("灯籠祭りの準備が始まりました。"))
    folder = put(
        tmp_path, "2020-04", "2020-04-30", article(JAPANESE) + article("川沿いの空き地に四十人が花を植えます。")
    )
    assert len(found(folder)) == 1
    escaped = JAPANESE.encode("unicode-escape").decode()
    put(tmp_path, "2020-03", "2020-03-31", article(escaped) + article("灯籠祭りの準備が始まりました。"))
    assert len(found(folder)) == 1, "however the earlier file writes it"


def test_an_old_entry_among_new_ones_is_told_and_no_entry_of_an_old_block(tmp_path: Path) -> None:
    entry = '    - kicker: One\n      body: "{}"\n'
    digest = f"- block: digest\n  title: Projects\n  entries:\n{entry}{entry}"
    put(tmp_path, "2020-03", "2020-03-31", digest.format(STORY, OTHER))
    new = "The lighthouse has a new lamp, which can be seen from the other side of the bay on clear nights."
    (one,) = found(put(tmp_path, "2020-04", "2020-04-30", digest.format(new, STORY) + NEW))
    assert one.position.line == 10
    assert one.message.startswith("an entry of the block 'digest' (Projects) stood in the block 1 of 2020-03")
    (whole,) = found(put(tmp_path, "2020-04", "2020-04-30", NEW + digest.format(OTHER, STORY)))
    assert whole.message.startswith("the block 'digest'")


def test_a_copy_as_a_whole_is_told_once(tmp_path: Path) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY) + article(OTHER))
    folder = put(tmp_path, "2020-04", "2020-04-30", article(STORY) + article(OTHER))
    assert len(found(folder, "issue-repeated")) == 1
    assert found(folder) == []


def test_two_drafts_that_begin_with_the_same_words_are_no_story(tmp_path: Path) -> None:
    begun = article("TODO: two to four sentences that make one want to read on, and then a link to all of it.")
    put(tmp_path, "2020-03", "2020-03-31", begun)
    folder = put(tmp_path, "2020-04", "2020-04-30", begun + NEW)
    assert (len(found(folder, "text-todo")), found(folder)) == (1, [])


def test_the_first_issue_repeats_nothing(tmp_path: Path) -> None:
    assert found(put(tmp_path, "2020-03", "2020-03-31", article(STORY) + article(STORY))) == []


def test_stories_and_letters_of_the_archive_count_and_those_whose_picture_is_gone(tmp_path: Path) -> None:
    put(tmp_path / "archive", "2020-03", "2020-03-31", article(STORY))
    (tmp_path / "archive" / "newsletter.yaml").unlink()
    lost = article(OTHER) + "  picture: {file: gone.png, alt: A mill}\n"
    put(tmp_path, "2020-02", "2020-02-28", lost)
    folder = put(tmp_path, "2020-04", "2020-04-30", article(STORY) + article(OTHER) + NEW)
    archived, picture = found(folder)
    assert "of archive/2020-03 (issue.yaml:5)" in archived.message
    assert "of 2020-02 (issue.yaml:5)" in picture.message


def test_an_issue_that_is_mended_or_changed_is_read_again(tmp_path: Path) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(OTHER))
    folder = put(tmp_path, "2020-04", "2020-04-30", article(STORY) + NEW)
    assert found(folder) == []
    put(tmp_path, "2020-03", "2020-03-31", article(STORY) + "- block: divider\n")
    assert len(found(folder)) == 1


def test_a_copy_of_a_letter_whose_picture_was_gone_for_a_while_is_found(tmp_path: Path) -> None:
    shown = article(STORY) + "  picture: {file: mill.png, alt: A mill}\n"
    before = put(tmp_path, "2020-03", "2020-03-31", shown)
    folder = put(tmp_path, "2020-04", "2020-04-30", shown)
    (folder / "mill.png").write_bytes(png())
    assert len(found(folder, "issue-repeated")) == 1, "the letter was sent with it"
    (before / "mill.png").write_bytes(png())
    assert len(found(folder, "issue-repeated")) == 1


@pytest.mark.parametrize("day", ["date:\n  2020-04-30", '? "date"\n: 2020-04-30'])
def test_the_older_of_two_copies_is_not_told_however_their_days_are_written(tmp_path: Path, day: str) -> None:
    folders = [put(tmp_path, name, "2020-04-30", article(STORY)) for name in ("2020-04", "2020-04-copy")]
    for folder in folders:
        file = folder / "issue.yaml"
        file.write_text(file.read_text().replace("date: 2020-04-30", day))
    assert [len(found(folder, "issue-repeated")) for folder in folders] == [0, 1]


def test_issues_that_did_not_change_cost_one_look_each(tmp_path: Path) -> None:
    for number in range(40):
        put(tmp_path, f"2019-{number:02}", "2019-03-31", article(f"{STORY} {number}") + article(f"{OTHER} {number}"))
    folder = put(tmp_path, "2020-04", "2020-04-30", article(STORY + " 38") + NEW)
    assert len(found(folder)) == 1
    first = steps_of(lambda: files_of_issues(tmp_path / ".." / tmp_path.name))  # a name under which nothing is kept
    again = steps_of(lambda: files_of_issues(tmp_path / ".." / tmp_path.name))
    assert again < first / 2


# --- The number


def test_a_number_that_an_earlier_issue_has_is_told_with_the_next_that_is_free(tmp_path: Path) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY), number=7)
    put(tmp_path, "archive/2019-12", "2019-12-31", article(STORY), number=11)
    folder = put(tmp_path, "2020-04", "2020-04-30", NEW, number=7)
    (one,) = found(folder, "number-repeated")
    assert (one.severity, one.position.line) == ("warning", 4)
    assert (one.message, one.hint) == ("the number 7 is that of 2020-03 already", "the next one is 12")
    mend = mend_place(one)
    assert mend is not None
    assert mend.as_json() == {"line": 4, "column": 9, "replace": "7", "with": "12"}
    assert found(tmp_path / "2020-03", "number-repeated") == [], "the earlier one had it first"


def test_the_archive_had_its_numbers_too(tmp_path: Path) -> None:
    put(tmp_path / "archive", "2020-03", "2020-03-31", article(STORY), number=7)
    folder = put(tmp_path, "2020-04", "2020-04-30", NEW, number=7)
    (one,) = found(folder, "number-repeated")
    assert "archive/2020-03" in one.message


def test_of_issues_begun_on_one_day_all_but_one_are_told(tmp_path: Path) -> None:
    folders = [put(tmp_path, name, "2020-04-30", article(f"{OTHER} {name}"), number=6) for name in ("a", "b", "c")]
    messages = [[one.message for one in found(folder, "number-repeated")] for folder in folders]
    assert messages == [[], ["the number 6 is that of a already"], ["the number 6 is that of a and b already"]]


@pytest.mark.parametrize("number", [None, 8])
def test_no_number_and_one_of_its_own_are_right(tmp_path: Path, number: int | None) -> None:
    put(tmp_path, "2020-03", "2020-03-31", article(STORY), number=7)
    put(tmp_path, "2020-02", "2020-02-28", article(OTHER))
    assert found(put(tmp_path, "2020-04", "2020-04-30", NEW, number=number), "number-repeated") == []
