"""What a person sees in the terminal while something goes on: progress, a followed mailing, tables."""
