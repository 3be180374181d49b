"""HTTP requests: transport, rate limits, retries and pauses.

Everything outside uses `client.HttpClient`. It gets a permit from `throttle`, sends through
`transport`, parses with `responses`, and lets `retry` decide what follows a failure.
"""
