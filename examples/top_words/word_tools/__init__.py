"""The job's own library: reaches the driver and every worker as a zip, by --py-files."""
