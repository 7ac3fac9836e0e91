"""Digitising paper results in bulk: what an archive holds (`archive`), what its lines mean (`lines`), the dry run
(`checking`), the signatures (`signing`), and what follows with time (`keeping`)."""
