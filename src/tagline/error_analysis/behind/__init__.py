"""What a result asks of the data behind it: examples, mistakes, calibration."""
