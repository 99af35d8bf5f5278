"""Steps of every kind on real local Spark: cluster mode, a local-cluster, JARs, Spark's examples."""

import json
import os
import subprocess
import unittest
import zipfile

from step_case import PROJECT, STEP_RUN, StepCase, listening_addresses, processes_with, wait_for

WITH_FILES = """
import os
from pyspark import SparkFiles
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
with open(SparkFiles.get("settings.txt")) as file:
    print("file", file.read())
with open(os.path.join(SparkFiles.get("environment"), "inside.txt")) as file:
    print("archive", file.read())
loader = context._jvm.Thread.currentThread().getContextClassLoader()
print("jar", loader.getResource("marker.txt") is not None)
print("defaults", spark.conf.get("spark.sql.shuffle.partitions"), os.environ["MY_VAR"])
print("driver", os.environ["DRIVER_VAR"])
"""

ON_A_CLUSTER = """
import os, time
from pyspark.sql import SparkSession

context = SparkSession.builder.getOrCreate().sparkContext
print(context.master)
def where(n):
    time.sleep(0.2)
    return os.environ["SPARK_EXECUTOR_DIRS"]
print("executors", len(set(context.parallelize(range(16), 16).map(where).collect())))
print("hold", flush=True)
while not os.path.exists(os.environ["GO_ON"]):
    time.sleep(0.1)
"""

JAVA_PROGRAM = """
package org.apache.spark.examples;

public class Tiny {
  public static void main(String[] args) {
    var spark = org.apache.spark.sql.SparkSession.builder().getOrCreate();
    System.out.println(args[0] + " " + spark.range(Long.parseLong(args[1])).count() + " "
        + spark.sparkContext().master() + " " + System.getProperty("my.key"));
    spark.stop();
  }
}
"""


def spark_home():
    (home,) = (PROJECT / ".venv/lib").glob("python3*/site-packages/pyspark")
    return home


class StepKinds(StepCase):
    def jar(self, path, files, main_class=None):
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as packed:
            if main_class:
                manifest = f"Manifest-Version: 1.0\r\nMain-Class: {main_class}\r\n\r\n"
                packed.writestr("META-INF/MANIFEST.MF", manifest)
            for name, content in files.items():
                packed.writestr(name, content)

    def compiled(self):
        """The classes of JAVA_PROGRAM by their names in a JAR."""
        folder = self.state / "java"
        source = folder / "org/apache/spark/examples/Tiny.java"
        source.parent.mkdir(parents=True)
        source.write_text(JAVA_PROGRAM)
        classpath = f"{spark_home()}/jars/*"
        command = ["javac", "--release", "11", "-cp", classpath, "-d", folder / "out", source]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return {
            path.relative_to(folder / "out").as_posix(): path.read_bytes()
            for path in (folder / "out").rglob("*.class")
        }

    def test_cluster_mode_with_files_archives_and_jars_of_buckets(self):
        code = self.state / "s3/code"
        (code / "settings.txt").write_text("of a bucket")
        self.jar(code / "environment.zip", {"inside.txt": "unpacked"})
        self.jar(code / "lib/extra.jar", {"marker.txt": ""})
        step = self.run_step(
            *("spark-submit", "--deploy-mode", "cluster", "--files", "s3://code/settings.txt"),
            *("--conf", "spark.yarn.appMasterEnv.DRIVER_VAR=of the driver"),
            *("--archives", "s3a://code/environment.zip#environment"),
            *("--jars", "s3n://code/lib/extra.jar", self.job(WITH_FILES)),
            configurations=[
                {
                    "Classification": "spark-defaults",
                    "Properties": {"spark.sql.shuffle.partitions": "7"},
                },
                {
                    "Classification": "spark-env",
                    "Configurations": [
                        {"Classification": "export", "Properties": {"MY_VAR": "exported"}}
                    ],
                },
            ],
        )
        self.assertTrue(step["succeeded"], step)
        self.assertEqual(
            self.driver_log("stdout").splitlines(),
            [
                "file of a bucket",
                "archive unpacked",
                "jar True",
                "defaults 7 exported",
                "driver of the driver",
            ],
        )
        self.assertEqual(self.log("stdout"), "")
        self.assertIn("final status: SUCCEEDED", self.log("stderr"))

    def test_in_cluster_mode_a_failure_has_its_reason_and_log(self):
        step = self.run_step(
            *("spark-submit", "--deploy-mode", "cluster", self.job("raise ValueError('bad')\n"))
        )
        self.assertEqual((step["exit_code"], step["reason"]), (1, "ValueError: bad"))
        self.assertRegex(step["log_file"], r"^s3://logs/emr/j-TEST/containers/.*/stdout\.gz$")
        self.assertIn("ValueError: bad", self.driver_log("stdout"))
        self.assertIn("finished with failed status: ValueError: bad", self.log("stderr"))

    def test_a_local_cluster_has_executors_of_its_own(self):
        go_on = self.state / "go-on"
        step = self.start_step(
            *("spark-submit", "--conf", "spark.master=local-cluster[2,1,512]"),
            *("--executor-memory", "16G", self.job(ON_A_CLUSTER)),
            configurations=[
                {
                    "Classification": "spark-env",
                    "Configurations": [
                        {"Classification": "export", "Properties": {"GO_ON": str(go_on)}}
                    ],
                }
            ],
        )
        wait_for(lambda: "hold" in self.work("stdout"))
        addresses = listening_addresses(processes_with(self.mark))
        go_on.touch()
        done = json.loads(step.communicate(timeout=120)[0])
        self.assertTrue(done["succeeded"], done)
        self.assertIn("local-cluster[2,1,512]\nexecutors 2\n", self.log("stdout"))
        self.assertTrue(addresses)
        for address in addresses:
            self.assertIn(address, ("127.0.0.1", "::1", "::ffff:127.0.0.1"))
        self.assertFalse((spark_home() / "work").exists())

    def test_a_jar_runs_its_manifests_main_class_with_the_buckets(self):
        (self.state / "s3/data.in/numbers.txt").write_text("one two\n")
        # The program itself is Hadoop's: it comes from the classpath that `hadoop jar` gives.
        self.jar(self.state / "s3/code/tool.jar", {"x": ""}, "org.apache.hadoop.fs.FsShell")
        step = self.run_step("-cat", "s3://data.in/numbers.txt", jar="s3://code/tool.jar")
        self.assertTrue(step["succeeded"], step)
        self.assertEqual(self.log("stdout"), "one two\n")
        self.assertFalse((self.state / "work/j-TEST").exists())

    def test_a_jar_that_fails_says_why(self):
        self.jar(self.state / "s3/code/tool.jar", {"x": ""})
        step = self.run_step(jar="s3://code/tool.jar", main_class="com.example.Missing")
        self.assertFalse(step["succeeded"])
        self.assertIn("com.example.Missing", step["reason"])
        self.assertEqual(step["log_file"], "s3://logs/emr/j-TEST/steps/s-TEST/stderr.gz")

    def test_a_jar_with_a_main_class_and_properties_uses_spark(self):
        self.jar(self.state / "s3/code/tiny.jar", self.compiled())
        step = self.run_step(
            *("counted", "1000"),
            jar="s3://code/tiny.jar",
            main_class="org.apache.spark.examples.Tiny",
            properties={"my.key": "a value"},
        )
        self.assertTrue(step["succeeded"], step)
        self.assertRegex(self.log("stdout"), r"^counted 1000 local\[\d+\] a value\n$")

    def test_an_example_of_a_whole_spark_distribution_runs(self):
        home = self.state / "spark"
        home.mkdir()
        for entry in spark_home().iterdir():
            if entry.name != "examples":
                (home / entry.name).symlink_to(entry)
        self.jar(home / "examples/jars/spark-examples_2.12-3.5.jar", self.compiled())
        os.environ["EMRCTL_SPARK_HOME"] = str(home)
        self.addCleanup(os.environ.pop, "EMRCTL_SPARK_HOME")
        step = self.run_step("/usr/lib/spark/bin/run-example", "Tiny", "example", "10")
        self.assertTrue(step["succeeded"], step)
        self.assertRegex(self.log("stdout"), r"^example 10 local\[\d+\] null\n$")

    def test_an_example_that_this_spark_does_not_have_is_refused_with_what_to_do(self):
        if list((spark_home() / "examples").glob("jars/spark-examples_*.jar")):
            self.skipTest("this Spark has its examples")
        step = self.run_step("spark-example", "SparkTC")
        self.assertFalse(step["succeeded"])
        self.assertIn("holds no spark-examples_*.jar", step["reason"])

    def test_a_script_of_a_bucket_may_use_spark(self):
        job = self.job("from pyspark.sql import SparkSession\nprint('ran')\n")
        script = self.state / "s3/code/run.sh"
        script.write_text('#!/bin/bash\nset -e\nspark-submit "$1"\n')
        step = self.run_step(
            "s3://code/run.sh",
            job,
            jar="s3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar",
        )
        self.assertTrue(step["succeeded"], step)
        self.assertEqual(self.log("stdout"), "ran\n")

    def test_many_steps_at_once_all_end_and_those_with_spark_wait_for_a_place(self):
        job = self.job("from pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate()\n")
        places = 1 + len(os.sched_getaffinity(0))  # one more than there can be
        launches = [
            {"cluster": f"j-SPARK{i}", "args": ["spark-submit", job]} for i in range(places)
        ] + [{"cluster": f"j-{i}", "args": ["bash", "-c", f"echo {i}"]} for i in range(100)]
        for launch in launches:
            launch["log_uri"] = "s3://logs/"
        done = subprocess.run(
            [STEP_RUN, str(self.state), json.dumps(launches)],
            capture_output=True,
            text=True,
            timeout=60 + 60 * places,
            check=True,
        )
        steps = json.loads(done.stdout)
        self.assertEqual([step for step in steps if not step["succeeded"]], [])
        waits = steps[places - 1]["waits"]
        self.assertIn("steps with Spark at once", waits[0])
        self.assertEqual(waits[-1], "")
        logs = self.state / "s3/logs"
        self.assertEqual(len(list(logs.glob("j-*/steps/s-TEST/stdout.gz"))), places + 100)
        self.assertEqual(list((self.state / "work").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
