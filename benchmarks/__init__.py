"""How fast Tagline is and how much memory it takes, beside the same work written by hand.

Run ``python -m benchmarks --help``; what the numbers mean stands in ``docs/benchmarks.md``.
"""
