"""What is counted for Prometheus, and where the counts of a host's processes meet.

`meters.Meters` are the counters and histograms, `names.METRICS` is every metric with its labels, `store` is the folder
beside the journal in which each process keeps its counts in a mapped file: counting is a few microseconds, needs no
network, and what a killed process has counted is there after it.  Nobody counts by itself: `workers.moments` does.
"""
