"""The local music service that the demo, the tests and the benchmarks talk to."""
