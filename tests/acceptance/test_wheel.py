"""What a person gets from the package index: a wheel in an empty folder, without our checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, built_page: None) -> Path:
    """``newsletter`` of a fresh environment that has the wheel, and borrows our libraries but not our code."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # A folder named in a .pth file is searched for modules, but its own .pth files (our editable install) are not read.
    (Path(target) / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel],
        check=True,
        capture_output=True,
    )
    return folder / "venv" / "bin" / "newsletter"


def test_a_project_starts_checks_builds_and_previews_in_an_empty_folder(
    installed: Path, tmp_path: Path, web: httpx.Client
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NEWSLETTER"))}

    def newsletter(*words: str, cwd: Path) -> str:
        ran = subprocess.run([installed, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    where = subprocess.run(
        [installed.with_name("python"), "-c", "import composer; print(composer.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT / "composer") not in where.stdout
    newsletter("init", "demo", cwd=tmp_path)
    project = tmp_path / "demo"
    assert "4 editions in out" in newsletter("build", cwd=project)
    newsletter("new", "2027-01-winter-news", cwd=project)

    program = subprocess.Popen(
        [installed, "studio", "--no-open", "--port", "0"],
        cwd=project,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        found = re.search(r"(http://127\.0\.0\.1:\d+)/\?(\S+)", program.stdout.readline())
        assert found is not None
        web.cookies = web.get(found[0]).cookies
        slugs = [issue["slug"] for issue in web.get(f"{found[1]}/api/project").json()["issues"]]
        assert "2027-01-winter-news" in slugs
        page = web.get(f"{found[1]}/").text
        for part in ("/static/LICENCES.txt", *set(re.findall(r"/static/[\w.-]+", page))):
            assert web.get(f"{found[1]}{part}").status_code == 200, part
        assert "/static/icons-" in page
        assert "<html" in web.get(f"{found[1]}/show/{slugs[-1]}/en/mail").text
    finally:
        program.terminate()
        program.communicate()
