#include "local/spark_arguments.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm::local {
namespace {

constexpr std::array<std::string_view, 29> kWithValue{"--archives",
                                                      "--class",
                                                      "--conf",
                                                      "--deploy-mode",
                                                      "--driver-class-path",
                                                      "--driver-cores",
                                                      "--driver-java-options",
                                                      "--driver-library-path",
                                                      "--driver-memory",
                                                      "--exclude-packages",
                                                      "--executor-cores",
                                                      "--executor-memory",
                                                      "--files",
                                                      "--jars",
                                                      "--keytab",
                                                      "--master",
                                                      "--name",
                                                      "--num-executors",
                                                      "--packages",
                                                      "--principal",
                                                      "--properties-file",
                                                      "--proxy-user",
                                                      "--py-files",
                                                      "--queue",
                                                      "--remote",
                                                      "--repositories",
                                                      "--total-executor-cores",
                                                      "--kill",
                                                      "--status"};
constexpr std::array<std::string_view, 3> kSwitches{"--supervise", "--verbose", "-v"};

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Error Invalid(std::string message) { return {ErrorKind::kInvalidJob, std::move(message), {}}; }

Result<void> AddConf(SparkArguments& arguments, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Fail(Invalid("spark-submit: --conf needs KEY=VALUE, not \"" + ToOneLine(text) + "\""));
  }
  arguments.conf[text.substr(0, equals)] = text.substr(equals + 1);
  return {};
}

}  // namespace

Result<SparkArguments> ParseSparkArguments(const std::vector<std::string>& words) {
  SparkArguments arguments;
  std::size_t at = 0;
  for (; at < words.size() && words[at].starts_with('-'); ++at) {
    std::string name = words[at] == "-c" ? "--conf" : words[at];
    if (Contains(kSwitches, name)) {
      arguments.options.push_back({std::move(name), "", true});
      continue;
    }
    std::string value;
    const std::size_t equals = name.find('=');
    if (name.starts_with("--") && equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    if (!Contains(kWithValue, name)) {
      return Fail(Invalid("spark-submit does not know the option \"" + ToOneLine(name) + "\""));
    }
    if (equals == std::string::npos) {
      if (++at == words.size()) return Fail(Invalid("spark-submit: " + name + " needs a value"));
      value = words[at];
    }
    if (name == "--conf") {
      ECM_TRY_VOID(AddConf(arguments, value));
    } else {
      arguments.options.push_back({std::move(name), std::move(value), false});
    }
  }
  if (at == words.size()) {
    return Fail(Invalid("spark-submit was given no application to run (a .py file or a jar)"));
  }
  arguments.primary = words[at];
  arguments.application.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  return arguments;
}

std::string LastValue(const SparkArguments& arguments, std::string_view option) {
  std::string value;
  for (const auto& candidate : arguments.options) {
    if (candidate.name == option) value = candidate.value;
  }
  return value;
}

std::vector<std::string> ToWords(const SparkArguments& arguments) {
  std::vector<std::string> words;
  for (const auto& [key, value] : arguments.conf) {
    words.insert(words.end(), {"--conf", key + "=" + value});
  }
  for (const auto& option : arguments.options) {
    words.push_back(option.name);
    if (!option.is_switch) words.push_back(option.value);
  }
  words.push_back(arguments.primary);
  words.insert(words.end(), arguments.application.begin(), arguments.application.end());
  return words;
}

}  // namespace ecm::local
