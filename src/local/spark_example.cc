#include "local/spark_example.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>
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

/// What the name of an example has in both languages: "SparkPi" and "pi", "ml.JavaNGramExample"
/// and "ml/n_gram_example". Without a language's or Spark's own prefix of the class.
std::string Comparable(std::string_view package, std::string_view name) {
  for (const std::string_view prefix : {"Java", "Spark"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  std::string text = std::string(package) + '.' + std::string(name);
  std::erase(text, '_');
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string ComparableClass(std::string_view name) {
  if (name.starts_with(kPackage)) name.remove_prefix(kPackage.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return Comparable("", name);
  return Comparable(name.substr(0, dot), name.substr(dot + 1));
}

std::string ComparableProgram(const fs::path& program, const fs::path& root) {
  std::string package = program.parent_path().lexically_relative(root).generic_string();
  if (package == ".") package.clear();
  std::ranges::replace(package, '/', '.');
  return Comparable(package, program.stem().string());
}

/// The program in Python that is this class of the examples; nothing where there is none. What is
/// asked for is compared with what is there and never becomes a path.
std::optional<fs::path> PythonExample(const std::string& name, const fs::path& root) {
  const std::string wanted = ComparableClass(name);
  std::error_code error;
  fs::recursive_directory_iterator entry(root, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".py" && ComparableProgram(path, root) == wanted) return path;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> PythonWords(SparkArguments arguments, const fs::path& spark_home) {
  const fs::path programs = spark_home / "examples/src/main/python";
  const auto program = PythonExample(arguments.primary, programs);
  if (!program) {
    return Fail(ErrorKind::kNotFound,
                "this Spark has no example " + arguments.primary + ": " +
                    (spark_home / "examples/jars").string() +
                    " holds no spark-examples_*.jar (PySpark of pip comes without it) and " +
                    programs.string() +
                    " no program of that name. Set SPARK_HOME to a whole Spark distribution, or "
                    "take one of those programs");
  }
  std::erase_if(arguments.options, [](const auto& option) { return option.name == "--class"; });
  arguments.primary = program->string();
  return ToWords(arguments);
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
  if (examples == jars.end()) return PythonWords(std::move(arguments), spark_home);
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
