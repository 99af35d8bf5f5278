"""Counts the lines of its argument `path`."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
path = spark.sparkContext._jsc.hadoopConfiguration().get("e2e.path")
print(f"{spark.read.text(path).count()} lines")
