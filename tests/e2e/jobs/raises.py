"""Fails as jobs fail: with an exception of its own."""

from pyspark.sql import SparkSession

SparkSession.builder.getOrCreate()
raise LookupError("the 42nd customer is missing")
