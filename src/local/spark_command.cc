#include "local/spark_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "local/buckets.h"
#include "local/step_environment.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

/// Options that a local cluster answers itself.
constexpr std::array<std::string_view, 5> kReplaced{"--master", "--deploy-mode", "--driver-memory",
                                                    "--properties-file", "--remote"};

constexpr std::array<std::string_view, 4> kFileLists{"--py-files", "--files", "--jars",
                                                     "--archives"};

/// What the master of a local-cluster says already.
constexpr std::array<std::string_view, 4> kExecutorOptions{
    "--executor-memory", "--executor-cores", "--num-executors", "--total-executor-cores"};
constexpr std::array<std::string_view, 5> kExecutorKeys{
    "spark.executor.memory", "spark.executor.cores", "spark.executor.instances", "spark.cores.max",
    "spark.dynamicAllocation.enabled"};

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Takes what local Spark decides itself out of the job's arguments.
void DropReplaced(SparkArguments& arguments, bool own_executors, std::vector<std::string>& notes) {
  std::erase_if(arguments.options, [&](const SparkArguments::Option& option) {
    if (own_executors && Contains(kExecutorOptions, option.name)) return true;
    if (!Contains(kReplaced, option.name)) return false;
    if (option.name == "--properties-file" || option.name == "--remote") {
      notes.push_back(option.name + " does not apply to local Spark");
    }
    return true;
  });
  std::erase_if(arguments.conf, [&](const auto& entry) {
    if (own_executors && Contains(kExecutorKeys, entry.first)) return true;
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
    if (!Contains(kFileLists, option.name)) continue;
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

bool IsClusterMode(const SparkArguments& arguments, const ClusterConf& cluster) {
  const std::string option = LastValue(arguments, "--deploy-mode");
  if (!option.empty()) return option == "cluster";
  const auto conf = arguments.conf.find("spark.submit.deployMode");
  return (conf == arguments.conf.end() ? cluster.deploy_mode : conf->second) == "cluster";
}

std::string ConfOr(const SparkConf& conf, const std::string& key) {
  const auto found = conf.find(key);
  return found == conf.end() ? std::string() : found->second;
}

LocalMemory MemoryOf(const SparkArguments& arguments, const ClusterConf& cluster,
                     const LocalMaster& master, std::int64_t machine_bytes) {
  const std::string driver = FirstOf(LastValue(arguments, "--driver-memory"), arguments.conf,
                                     cluster.spark, "spark.driver.memory");
  if (master.workers > 0) {
    return DriverMemory(driver, master.workers * master.memory_mib_each, machine_bytes);
  }
  const std::string executor = FirstOf(LastValue(arguments, "--executor-memory"), arguments.conf,
                                       cluster.spark, "spark.executor.memory");
  if (cluster.maximize && driver.empty() && executor.empty()) return AllMemory(machine_bytes);
  return ScaleMemory(driver, executor, machine_bytes);
}

}  // namespace

Result<SparkShape> ShapeSpark(const SparkArguments& arguments, const ClusterConf& cluster,
                              const Machine& machine) {
  SparkShape shape;
  ECM_TRY(shape.master, ChooseMaster({LastValue(arguments, "--master"),
                                      ConfOr(arguments.conf, "spark.master"), cluster.master},
                                     machine));
  shape.memory = MemoryOf(arguments, cluster, shape.master, machine.memory_bytes);
  shape.memory_mib = shape.memory.heap_mib + shape.master.workers * shape.master.memory_mib_each;
  return shape;
}

void SetShape(const SparkShape& shape, const fs::path& tmp, SparkConf& conf) {
  conf["spark.master"] = shape.master.url;
  conf["spark.driver.memory"] = fmt::format("{}m", shape.memory.heap_mib);
  if (shape.master.workers == 0) return;
  // Executors of another size than that of their workers would never come.
  conf["spark.executor.memory"] = fmt::format("{}m", shape.master.memory_mib_each);
  conf["spark.executor.cores"] = fmt::format("{}", shape.master.cores_each);
  conf["spark.dynamicAllocation.enabled"] = "false";
  conf.try_emplace("spark.executor.defaultJavaOptions",
                   "-Djava.io.tmpdir=" + QuotedOption(tmp.string()));
}

void FillSparkSubmit(SparkArguments arguments, const ClusterConf& cluster, const SparkShape& shape,
                     const fs::path& spark_home, StepCommand& command) {
  command.notes.push_back(shape.memory.note);
  command.inputs = InputsOf(arguments);
  command.cluster_mode = IsClusterMode(arguments, cluster);
  DropReplaced(arguments, shape.master.workers > 0, command.notes);
  command.argv = ToWords(arguments);
  command.argv.insert(command.argv.begin(), (spark_home / "bin" / "spark-submit").string());
}

}  // namespace ecm::local
