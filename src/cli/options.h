#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ecm::cli {

struct ValidateOptions {
  std::vector<std::string> files;
  bool json = false;
};

struct PlanOptions {
  std::string file;
  bool json = false;
  std::string stage = "dev";
  std::string region;
  std::string log_bucket;
  std::string subnet;
};

struct RunOptions {
  std::string file;
  bool local = false;
  std::string state_dir = ".emrctl";
  std::string region;
  bool json = false;
  bool verbose = false;
};

struct ServeOptions {
  std::string host = "127.0.0.1";
  /// An 8 and EMR on the keys of a telephone: none of the ports of Spark, Hadoop, Livy (8998),
  /// moto, LocalStack or Step Functions Local, which people run beside us. 0 takes a free one.
  std::uint16_t port = 8367;
  std::string state_dir = ".emrctl";
  std::string timing = "instant";  ///< or "emr"
  std::string region;
  std::string keys_file;  ///< "" takes any credentials
  bool verbose = false;
};

}  // namespace ecm::cli
