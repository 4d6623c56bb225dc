"""What the three web faces (studio, site, inbox) share; it knows none of them.

``guards``   ASGI layers: security headers, loopback only, size of bodies
``serving``  an app on a socket, in the running event loop, until it is told to stop

It never reads a setting and holds no page.
"""
