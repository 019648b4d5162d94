"""Tables of any size, with one row contract (``table``) for files, pipes, HTTP streams, data frames and Spark.

A file passes through these steps; ``files`` connects them::

    sources   bytes of a file or a pipe, unpacked (``packing``) and decoded
    opening   headings, columns (``columns``), how rows are cut
    delimited, ndjson, columnar   blocks of rows; ``records`` is the CSV tokenizer
    answers   each distinct key is classified once
    workers   in this process or in several
    convert   rows of one format written in another
    journal   output in a temporary file, resumable, then renamed
"""
