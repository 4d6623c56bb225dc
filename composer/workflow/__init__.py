"""What a person does with an issue that is written, step by step; the command line and the studio call the same steps.

::

    publication.py, starting.py   a new project: its newsletter.yaml, a first issue, and the files around them
    test_mail.py     the issue, to one's own mailboxes             → each relay's answer
    people.py        a file of people: what it says, what would happen, then the import
    planning.py      issue × lists → a mailing that can be sent
    last_page.py     all that is to be seen before it is sent, and what was seen
    sending.py       a planned mailing is sent by this process, with its end told as data
    sending_process.py    … or by a process of its own, which outlives the one that started it
    deciding.py      pause, resume, cancel, approve, choose, try again, settle: one transaction and one record each

    project_database.py, wiring.py    what the settings name: the one place of a stage that reads them

Enters: values (names, numbers, addresses, times). Leaves: data, and errors of ``composer.errors``, never a printed
word: the command line words what to type, the studio what to click. It has no rules of its own: those are of the
stages below. It knows no terminal and no browser.
"""
