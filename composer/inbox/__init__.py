"""A mailbox on this machine: an SMTP server and its pages. What is sent to it goes nowhere else.

Enters: SMTP on a loopback port. Leaves: the list, each message as a mail program shows it, its text, headers
and source, and the same as JSON. It never delivers, never listens beyond this machine, and never lets a
message run a script or reach a foreign host.

``store``      what arrived, in memory, newest first, up to a limit
``parsing``    the bytes of one message → its headers, HTML, text, files; read when somebody looks
``smtp``       the door: SMTP → store
``oneclick``   the List-Unsubscribe button (RFC 8058), only towards our own site
``web``        the pages and the JSON
``running``    the whole, on two ports
"""
