"""What the Collector's `/metrics` says at one moment, added up over the instances of the service.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from prometheus_client.parser import text_string_to_metric_families

Labels = tuple[str, ...]


@dataclass(frozen=True)
class Samples:
    """All samples of one scrape, by name; its time is seconds of a clock that only goes on."""

    time: float
    series: Mapping[str, Iterable[tuple[Mapping[str, str], float]]]

    @classmethod
    def parse(cls, text: str, time: float) -> Self:
        """Parse the text format; raise `ValueError` for what is none."""
        series: defaultdict[str, list[tuple[Mapping[str, str], float]]] = defaultdict(list)
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                series[sample.name].append((sample.labels, sample.value))
        return cls(time, series)

    def sums(self, name: str, *labels: str) -> dict[Labels, float]:
        """Return the sum for each set of values of the labels; one that is absent counts as empty."""
        sums: defaultdict[Labels, float] = defaultdict(float)
        for given, value in self.series.get(name, ()):
            sums[tuple(given.get(label, "") for label in labels)] += value
        return dict(sums)

    def means(self, name: str, *labels: str) -> dict[Labels, float]:
        """Return the mean for each set of values of the labels, of what each instance measures by itself."""
        counts: defaultdict[Labels, int] = defaultdict(int)
        for given, _ in self.series.get(name, ()):
            counts[tuple(given.get(label, "") for label in labels)] += 1
        return {key: value / counts[key] for key, value in self.sums(name, *labels).items()}
