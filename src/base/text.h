#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ecm {

bool IsValidUtf8(std::string_view text);

/// At most `max_bytes` bytes of `text`, never cutting a character in two; what was cut ends in "…".
std::string TruncateUtf8(std::string_view text, std::size_t max_bytes);

/// Printable on one terminal line: control characters, marks that turn the direction of text and
/// broken UTF-8 become "\xHH", newlines " ".
/// Everything that came from a job, a log or a service goes through it before a person sees it.
std::string ToOneLine(std::string_view text);

/// The candidate nearest to `word` within two edits (or a third of its length), or "".
std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace ecm
