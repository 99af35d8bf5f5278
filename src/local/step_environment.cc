#include "local/step_environment.h"

#include <array>
#include <utility>
#include <vector>

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using Variables = std::map<std::string, std::string>;

constexpr std::array kInherited{
    "PATH",       "HOME",        "USER",     "LOGNAME",       "LANG",         "LANGUAGE",
    "LC_ALL",     "LC_CTYPE",    "TZ",       "http_proxy",    "https_proxy",  "no_proxy",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "JAVA_TOOL_OPTIONS"};

}  // namespace

Variables InheritedEnvironment(const Environment& environment) {
  Variables inherited;
  for (const char* name : kInherited) {
    if (const auto value = environment.Get(name)) inherited[name] = *value;
  }
  return inherited;
}

void Export(const Variables& exports, Variables& environment) {
  for (const auto& [name, value] : exports) {
    if (!name.empty() && name.find('=') == std::string::npos) environment[name] = value;
  }
}

Variables PlainEnvironment(Variables inherited, const fs::path& tmp) {
  inherited.try_emplace("PATH", "/usr/bin:/bin");
  inherited["TMPDIR"] = tmp.string();
  return inherited;
}

std::string SparkPath(const LocalSparkSettings& spark, const std::string& path) {
  return spark.python.parent_path().string() + ":" + (spark.java_home / "bin").string() + ":" +
         (spark.spark_home / "bin").string() + ":" + path;
}

Variables SparkEnvironment(const Variables& inherited, const LocalSparkSettings& spark,
                           const Variables& exports, const fs::path& work_dir) {
  const fs::path tmp = work_dir / "tmp";
  Variables environment = PlainEnvironment(inherited, tmp);
  Export(exports, environment);
  environment["PATH"] = SparkPath(spark, environment["PATH"]);
  environment["SPARK_HOME"] = spark.spark_home.string();
  environment["SPARK_CONF_DIR"] = (work_dir / "conf").string();
  environment["SPARK_LOCAL_IP"] = "127.0.0.1";
  environment["SPARK_LOCAL_DIRS"] = tmp.string();
  environment["PYSPARK_PYTHON"] = spark.python.string();
  environment["PYSPARK_DRIVER_PYTHON"] = spark.python.string();
  environment["JAVA_HOME"] = spark.java_home.string();
  environment["TMPDIR"] = tmp.string();
  environment["SPARK_SUBMIT_OPTS"] = "-Djava.io.tmpdir=" + QuotedOption(tmp.string()) +
                                     " -Dderby.system.home=" + QuotedOption(tmp.string());
  return environment;
}

std::vector<std::string> EnvironmentWords(const Variables& environment) {
  std::vector<std::string> words;
  for (const auto& [name, value] : environment) words.push_back(name + "=" + value);
  return words;
}

std::string QuotedOption(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace ecm::local
