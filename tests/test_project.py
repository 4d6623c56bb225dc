"""What stands beside the code is true: the example of settings, the documents, the files that are committed."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from composer.cli.main import COMMANDS
from composer.workflow.starting import env_example

ROOT = Path(__file__).parent.parent


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_the_example_of_settings_is_what_init_writes() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()


@pytest.mark.parametrize(
    "document", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    # What stands in a sample is the reader's, not ours.
    prose = re.sub(
        r"^( *)(`{3,}).*?^\1\2$|`[^`\n]+`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"^newsletter ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_every_command_has_a_module() -> None:
    for module, _, _ in COMMANDS.values():
        assert (ROOT / "composer" / "cli" / "commands" / f"{module}.py").is_file(), module


def test_every_test_plug_in_and_shell_script_is_committed_with_its_mode() -> None:
    for script in (ROOT / ".ci" / "run", ROOT / "tools" / "install-packages.sh"):
        assert script.stat().st_mode & 0o111, f"{script} cannot be run"


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_and_test_that_is_named_exists(document: str) -> None:
    """A test alone in code form is of the file that was named before it, in the same row."""
    for line in (ROOT / document).read_text(encoding="utf-8").splitlines():
        file: Path | None = None
        for path, test in re.findall(r"`((?:composer|tests|tools|templates|docs)/[\w./-]*)?(?:::)?(test_\w+)?`", line):
            if path:
                file = ROOT / path
                assert file.exists(), f"{document} names {path}"
            if test and file:
                assert re.search(rf"^(async )?def {test}\(", file.read_text(encoding="utf-8"), re.MULTILINE), test


def test_no_lock_file_with_addresses_is_committed() -> None:
    assert not _tracked("*package-lock.json")
    assert not _tracked("*.lock")


def test_every_pin_is_exact() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line)] == []


MOST_MODULES, MOST_LINES, MOST_LINES_OF_A_SHEET, MOST_LINES_OF_A_FUNCTION = 22, 330, 400, 50
COMPOSER = ROOT / "composer"
FOLDERS = sorted({module.parent.relative_to(COMPOSER) for module in COMPOSER.rglob("*.py")} - {Path()})


def test_no_folder_holds_more_modules_than_can_be_taken_in_at_a_glance() -> None:
    modules = {str(folder): len(list((COMPOSER / folder).glob("*.py"))) for folder in (Path(), *FOLDERS)}
    del modules["cli/commands"]  # one file a command, none of which knows another
    assert {folder: count for folder, count in modules.items() if count > MOST_MODULES} == {}, "it wants to be two"


def test_no_module_is_longer_than_can_be_read_in_one_go() -> None:
    lines = {str(path): path.read_text(encoding="utf-8").count("\n") for path in COMPOSER.rglob("*.py")}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}, "it wants to be two"


def test_no_script_or_sheet_of_the_studio_is_longer_than_can_be_read_in_one_go() -> None:
    browser = COMPOSER / "studio" / "browser"
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in browser.rglob("*.*s*")}
    most = {".ts": MOST_LINES, ".tsx": MOST_LINES, ".css": MOST_LINES_OF_A_SHEET}
    too_long = {str(path.relative_to(browser)): n for path, n in lines.items() if n > most.get(path.suffix, n)}
    assert too_long == {}, "it wants to be two"


def test_no_function_is_longer_than_a_page() -> None:
    """A migration is a list of what was done, and is as long as that."""
    modules = [path for folder in ("composer", "bench", "tools") for path in (ROOT / folder).rglob("*.py")]
    lines = {
        f"{path.relative_to(ROOT)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules
        if path.parent.name != "versions"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION} == {}, "it wants a step"


def test_the_picture_of_folders_has_every_folder_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = {
        name
        for line in text.splitlines()
        if line.startswith("| `") and "/` |" in line
        for name in re.findall(r"`([a-z_/]+)/`", line)
    }
    assert drawn == {str(folder) for folder in FOLDERS if folder.name != "versions"}


def test_the_files_beside_the_folders_are_named_too() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = {file.name for file in COMPOSER.glob("*.py") if not file.name.startswith("__")}
    assert {file for file in files if f"`{file}`" not in text} == set()


def test_every_folder_is_in_an_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    named = {word for contract in contracts for word in re.findall(r"composer\.(\w+)", str(contract))}
    assert {folder.parts[0] for folder in FOLDERS} <= named


def test_the_walks_of_three_values_pass_files_and_functions_that_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walks = re.findall(r"^\*\*.+?\*\*, at most (\d+) files\n\n((?:\|.+\n)+)", text, re.MULTILINE)
    assert [int(most) for most, _ in walks] == [20, 10, 6]
    for most, table in walks:
        rows = re.findall(r"^\| (\d+) \| `([\w/]+\.py)` \| `(\w+)` \|", table, re.MULTILINE)
        assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1)) == list(range(1, int(most) + 1))
        for _, file, name in rows:
            module = (COMPOSER / file).read_text(encoding="utf-8")
            assert re.search(rf"^ *(async )?(def|class) {name}\b", module, re.MULTILINE), f"{file} has no {name}"
