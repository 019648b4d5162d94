"""Rows by the million: one row contract (``table``) behind every door: files, HTTP streams, and a Spark cluster.

A file goes ``sources`` (bytes, decompressed, in UTF-8) → ``delimited`` or ``ndjson`` or ``columnar`` (blocks of rows) → ``answers``
(each distinct key asked once) → ``workers`` (processes) → ``journal`` (written beside, resumed, renamed); ``files`` holds them
together.
"""
