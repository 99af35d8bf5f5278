#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "env/environment.h"
#include "local/spark_settings.h"

namespace ecm::local {

/// The variables of this process that a step may see: paths, locale, proxies. Credentials and
/// whatever else is in a developer's environment stay out.
std::map<std::string, std::string> InheritedEnvironment(const Environment& environment);

/// Of a process that has no Spark: what is inherited, a PATH in any case, scratch in `tmp`.
std::map<std::string, std::string> PlainEnvironment(std::map<std::string, std::string> inherited,
                                                    const std::filesystem::path& tmp);

/// A PATH on which the programs of Spark, its Java and its Python come first.
std::string SparkPath(const LocalSparkSettings& spark, const std::string& path);

/// Of a step on a machine with Spark: its programs on PATH, its configuration in {work_dir}/conf,
/// scratch in {work_dir}/tmp. The cluster's exports are defaults of what no local Spark decides.
std::map<std::string, std::string> SparkEnvironment(
    const std::map<std::string, std::string>& inherited, const LocalSparkSettings& spark,
    const std::map<std::string, std::string>& exports, const std::filesystem::path& work_dir);

/// Sets the variables that can be variables.
void Export(const std::map<std::string, std::string>& exports,
            std::map<std::string, std::string>& environment);

/// "NAME=value"
std::vector<std::string> EnvironmentWords(const std::map<std::string, std::string>& environment);

/// In double quotes for the splitter of option strings that Java programs and Spark's launcher use.
std::string QuotedOption(const std::string& text);

}  // namespace ecm::local
