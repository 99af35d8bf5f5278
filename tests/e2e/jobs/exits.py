"""Ends with the exit code of its argument `code` and no exception."""

import sys

from pyspark.sql import SparkSession

conf = SparkSession.builder.getOrCreate().sparkContext._jsc.hadoopConfiguration()
sys.exit(int(conf.get("e2e.code")))
