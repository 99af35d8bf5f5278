#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

namespace ecm {

/// One `{argument, value}` of a job; reaches Spark as spark.hadoop.{namespace}.{name}={value}.
struct JobArgument {
  std::string name;
  std::string value;
  bool operator==(const JobArgument&) const = default;
};

/// A script that runs on every node before Spark.
struct BootstrapAction {
  std::string name;
  std::string path;
  std::vector<std::string> args;
  bool operator==(const BootstrapAction&) const = default;
};

/// A validated job description with every default in place, except those that the stack gives
/// (region, subnet, log_bucket, roles): these stay empty here and are filled by the plan.
struct Job {
  std::string job_name;
  std::string resource;         ///< what the job works on; "" if not given
  std::string spark_namespace;  ///< `namespace`; "" only without arguments
  std::vector<JobArgument> arguments;
  std::string code_entrypoint;  ///< URI of the Python file
  std::string code_files;       ///< URI of the zip for --py-files; ""
  std::string release;          ///< "emr-7.5.0"
  std::string mem_executor = "16G";
  std::string mem_driver = "8G";
  std::string master_type = "m5.xlarge";
  std::string slave_type = "m5.2xlarge";
  std::int64_t count = 2;  ///< core instances
  Region region;           ///< "": the stack's
  std::string log_bucket;  ///< bucket name; "": the stack's
  std::string subnet;      ///< "": the stack's
  std::vector<std::string> spark_packages;

  std::chrono::minutes timeout{720};       ///< the whole job, from the execution's start
  std::chrono::minutes start_timeout{60};  ///< until the first step runs
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::pair<std::string, std::string>> spark_conf;
  std::vector<std::string> applications = {"Spark"};
  Json configurations = JsonArray{};  ///< EMR's shape, as it is
  std::vector<BootstrapAction> bootstrap_actions;
  std::string service_role;
  std::string instance_profile;
  Json emr_overrides = JsonObject{};  ///< RFC 7396, merged last into RunJobFlow
};

/// One mistake in a description.
struct JobProblem {
  std::string pointer;  ///< RFC 6901, "" for the whole document
  std::string message;  ///< what is wrong, what was expected, a suggestion where there is one
  bool operator==(const JobProblem&) const = default;
};

/// Either a job or everything that is wrong with it (never both empty).
struct JobReading {
  std::optional<Job> job;
  std::vector<JobProblem> problems;
  std::vector<JobProblem> warnings;  ///< the job runs, but probably not as meant
};

/// Reads the text of a file or the `data` of a request: flat JSON, the older spelling, the `data`
/// wrapper (object or base64 text).
JobReading ReadJob(std::string_view text);
/// The same from a parsed document (the input of an execution).
JobReading ReadJob(const Json& document);

/// All problems in one error of kind kInvalidJob, one line each: "/slave_typ: unknown member; …".
Error ToError(const std::vector<JobProblem>& problems);

}  // namespace ecm
