"""Writes its argument `value` to s3a://{bucket}/value.json. Arguments: bucket, value."""

import json

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
conf = spark.sparkContext._jsc.hadoopConfiguration()
hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs
path = hadoop.Path(f"s3a://{conf.get('e2e.bucket')}/value.json")
out = path.getFileSystem(conf).create(path)
out.write(bytearray(json.dumps(conf.getRaw("e2e.value")), "utf-8"))
out.close()
