"""Finding a procedure by what people say: without marks, with slips of the keyboard, in everyday words.

`words` takes a sentence apart, `index` holds the catalogue of this process and ranks, `catalogue` reads and keeps it.
"""
