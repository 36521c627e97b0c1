"""A small Django project for the benchmarks: books with nine columns of mixed types."""
