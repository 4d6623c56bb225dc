"""Makes the bytes of one mail (RFC 5322) from an Edition and a Recipient.

Enters: an Edition, the public address with its signing key, the Date; then one Recipient at a time.
Leaves: a Message: its Message-ID and its bytes, lines ended by CRLF, none beginning with a dot. The same
inputs give the same bytes, so a retry is the mail it repeats.
Never: reads the clock, opens a socket, or lets a reader's data become more than text.
"""
