"""Digital calibration certificates (DCC): ours written, those of others read."""
