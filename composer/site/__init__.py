"""Serves the pages that subscribers open in their browser, and that their mail providers post to.

Enters: HTTP, with a link that we signed. Leaves: a page, a picture, a changed consent. It never trusts a Host, sets
a cookie, runs a script, puts an address into a URL, or changes anything by GET.

``app``       the addresses
``leaving``   what a signed link may do to the consent of its reader
``pages``     the one card that every answer is
``accent``    the newsletter's colour, read from its edition
``words``     what the pages say, by language
"""

from composer.site.app import create_site

__all__ = ["create_site"]
