"""HTTP requests: transport, rate limits, retries and pauses."""
