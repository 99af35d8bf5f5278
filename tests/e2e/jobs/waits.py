"""Waits for ever, in the driver and in two workers. Argument `folder`: where it says how far it is."""

import pathlib
import time

from pyspark.sql import SparkSession

sc = SparkSession.builder.getOrCreate().sparkContext
folder = sc._jsc.hadoopConfiguration().get("e2e.folder")
pathlib.Path(folder, "driver").touch()


def wait(number):
    pathlib.Path(folder, f"worker-{number}").touch()
    time.sleep(3600)


sc.parallelize(range(2), 2).foreach(wait)
