"""Counts a little and says who it is. Argument `number`."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
number = spark.sparkContext._jsc.hadoopConfiguration().get("e2e.number")
total = spark.sparkContext.parallelize(range(1000), 4).map(lambda value: value + 1).sum()
print(f"spark {number} counted {total}")
