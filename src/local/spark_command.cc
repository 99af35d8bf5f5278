#include "local/spark_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "local/buckets.h"
#include "local/spark_arguments.h"
#include "local/spark_conf.h"
#include "local/spark_memory.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

constexpr std::array kInherited{
    "PATH",       "HOME",        "USER",     "LOGNAME",       "LANG",         "LANGUAGE",
    "LC_ALL",     "LC_CTYPE",    "TZ",       "http_proxy",    "https_proxy",  "no_proxy",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "JAVA_TOOL_OPTIONS"};

/// Programs of command-runner.jar that need what a local cluster does not have.
constexpr std::array<std::string_view, 7> kNotHere{"hadoop-streaming", "hive-script", "pig-script",
                                                   "s3-dist-cp",       "hadoop-lzo",  "hadoop",
                                                   "spark-example"};

/// Options that a local cluster answers itself.
constexpr std::array<std::string_view, 5> kReplaced{"--master", "--deploy-mode", "--driver-memory",
                                                    "--properties-file", "--remote"};

constexpr std::array<std::string_view, 4> kFileLists{"--py-files", "--files", "--jars",
                                                     "--archives"};

bool IsSparkSubmit(std::string_view program) {
  return program == "spark-submit" || program == "/usr/bin/spark-submit" ||
         program == "/usr/lib/spark/bin/spark-submit";
}

/// In double quotes for spark-class's own splitter of option strings.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// Takes what local Spark decides itself out of the job's arguments.
void DropReplaced(SparkArguments& arguments, std::vector<std::string>& notes) {
  std::erase_if(arguments.options, [&](const SparkArguments::Option& option) {
    if (std::ranges::find(kReplaced, option.name) == kReplaced.end()) return false;
    if (option.name == "--properties-file" || option.name == "--remote") {
      notes.push_back(option.name + " does not apply to local Spark");
    }
    return true;
  });
  std::erase_if(arguments.conf, [&](const auto& entry) {
    const bool replaced = entry.first == "spark.driver.memory" || entry.first == "spark.master" ||
                          entry.first == "spark.submit.deployMode";
    if (!replaced && !IsReserved(entry.first) && !NamesAmazonClass(entry.second)) return false;
    if (!replaced) {
      notes.push_back("the job's " + ToOneLine(entry.first) + " does not apply to local Spark");
    }
    return true;
  });
}

std::string FirstOf(std::string first, const SparkConf& conf, const SparkConf& defaults,
                    const std::string& key) {
  if (!first.empty()) return first;
  for (const SparkConf* source : {&conf, &defaults}) {
    if (const auto found = source->find(key); found != source->end()) return found->second;
  }
  return {};
}

void AddInput(std::vector<StepInput>& inputs, const std::string& what, std::string_view text) {
  text = text.substr(0, text.find('#'));  // --archives name.zip#alias
  const bool pattern = text.find_first_of("*?[{") != std::string_view::npos;
  if (!pattern && ParseS3Uri(text)) inputs.push_back({what, std::string(text)});
}

std::vector<StepInput> InputsOf(const SparkArguments& arguments) {
  std::vector<StepInput> inputs;
  AddInput(inputs, "entry point", arguments.primary);
  for (const auto& option : arguments.options) {
    if (std::ranges::find(kFileLists, option.name) == kFileLists.end()) continue;
    std::string_view list = option.value;
    while (true) {
      const std::size_t comma = list.find(',');
      AddInput(inputs, "file of " + option.name, list.substr(0, comma));
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return inputs;
}

/// What every Spark of this step must have, whoever starts it.
SparkConf LocalConf(const StepPlace& place) {
  SparkConf conf = BucketConf(place.state_dir / "s3", place.buckets);
  conf["spark.master"] = fmt::format("local[{}]", place.machine.cores);
  conf["spark.ui.enabled"] = "false";
  conf["spark.driver.host"] = "127.0.0.1";
  conf["spark.driver.bindAddress"] = "127.0.0.1";
  conf["spark.jars.ivy"] = (place.state_dir / "ivy").string();
  return conf;
}

std::map<std::string, std::string> StepEnvironment(const LocalSparkSettings& spark,
                                                   const StepPlace& place,
                                                   const ClusterConf& cluster) {
  std::map<std::string, std::string> environment = place.environment;
  for (const auto& [name, value] : cluster.exports) {
    if (!name.empty() && name.find('=') == std::string::npos) environment[name] = value;
  }
  const auto inherited = environment.find("PATH");
  const std::string path = inherited == environment.end() ? "/usr/bin:/bin" : inherited->second;
  const std::string tmp = (place.work_dir / "tmp").string();
  environment["PATH"] =
      (spark.python.parent_path().string() + ":" + (spark.java_home / "bin").string() + ":" +
       (spark.spark_home / "bin").string() + ":" + path);
  environment["SPARK_HOME"] = spark.spark_home.string();
  environment["SPARK_CONF_DIR"] = (place.work_dir / "conf").string();
  environment["SPARK_LOCAL_IP"] = "127.0.0.1";
  environment["SPARK_LOCAL_DIRS"] = tmp;
  environment["PYSPARK_PYTHON"] = spark.python.string();
  environment["PYSPARK_DRIVER_PYTHON"] = spark.python.string();
  environment["JAVA_HOME"] = spark.java_home.string();
  environment["TMPDIR"] = tmp;
  environment["SPARK_SUBMIT_OPTS"] = "-Djava.io.tmpdir=" + Quoted(tmp) + " -Dderby.system.home=" +
                                     Quoted((place.work_dir / "tmp").string());
  return environment;
}

}  // namespace

std::map<std::string, std::string> InheritedEnvironment(const Environment& environment) {
  std::map<std::string, std::string> inherited;
  for (const char* name : kInherited) {
    if (const auto value = environment.Get(name)) inherited[name] = *value;
  }
  return inherited;
}

Result<StepCommand> BuildStepCommand(const emr_model::StepLaunch& launch,
                                     const LocalSparkSettings& spark, const StepPlace& place) {
  if (launch.jar != "command-runner.jar") {
    return Fail(
        ErrorKind::kInvalidJob,
        "a local cluster runs only steps of command-runner.jar, not " + ToOneLine(launch.jar));
  }
  if (launch.args.empty()) {
    return Fail(ErrorKind::kInvalidJob, "command-runner.jar was given nothing to run");
  }
  const std::string& program = launch.args.front();
  if (std::ranges::find(kNotHere, program) != kNotHere.end()) {
    return Fail(ErrorKind::kInvalidJob,
                "a local cluster has no " + program + ": it runs spark-submit and plain programs");
  }
  const ClusterConf cluster = ReadClusterConf(launch.configurations);
  StepCommand command;
  command.notes = cluster.notes;
  SparkConf conf = cluster.spark;
  // Hadoop's Path, which reads this one, does not decode percent signs.
  conf.try_emplace("spark.sql.warehouse.dir", "file:" + (place.state_dir / "warehouse").string());
  for (const auto& [key, value] : LocalConf(place)) conf[key] = value;
  SparkArguments arguments;
  if (IsSparkSubmit(program)) {
    ECM_TRY(arguments, ParseSparkArguments({launch.args.begin() + 1, launch.args.end()}));
  }
  const LocalMemory memory =
      ScaleMemory(FirstOf(LastValue(arguments, "--driver-memory"), arguments.conf, cluster.spark,
                          "spark.driver.memory"),
                  FirstOf(LastValue(arguments, "--executor-memory"), arguments.conf, cluster.spark,
                          "spark.executor.memory"),
                  place.machine.memory_bytes);
  conf["spark.driver.memory"] = fmt::format("{}m", memory.heap_mib);
  if (IsSparkSubmit(program)) {
    command.notes.push_back(memory.note);
    command.inputs = InputsOf(arguments);
    DropReplaced(arguments, command.notes);
    command.argv = ToWords(arguments);
    command.argv.insert(command.argv.begin(), (spark.spark_home / "bin" / "spark-submit").string());
  } else {
    command.argv = launch.args;
  }
  command.spark_defaults = ToProperties(conf);
  command.environment = StepEnvironment(spark, place, cluster);
  return command;
}

}  // namespace ecm::local
