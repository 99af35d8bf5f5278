#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

// What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput: it feeds the input
// to what reads such input in the programs, and says what must hold whatever the input is.

namespace ecm::fuzz {

/// A promise is broken: says which, and ends the process so that libFuzzer keeps the input.
inline void Must(bool holds, std::string_view promise, std::string_view seen = {}) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %.*s\n%.*s\n", static_cast<int>(promise.size()),
               promise.data(), static_cast<int>(seen.size()), seen.data());
  std::abort();
}

inline std::string_view Text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// An input of several texts has a line "--" between two of them: corpora stay readable.
inline std::vector<std::string_view> Parts(std::string_view text) {
  constexpr std::string_view kSeparator = "\n--\n";
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(kSeparator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + kSeparator.size());
  }
}

inline std::string_view PartOr(const std::vector<std::string_view>& parts, std::size_t index,
                               std::string_view otherwise = {}) {
  return index < parts.size() ? parts[index] : otherwise;
}

/// Takes the first line from `text`, without its end.
inline std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// Messages reach terminals and logs: one line without control characters, and not endless.
inline void MustBeFitForPeople(const Error& error) {
  Must(error.message.size() < std::size_t{64} * 1024, "a message is bounded", error.message);
  for (const char c : error.message) {
    const auto byte = static_cast<unsigned char>(c);
    Must(byte >= 0x20 && byte != 0x7F, "a message has no control characters", error.message);
  }
}

}  // namespace ecm::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
