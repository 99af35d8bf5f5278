"""Counts the words of a text: an ordinary PySpark job that knows nothing of who runs it.

Its arguments arrive as Hadoop configuration, one `spark.hadoop.wordcount.NAME` each:
    input_bucket, input_key     the text, UTF-8
    output_bucket, output_key   the folder that receives the result (it is replaced)

A word is a run of letters (of any script) and apostrophes between letters, in lower case. The
result is CSV with a header, `word,count`, the most frequent first, equal counts by word.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

WORD = r"[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*"


def main() -> int:
    spark = SparkSession.builder.appName("word count").getOrCreate()
    conf = spark.sparkContext._jsc.hadoopConfiguration()

    def argument(name: str) -> str:
        value = conf.get(f"wordcount.{name}")
        if not value:
            raise ValueError(f"the argument {name!r} is missing")
        return value

    source = f"s3a://{argument('input_bucket')}/{argument('input_key')}"
    target = f"s3a://{argument('output_bucket')}/{argument('output_key')}"

    lines = spark.read.text(source)
    found = F.regexp_extract_all(F.lower("value"), F.lit(WORD), F.lit(0))
    words = lines.select(F.explode(found).alias("word"))
    counts = words.groupBy("word").count().cache()
    ordered = counts.repartition(1).sortWithinPartitions(F.desc("count"), "word")
    ordered.write.mode("overwrite").csv(target, header=True)

    total = counts.agg(F.sum("count")).first()[0]
    print(f"counted {total} words, {counts.count()} of them different, of {source}")
    print(f"the result is in {target}")
    spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
