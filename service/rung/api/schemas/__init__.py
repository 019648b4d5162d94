"""The shapes of requests and answers: a description and an example of every field.

The answer to a query is described by the fields of ``rung.types.Result`` itself.
"""
