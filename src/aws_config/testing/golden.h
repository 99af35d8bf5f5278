#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "base/json.h"

namespace ecm::aws_config {

/// A file of tests/golden/aws_config, which botocore's behaviour was written into.
inline JsonArray ReadGolden(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream("tests/golden/aws_config/" + file).rdbuf();
  return ParseJson(text.str()).value().as_array();
}

}  // namespace ecm::aws_config
