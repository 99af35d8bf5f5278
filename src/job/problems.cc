#include "job/problems.h"

#include "base/text.h"

namespace ecm {

void Problems::Add(std::string pointer, std::string message) {
  if (IsFull()) return;
  if (problems_.size() + 1 == kMax) {
    problems_.push_back({"", "there are more problems; repair these first"});
    return;
  }
  problems_.push_back({std::move(pointer), std::move(message)});
}

void Problems::Warn(std::string pointer, std::string message) {
  if (warnings_.size() < kMax) warnings_.push_back({std::move(pointer), std::move(message)});
}

std::string Quote(std::string_view text) {
  std::string shown;
  for (const char c : TruncateUtf8(text, /*max_bytes=*/80)) {
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\r') {
      shown += "\\r";
    } else if (c == '\t') {
      shown += "\\t";
    } else {
      shown += c;
    }
  }
  return "'" + ToOneLine(shown) + "'";
}

}  // namespace ecm
