#include "local/spark_example.h"

#include <algorithm>
#include <system_error>

#include "local/spark_arguments.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPackage = "org.apache.spark.examples.";

std::vector<fs::path> ExampleJars(const fs::path& spark_home) {
  std::vector<fs::path> jars;
  std::error_code error;
  fs::directory_iterator entry(spark_home / "examples" / "jars", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".jar") jars.push_back(entry->path());
  }
  std::ranges::sort(jars);
  return jars;
}

bool IsExamples(const fs::path& jar) {
  return jar.filename().string().starts_with("spark-examples_");
}

}  // namespace

Result<std::vector<std::string>> SparkExampleWords(const std::vector<std::string>& words,
                                                   const fs::path& spark_home) {
  auto read = ParseSparkArguments(words);
  if (!read) {
    return Fail(AddContext(read.error(), "spark-example [OPTIONS] CLASS [ARGUMENTS]"));
  }
  SparkArguments arguments = *std::move(read);
  const std::vector<fs::path> jars = ExampleJars(spark_home);
  const auto examples = std::ranges::find_if(jars, IsExamples);
  if (examples == jars.end()) {
    return Fail(
        ErrorKind::kNotFound,
        "this Spark has no examples in Java: " + (spark_home / "examples" / "jars").string() +
            " holds no spark-examples_*.jar (PySpark of pip comes without it). Set "
            "SPARK_HOME to a whole Spark distribution, or run an example in Python: "
            "spark-submit " +
            (spark_home / "examples/src/main/python/pi.py").string());
  }
  std::string name = arguments.primary;
  if (!name.starts_with(kPackage)) name.insert(0, kPackage);
  std::string others = LastValue(arguments, "--jars");
  for (const fs::path& jar : jars) {
    if (IsExamples(jar)) continue;
    if (!others.empty()) others += ',';
    others += jar.string();
  }
  std::erase_if(arguments.options, [](const auto& option) {
    return option.name == "--class" || option.name == "--jars";
  });
  arguments.options.push_back({"--class", std::move(name), false});
  if (!others.empty()) arguments.options.push_back({"--jars", std::move(others), false});
  arguments.primary = examples->string();
  return ToWords(arguments);
}

}  // namespace ecm::local
