"""Merge fields and conditions travel through all rendering as marks, and come out as slots that are
filled for each reader."""
