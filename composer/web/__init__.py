"""What the servers of the studio, the site and the inbox share; it knows none of them.

``guards``      ASGI layers: security headers, loopback only, size of bodies
``mail_frame``  the HTML of a mail in a frame, in which nothing runs and from which nothing leaves
``files``       files as answers: our own page's, and a mail's, whose pictures are shown and all else downloaded
``languages``   which languages a browser asks for
``unreadable``  what is said of a request that cannot be read
``events``      server-sent events: open pages hear of changes
``signals``     which signals end a program in order, and what is left of its terminal then
``listening``   a socket that listens, before anything answers there
``serving``     an app on a socket, in the running event loop, until it is told to stop

It never reads a setting and holds no page.
"""
