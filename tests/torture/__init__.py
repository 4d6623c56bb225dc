"""``make torture``: whatever dies, nobody is lost and nobody is mailed twice. By the real program, against a relay that
writes down what it takes before it answers.

::

    table.py       every fault: its name, the function that inflicts it, how often
    stage.py       a planned mailing, its database, the relay, and senders as processes of their own
    invariants.py  what must hold after each fault
    kills.py  power.py  senders.py  replies.py  disks.py  leaving.py  clocks.py  restores.py  postgres.py    the faults
    workers.py     processes that inflict faults, several at a time
    __main__.py    runs the table, prints it, writes it to docs/reliability.md

A seed decides every choice; it is printed, and ``--seed`` repeats them. What a busy machine adds in timing is not
repeated, so a failure also keeps its folder.
"""
