"""The example's views in pairs: one file per feature, with the Django way and the native way."""
