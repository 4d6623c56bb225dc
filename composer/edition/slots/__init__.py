"""Merge fields and conditions pass all rendering as marks, and come out as slots that are filled for each reader."""
