"""The stand-in: a local music service for the demo, the tests and the benchmarks."""
