"""The author's browser: the issue as each reader will see it, repainted on every save.

::

    issues/, templates/  ──watch──▶  changes.py   one line to every open browser: look again
            │
            ▼
    workbench.py   the issue as checked, and its last version that could be built
            │
            ├──▶ report.py    for the page: findings with their lines, weight, what inboxes show
            ├──▶ frame.py     for the reader's eyes: light, dark, inverted, without pictures
            └──▶ bundle.py    for the disk: what ``newsletter build`` writes
    readers.py     who is reading: sample people, or values the author typed
    branches.py    further sample people, who see each side of every condition
    app.py         the addresses

Enters: folders of issues and templates. Leaves: pages for the loopback interface, and files of ``build``. It
never has rules of its own: ``checks.check_folder`` and ``edition.build_edition`` are the functions that ``check``,
``build`` and ``send`` call. It never needs the database, and it never sends.
"""
