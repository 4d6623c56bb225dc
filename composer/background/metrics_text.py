"""Writes metrics as Prometheus reads them: the text format 0.0.4, by its conventions for names and units.

https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/practices/naming/
A library would bring a registry for the whole process, and threads that count; all that is told here is a snapshot.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})
_HELP_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples, each (labels, value). ``kind`` is "gauge" or "counter"; a counter ends in _total.

    A label is a word of ours, a version, or a number: never what a person has written, and never an address.
    """

    name: str
    kind: str
    meaning: str
    samples: Sequence[tuple[Mapping[str, str], float]]


def gauge(name: str, meaning: str, value: float) -> Metric:
    """Make a gauge with one value."""
    return Metric(name, "gauge", meaning, [({}, value)])


def by_label(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a gauge with a value for each value of one label."""
    return Metric(name, "gauge", meaning, [({label: word}, value) for word, value in values.items()])


def counter(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a counter with a value for each value of one label."""
    return Metric(name, "counter", meaning, [({label: word}, value) for word, value in values.items()])


def write_metrics(metrics: Iterable[Metric]) -> str:
    """Write them all, each with its HELP and TYPE; those without samples are left out."""
    lines = []
    for metric in metrics:
        if not metric.samples:
            continue
        lines += [f"# HELP {metric.name} {metric.meaning.translate(_HELP_ESCAPES)}"]
        lines += [f"# TYPE {metric.name} {metric.kind}"]
        lines += [f"{metric.name}{_labels(labels)} {_number(value)}" for labels, value in metric.samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    written = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels.items())
    return f"{{{written}}}" if written else ""


def _number(value: float) -> str:
    if math.isinf(value) or math.isnan(value):
        return {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
    return str(int(value)) if value == int(value) else repr(float(value))
