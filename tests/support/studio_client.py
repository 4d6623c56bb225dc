"""The studio asked as its page asks it, without a browser."""

from __future__ import annotations

from starlette.testclient import TestClient

from composer.project import Project
from composer.studio.app import create_studio
from composer.studio.session import FORGERY_HEADER
from tests.support.projects import SESSION

OURS = "http://127.0.0.1:8027"
COOKIE = SESSION.new_cookie()
TOKEN = {FORGERY_HEADER: SESSION.forgery_token(COOKIE), "Origin": OURS}
"""What a change brings along."""


def studio_client(project: Project) -> TestClient:
    """Let a page in, which sees; what is to change something brings ``TOKEN``. A fault is an answer, too."""
    app = create_studio(project, run="test", session=SESSION)
    client = TestClient(app, base_url=OURS, raise_server_exceptions=False)
    client.cookies.set(SESSION.cookie_name, COOKIE)
    return client
