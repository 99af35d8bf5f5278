"""Reads and writes by every road that jobs take, with both schemes. Arguments: bucket."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
bucket = sc._jsc.hadoopConfiguration().get("e2e.bucket")
rows = spark.range(1000).selectExpr("id", "id % 3 as k", "string(id) as s")

for scheme in ("s3", "s3a"):
    base = f"{scheme}://{bucket}/{scheme}"
    for form in ("parquet", "csv", "json", "orc"):
        for _ in range(2):  # the second time over what is there
            rows.write.mode("overwrite").partitionBy("k").format(form).save(f"{base}/{form}")
        assert spark.read.format(form).load(f"{base}/{form}").count() == 1000
        assert spark.read.format(form).load(f"{base}/{form}").where("k = 1").count() == 333
    rows.select("s").write.text(f"{base}/text")
    assert sc.textFile(f"{base}/text").map(int).sum() == 499500
    sc.textFile(f"{base}/text").repartition(2).saveAsTextFile(f"{base}/rdd")
    assert sc.wholeTextFiles(f"{base}/rdd").count() == 2
    spark.sql(f"create table t_{scheme} using parquet location '{base}/table' as select 1 as a")
    spark.sql(f"insert into t_{scheme} values (2)")
    assert spark.table(f"t_{scheme}").count() == 2

    hadoop = sc._jvm.org.apache.hadoop.fs
    files = hadoop.Path(f"{base}/").getFileSystem(sc._jsc.hadoopConfiguration())
    assert files.rename(hadoop.Path(f"{base}/csv"), hadoop.Path(f"{base}/moved"))
    names = sorted(status.getPath().getName() for status in files.listStatus(hadoop.Path(base)))
    assert names == ["json", "moved", "orc", "parquet", "rdd", "table", "text"], names
    assert str(files.listStatus(hadoop.Path(base))[0].getPath()).startswith(f"{scheme}://{bucket}/")

print("every format agrees")
