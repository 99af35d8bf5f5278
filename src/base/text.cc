#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace ecm {
namespace {

/// Bytes of the well-formed character at the front of `text`, 0 if there is none (RFC 3629).
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;  // bounds of the second byte
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t index = 2; index < length; ++index) {
    if (byte(index) < 0x80 || byte(index) > 0xBF) return 0;
  }
  return length;
}

/// U+200E, U+200F, U+202A..U+202E, U+2066..U+2069: they make text read otherwise than it stands.
bool IsDirectionMark(std::string_view character) {
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const unsigned code = (static_cast<unsigned char>(character[1]) & 0x3FU) << 6 |
                        (static_cast<unsigned char>(character[2]) & 0x3FU);
  return code == 0x00E || code == 0x00F || (code >= 0x02A && code <= 0x02E) ||
         (code >= 0x066 && code <= 0x069);
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string TruncateUtf8(std::string_view text, std::size_t max_bytes) {
  static constexpr std::string_view kEllipsis = "…";
  if (text.size() <= max_bytes) return std::string(text);
  if (max_bytes < kEllipsis.size()) return {};
  std::size_t end = max_bytes - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

std::string ToOneLine(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    const unsigned char lead = static_cast<unsigned char>(text.front());
    // U+0080..U+009F are control characters too: some terminals obey them.
    const bool c1 = length == 2 && lead == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (c1 || IsDirectionMark(text.substr(0, length))) {
      for (const char byte : text.substr(0, length)) {
        line += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
      }
      text.remove_prefix(length);
      continue;
    }
    if (lead == '\n' || lead == '\r' || lead == '\t') {
      line += ' ';
    } else if (length == 0 || lead < 0x20 || lead == 0x7F) {
      line += fmt::format("\\x{:02x}", lead);
    } else {
      line.append(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

std::string_view Nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > 256) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace ecm
