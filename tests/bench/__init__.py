"""Measurements that are run by name (``python -m tests.bench.<name>``), never by pytest."""
