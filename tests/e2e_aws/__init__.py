"""The stack on an emulator: `python -m tests.e2e_aws` deploys it, plays the demo's week and compares."""
