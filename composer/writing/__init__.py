"""What an author changes, as an engineer would have changed it: edits, forms and histories of the project's files.

Enters: the bytes of ``issue.yaml``, ``issue.md``, a translation, ``newsletter.yaml`` or ``theme.yaml``, and edits as
JSON. Leaves: bytes again, in which comments, order, quoting and everything not touched stand as they stood, so that git
shows a small difference. Never: a server, a template, the database, the clock. Only ``files.py`` touches the disk.

::

    read_document(name, data, shape=Shape.of_issue(own))      → Document    document.py, shape.py
    edited(document, edit_from_json({...}))                   → Document    editing.py, edits.py
    block_forms(own), issue_form(), newsletter_form()         → Forms       forms.py
    OpenIssue(folder, own_blocks=own)                         everything of one issue, saved as it is typed
    store_picture(folder, name, content)                      → StoredPicture(name, width, height)     pictures.py
    begin_issue(issues_dir, slug, files)                      → its folder  folders/, drafts.py, renewal.py

**A document**, ``Document.as_json()``. Spans count characters as browsers do (UTF-16), lines from 1; ``text`` is the
file without a byte order mark and with its own line breaks::

    {"name": "issue.yaml", "format": "yaml" | "markdown", "version": "32 hexadecimal digits",
     "text": "…", "can_be_edited": true,
     "problems": [{"line": 3, "column": 1, "message": "…", "hint": "…"}],    of how it is written; checks tell the rest
     "values": {"subject": "…", "blocks": [{"block": "text", "body": "…"}]},  texts, lists, mappings, null; no numbers
     "blocks": [{"index": 0, "kind": "text", "id": "welcome", "values": {…}, "span": [90, 190], "lines": [6, 12]}],
     "fields": [{"path": ["blocks", 0, "body"], "span": [110, 190], "lines": [8, 12]}]}

``can_be_edited`` is false while there is a mistake in how the file is written (a bracket that is not closed): then only
``text`` edits are taken. A span is that of the key with its value, of an entry or of a block.

**An edit.** A path is a list of keys and of places (from 0); a block is ``["blocks", 3]``::

    {"edit": "set",       "path": ["blocks", 3, "picture", "alt"], "value": "…"}   any JSON; null takes the key out
    {"edit": "remove",    "path": ["blocks", 3]}                                   a key, an entry or a block
    {"edit": "add",       "path": ["blocks"], "index": 2, "value": {"block": "text", "body": "…"}}
    {"edit": "move",      "path": ["blocks", 3], "to": 0}                          its place afterwards
    {"edit": "duplicate", "path": ["blocks", 3]}                                   behind itself; ids get a number
    {"edit": "text",      "text": "…"}                                             the whole source

What is missing on the way of a ``set`` is made. A mapping or a list as a value is compared with what is there, and only
what differs is written. Line breaks at the end of a text mean nothing. An edit that the file could not say is refused
in words (``EditRefused``), and nothing has happened. Whether the values are right is not asked: a half-filled form is
saved, and the checks tell what it lacks.

**An open issue**, ``OpenIssue.as_json()``; one object serves all tabs, from any thread::

    {"issue": "2020-03-network-news", "files": [documents; newsletter.yaml is among them],
     "history": {"undo": "set: subject", "redo": null},                  the words that were given with the edit
     "conflicts": {"issue.yaml": [{"path": ["subject"], "base": "…", "mine": "…", "theirs": "…"}]}}

``edit(name, *edits, version=…, gesture=…, words=…)`` is saved when it returns, all of it or nothing. ``version`` is
that of the document in which the author saw what they edited; if it has changed since, the edits go to the same blocks
and fields, or they are refused. Edits of one ``gesture`` (any name: one for each time a field is entered) are undone as
one. ``undo()``, ``redo()``. ``look_again()`` takes in what other programs have saved. While a file has conflicts, what
is typed is kept beside it and not in it; ``settle(name, {path: "mine" | "theirs"})`` ends that. null as a side means
that it was taken out; the path [] means the whole text.

**Issues.** ``begin_issue`` writes a new folder of files, by their names: ``few_words(…)``, ``shipped_sample(…)`` or
``last_issue(…, empty_texts=True)`` of ``drafts.py``, or ``{"issue.md": draft.text, **draft.pictures}`` of an import.
``duplicate_issue``, ``rename_issue``, ``archive_issue`` and ``delete_issue`` take the name of an issue;
``archived_issues`` and ``deleted_issues`` list what ``restore_issue`` brings back. ``with_date_and_number`` sets both.

**Pictures.** ``store_picture`` takes what was dropped (PNG, JPEG, GIF, WebP, AVIF, HEIC, SVG; judged by its bytes) and
returns the name to set as ``file``; what it cannot take it refuses in words (``FileRefused``).

**A form**, ``EditForm.as_json()``; keys that say nothing are left out::

    {"kind": "article", "label": "Article", "help": "A story: …", "group": "To read", "is_own": false,
     "fields": [{"name": "title", "label": "Headline", "kind": "line", "help": "…", "required": true,
                 "is_rare": false, "default": "top", "choices": [{"value": "top", "label": "on top"}],
                 "minimum": 2, "maximum": 4, "max_length": 500, "pattern": "^…$",
                 "without": ["headings", "rules"],
                 "fields": [fields of a link, a picture or a group], "entry": {the field of which a list has several}}]}

A text in Markdown that is ``without`` something (``headings``, ``lists``, ``quotations``, ``code``, ``rules``) stands
where there is no look for it; the checks tell who writes it all the same.

Kinds of fields: ``line`` (one line, shown as written), ``markdown``, ``code`` (MJML), ``url``, ``file`` (a picture
beside the issue), ``date`` (2020-03-31), ``time`` (11:00), ``zone``, ``language``, ``choice``, ``number``, ``yes_no``,
``focus`` (a point of a picture), ``condition`` (who sees it), ``name`` (small letters and hyphens), ``words`` (for
programs), ``token`` (of a theme), ``link``, ``picture`` and ``group`` (with ``fields``), ``list`` (of ``entry``; a
table's rows are lists of lists), ``map`` (keys of the author's own, values as ``entry``) and ``any``.
``starting_values(form, today=…)`` is what a new block begins with; ``like=`` gives it the shape of another one.
"""
