"""Planning decides who gets what: an audience and editions go in; a row for everyone and a digest come out."""
