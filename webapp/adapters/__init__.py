"""One file for each outside system: the only place that makes network calls."""
