"""What bench/codecs.py measures: the cases, and those who take turns at them."""
