"""Newsletters as files: composed, checked, previewed, sent, with a record for every recipient.

The way an issue travels; each arrow is a function of the folder it points out of::

    issues/2020-03-network-news/issue.yaml
      │  issue.load_issue          every mistake at once, with file:line:column
      ▼
    Issue                          one instalment as authored, per language
      │  edition.build_edition     Jinja → MJML → HTML → inlined → slots, and the text part
      ▼
    Edition                        immutable, named by a digest; all that passes on to sending
      │  checks.check_edition      Findings; an error among them stops a send
      │  message.compile_message   once per edition: encoded segments and headers
      ▼
    CompiledMessage                × Recipient → RFC 5322 bytes, by a join
      │  delivery.plan_mailing     the audience frozen, every message rendered once, a digest
      │  delivery.dispatch         offered on disk before the final dot; a recorded outcome for everyone
      ▼
    Delivery                       pending → offered → accepted | deferred | refused | unknown

``compose`` makes these steps for every command and for the studio; ``importer`` makes an issue of foreign HTML, and
``output`` files of an edition. People live in ``audience``, what comes back in ``feedback``, the tables in
``database``. The author's browser is ``studio``, the subscriber's is ``site``, the local mailbox is ``inbox``;
``web`` is what these share, and ``cli`` is the command. docs/architecture.md has the folders inside each.
"""

__version__ = "0.1.0"
