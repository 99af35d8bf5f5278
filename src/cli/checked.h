#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>

namespace ecm::cli {

/// A check of an option's text: "'x' is not a region such as eu-west-1".
inline CLI::Validator Checked(bool (*fits)(std::string_view), const char* wanted) {
  return CLI::Validator(
      [fits, wanted](const std::string& text) {
        return fits(text) ? std::string() : "'" + text + "' is not " + wanted;
      },
      "");
}

}  // namespace ecm::cli
