"""The pictures of the sample issue are flat paper cut-outs in nine colours, drawn by arithmetic.

Each module holds a few pictures; each picture is a function that returns a finished SVG. Nothing here
reads a clock, a font or a die, so the same code draws the same picture on any machine.
``tools/draw_sample_pictures.py`` turns them into the PNG files beside the issue.
"""
