"""The author's browser: the issue as each reader will see it, repainted on every save.

::

    issues/, templates/  ──watch──▶  changes.py   one line to every open browser: look again
            │
            ▼
    previews.py   the issue as checked, and its last version that could be built
            │
            ├──▶ report.py          for the page: findings with their lines, weight, what inboxes show
            └──▶ web/mail_frame.py  for the reader's eyes: light, dark, inverted, without pictures
    frames.py      the mail for the page's frame, or what of it differs from the one that is shown
    branches.py    further sample people, who see each side of every condition
    session.py     which browsers may ask
    desk.py        the files as they are being written, saved at once, and what can be undone
    sending/       test mails, people, plans, sending and history, by the steps of ``workflow``
    app.py         the addresses; writing.py those that change something in the files
    browser/       the page's sources, in TypeScript: studio.ts is where it begins
    static/        the page as it is bundled from them (tools/build_studio.py)
    page.py        whether it has been

Enters: folders of issues and templates, and the database for what ``sending/`` does. Leaves: pages for the loopback
interface. It never has rules of its own: ``checks.check_folder`` and ``edition.build_edition`` are the functions that
``check``, ``build`` and ``send`` call, and what is written goes through ``composer/writing``. It composes without a
database, and a process of its own sends, never this one.
"""
