"""What is checked in texts in Markdown: signs that are not read or not meant, and parts that their place is without."""
