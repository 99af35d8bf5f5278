"""Deploying, trying and removing an environment: `bash scripts/stack --help`."""
