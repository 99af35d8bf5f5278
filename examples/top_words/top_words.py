"""The most frequent words of each language of an XML dump of pages.

Shows the two ways in which a job brings code along:
  code_files      a zip with the package `word_tools`, used on the driver and in the workers
  spark_packages  com.databricks:spark-xml, which Spark 3.5 needs to read XML

Arguments, from Hadoop configuration as `top_words.NAME`: input (an s3:// path), output (the folder
that receives JSON lines {language, rank, word, count}; it is replaced), top (how many a language).
"""

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T
from word_tools.words import content_words

PAGE = T.StructType([T.StructField("_lang", T.StringType()), T.StructField("text", T.StringType())])


def main() -> None:
    spark = SparkSession.builder.appName("top words").getOrCreate()
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    source, target = conf.get("top_words.input"), conf.get("top_words.output")
    top = int(conf.get("top_words.top"))

    pages = spark.read.format("xml").option("rowTag", "page").schema(PAGE).load(source)
    split = F.udf(content_words, T.ArrayType(T.StringType()))
    words = pages.select(
        F.col("_lang").alias("language"), F.explode(split("_lang", "text")).alias("word")
    )
    order = Window.partitionBy("language").orderBy(F.desc("count"), "word")
    ranked = (
        words.groupBy("language", "word").count().withColumn("rank", F.row_number().over(order))
    )
    best = ranked.where(F.col("rank") <= top).select("language", "rank", "word", "count")
    best.repartition(1).sortWithinPartitions("language", "rank").write.mode("overwrite").json(
        target
    )

    print(f"{pages.count()} pages read from {source}, the result is in {target}")
    spark.stop()


if __name__ == "__main__":
    main()
