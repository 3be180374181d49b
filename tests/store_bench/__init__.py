"""The parts of `tests.bench_store`: what is measured on all stores side by side."""
