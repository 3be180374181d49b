"""The parts of `tests.benchmarks.bench_store`: what is measured on all stores side by side."""
