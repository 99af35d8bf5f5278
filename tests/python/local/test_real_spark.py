"""Steps on real local Spark: what a PySpark job may do, how it may fail, and what is left of it."""

import json
import os
import signal
import unittest
import zipfile

from step_case import StepCase, command_of, listening_addresses, processes_with, wait_for

READ_AND_WRITE = """
import sys
import helper.words
from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.appName("read and write").getOrCreate()
conf = spark.sparkContext._jsc.hadoopConfiguration()
data = spark.createDataFrame([(i, "w%d" % (i % 7)) for i in range(1000)], ["n", "w"])
for scheme in ("s3", "s3a", "s3n"):
    base = "%s://data.in/%s" % (scheme, scheme)
    data.write.mode("overwrite").partitionBy("w").parquet(base + "/parquet")
    data.write.mode("overwrite").parquet(base + "/parquet-flat")
    data.write.mode("overwrite").parquet(base + "/parquet-flat")
    data.write.option("header", True).csv(base + "/csv")
    assert spark.read.parquet(base + "/parquet").where("w = 'w3'").count() == 143
    assert spark.read.option("header", True).csv(base + "/csv").count() == 1000
# What one scheme wrote, another one reads.
assert spark.read.parquet("s3a://data.in/s3/parquet-flat").count() == 1000
upper = F.udf(helper.words.shout)
assert data.select(upper("w").alias("u")).distinct().count() == 7
data.write.saveAsTable("numbers")
assert spark.table("numbers").count() == 1000
spark.sparkContext.parallelize(range(10), 2).saveAsTextFile("s3a://data.in/text")
print(conf.get("ns.key"), spark.sparkContext.master, sys.argv[1:], spark.sparkContext.uiWebUrl)
"""


class RealSpark(StepCase):
    def sleeper(self):
        """A job with everything that must not be left behind: JVM, driver, daemon and workers."""
        return self.job(
            "import time\n"
            "from pyspark.sql import SparkSession\n"
            "context = SparkSession.builder.getOrCreate().sparkContext\n"
            "print('started', flush=True)\n"
            "context.parallelize(range(2), 2).foreach(lambda n: time.sleep(600))\n"
        )

    def wait_for_workers(self):
        wait_for(lambda: "started" in self.work("stdout"))
        wait_for(
            lambda: sum("pyspark.daemon" in command_of(pid) for pid in processes_with(self.mark)) > 1
        )

    def test_jobs_read_and_write_all_schemes(self):
        archive = self.state / "s3/code/helper.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("helper/__init__.py", "")
            packed.writestr("helper/words.py", "def shout(word):\n    return word.upper()\n")
        step = self.run_step(
            *("spark-submit", "--master", "yarn", "--deploy-mode", "cluster"),
            *("--driver-memory", "1G", "--executor-memory", "1G"),
            *("--conf", "spark.hadoop.ns.key=a value"),
            *("--py-files", "s3a://code/helper.zip", self.job(READ_AND_WRITE), "one", "t w o"),
        )
        self.assertTrue(step["succeeded"], step)
        self.assertRegex(self.driver_log("stdout"), r"a value local\[\d+\] \['one', 't w o'\] None\n")
        self.assertIn("Step succeeded with exitCode 0", self.log("controller"))
        written = self.state / "s3/data.in/s3a/parquet-flat"
        self.assertTrue((written / "_SUCCESS").exists())
        self.assertEqual(list((self.state / "s3").rglob("*.crc")), [])
        self.assertEqual(list((self.state / "s3").rglob("_temporary")), [])
        # Everything that Spark makes lies in the state folder.
        self.assertTrue((self.state / "warehouse/numbers").is_dir())
        self.assertFalse((self.state / "work/j-TEST").exists())
        self.assertIn("2048 MiB", " ".join(step["notes"]))

    def test_a_python_exception_is_the_reason(self):
        step = self.run_step("spark-submit", self.job("raise ValueError('bad')\n"))
        self.assertEqual(
            (step["succeeded"], step["exit_code"], step["reason"], step["message"]),
            (False, 1, "ValueError: bad", "ValueError: bad"),
        )
        self.assertEqual(step["log_file"], "s3://logs/emr/j-TEST/steps/s-TEST/stdout.gz")
        self.assertIn("ValueError: bad", self.log("stdout"))

    def test_an_exception_in_a_worker_is_the_reason(self):
        step = self.run_step(
            "spark-submit",
            self.job(
                "from pyspark.sql import SparkSession\n"
                "context = SparkSession.builder.getOrCreate().sparkContext\n"
                "context.parallelize(range(2), 2).map(lambda n: 1 // n).collect()\n"
            ),
        )
        self.assertEqual(step["exit_code"], 1)
        self.assertIn("ZeroDivisionError", step["reason"])

    def test_an_exit_code_is_kept(self):
        step = self.run_step("spark-submit", self.job("import sys\nsys.exit(3)\n"))
        self.assertEqual((step["exit_code"], step["reason"]), (3, "Unknown Error."))

    def test_a_missing_bucket_is_named_with_what_to_do(self):
        step = self.run_step(
            "spark-submit",
            self.job(
                "from pyspark.sql import SparkSession\n"
                "SparkSession.builder.getOrCreate().read.text('s3a://no-such/x').count()\n"
            ),
        )
        self.assertEqual(
            step["reason"],
            f"no such bucket: no-such (create it: mkdir -p '{self.state}/s3/no-such')",
        )

    def test_a_missing_path_is_named(self):
        step = self.run_step(
            "spark-submit",
            self.job(
                "from pyspark.sql import SparkSession\n"
                "SparkSession.builder.getOrCreate().read.text('s3a://data.in/none').count()\n"
            ),
        )
        self.assertIn("Path does not exist: s3a://data.in/none", step["reason"])

    def test_a_missing_entry_point_is_named(self):
        step = self.run_step("spark-submit", "s3://code/missing.py")
        self.assertFalse(step["succeeded"])
        self.assertIn("the entry point s3://code/missing.py", step["reason"])

    def test_a_killed_jvm_is_named(self):
        process = self.start_step("spark-submit", self.sleeper())
        self.wait_for_workers()
        jvm = [p for p in processes_with(self.mark) if "SparkSubmit" in command_of(p)]
        self.assertEqual(len(jvm), 1)
        os.kill(jvm[0], signal.SIGKILL)
        step = json.loads(process.communicate(timeout=60)[0])
        self.assertEqual(step["exit_code"], 137)
        self.assertIn("killed by SIGKILL", step["reason"])

    def test_a_killed_python_driver_is_named(self):
        process = self.start_step("spark-submit", self.sleeper())
        self.wait_for_workers()
        driver = [p for p in processes_with(self.mark) if "/job.py" in command_of(p)
                  and "SparkSubmit" not in command_of(p)]
        self.assertEqual(len(driver), 1)
        os.kill(driver[0], signal.SIGKILL)
        step = json.loads(process.communicate(timeout=60)[0])
        self.assertEqual(step["exit_code"], 137)
        self.assertIn("killed by SIGKILL", step["reason"])

    def test_nothing_is_left_when_the_runner_is_killed(self):
        process = self.start_step("spark-submit", self.sleeper())
        self.wait_for_workers()
        process.kill()
        wait_for(lambda: not processes_with(self.mark), seconds=15)

    def test_a_cancel_ends_the_step(self):
        process = self.start_step("spark-submit", self.sleeper(), cancel_after_ms=9000)
        step = json.loads(process.communicate(timeout=90)[0])
        self.assertFalse(step["succeeded"])
        self.assertIn(step["exit_code"], (143, 137))

    def test_only_loopback_listens_while_a_job_runs(self):
        process = self.start_step("spark-submit", self.sleeper())
        self.wait_for_workers()
        addresses = listening_addresses(processes_with(self.mark))
        process.kill()
        self.assertTrue(addresses)
        for address in addresses:
            self.assertIn(address, ("127.0.0.1", "::1", "::ffff:127.0.0.1"))
        wait_for(lambda: not processes_with(self.mark), seconds=15)

    def test_packages_come_from_a_cache_in_the_state_folder(self):
        job = self.job(
            "from pyspark.sql import SparkSession\n"
            "context = SparkSession.builder.getOrCreate().sparkContext\n"
            "print(context._jvm.org.apache.commons.csv.CSVFormat.DEFAULT.toString())\n"
        )
        packages = ("--packages", "org.apache.commons:commons-csv:1.10.0")
        step = self.run_step("spark-submit", *packages, job)
        self.assertTrue(step["succeeded"], step)
        self.assertTrue((self.state / "ivy/jars").is_dir())

    def test_spark_that_a_shell_step_starts_has_the_buckets_too(self):
        job = self.job(
            "from pyspark.sql import SparkSession\n"
            "spark = SparkSession.builder.getOrCreate()\n"
            "print(spark.read.text('s3://code/job.py').count())\n"
        )
        step = self.run_step("bash", "-c", f"spark-submit {job}")
        self.assertTrue(step["succeeded"], step)
        self.assertEqual(self.log("stdout"), "3\n")


if __name__ == "__main__":
    unittest.main()
