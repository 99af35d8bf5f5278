#pragma once

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

}  // namespace ecm::cli
