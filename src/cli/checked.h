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

inline bool IsStage(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}
inline constexpr const char* kStageWanted = "letters, digits and '-', at most 16, such as dev";

}  // namespace ecm::cli
