"""What stands beside the code is true: the example of settings, the documents, the files that are committed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from composer.cli.commands.init import env_example
from composer.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_the_example_of_settings_is_what_init_writes() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()


@pytest.mark.parametrize(
    "document", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
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


def test_no_lock_file_with_addresses_is_committed() -> None:
    assert not _tracked("*package-lock.json")
    assert not _tracked("*.lock")


def test_every_pin_is_exact() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line)] == []
