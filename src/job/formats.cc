#include "job/formats.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsLetter(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAlnum(char c) { return IsLetter(c) || IsDigit(c); }
constexpr bool IsLowerAlnum(char c) { return IsLower(c) || IsDigit(c); }
constexpr bool IsWord(char c) { return IsAlnum(c) || c == '.' || c == '_' || c == '-'; }

/// Takes `prefix` off the front of `text`.
bool Skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes off what `is` accepts; says how many characters.
template <class Predicate>
std::size_t SkipWhile(std::string_view& text, Predicate is) {
  const auto* end = std::ranges::find_if_not(text, is);
  const auto length = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(length);
  return length;
}

/// 0, or 1 to `max_digits` digits that do not begin with 0.
bool SkipNumber(std::string_view& text, std::size_t max_digits) {
  const bool zero = text.starts_with('0');
  const std::size_t digits = SkipWhile(text, IsDigit);
  return digits >= 1 && digits <= max_digits && (!zero || digits == 1);
}

bool LooksLikeIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && !Skip(text, ".")) return false;
    if (SkipWhile(text, IsDigit) == 0) return false;
  }
  return text.empty();
}

bool IsIamName(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
    return IsAlnum(c) || std::string_view("+=,.@_-").contains(c);
  });
}

/// arn:aws…:iam::123456789012:{kind}/[path/]name
bool IsIamArn(std::string_view text, std::string_view kind) {
  if (!Skip(text, "arn:aws")) return false;
  SkipWhile(text, [](char c) { return IsLowerAlnum(c) || c == '-'; });
  if (!Skip(text, ":iam::") || SkipWhile(text, IsDigit) != 12) return false;
  if (!Skip(text, ":") || !Skip(text, kind) || !Skip(text, "/")) return false;
  for (std::size_t slash = text.find('/'); slash != text.npos; slash = text.find('/')) {
    if (!IsIamName(text.substr(0, slash))) return false;
    text.remove_prefix(slash + 1);
  }
  return IsIamName(text);
}

}  // namespace

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool IsXmlSafe(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
  }
  return IsValidUtf8(text) && text.find("\xEF\xBF\xBE") == text.npos &&  // U+FFFE
         text.find("\xEF\xBF\xBF") == text.npos;                         // U+FFFF
}

bool IsPrintable(std::string_view text) {
  if (!IsXmlSafe(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;  // C1
  }
  return true;
}

bool IsJobName(std::string_view text) {
  return !text.empty() && IsAlnum(text.front()) && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return IsWord(c) || c == ' '; });
}

bool IsNamespace(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) && std::ranges::all_of(text, IsWord);
}

bool IsArgumentName(std::string_view text) {
  return !text.empty() && IsAlnum(text.front()) && std::ranges::all_of(text, IsWord);
}

bool IsRelease(std::string_view text) {
  return Skip(text, "emr-") && !text.starts_with('0') && SkipNumber(text, 2) && Skip(text, ".") &&
         SkipNumber(text, 3) && Skip(text, ".") && SkipNumber(text, 3) && text.empty();
}

bool IsMemory(std::string_view text) {
  const std::string_view whole = text;
  const std::size_t digits = SkipWhile(text, IsDigit);
  if (digits == 0 || digits > 6 || whole.front() == '0' || text.size() != 1) return false;
  switch (text.front()) {
    case 'm':
    case 'M':
      return digits > 3 || (digits == 3 && whole.substr(0, 3) >= "512");
    case 'g':
    case 'G':
      return digits <= 4;
    case 't':
    case 'T':
      return digits == 1;
    default:
      return false;
  }
}

bool IsInstanceType(std::string_view text) {
  const auto part = [](char c) { return IsLowerAlnum(c) || c == '-'; };
  if (text.empty() || !IsLower(text.front()) || SkipWhile(text, part) > 32) return false;
  if (!Skip(text, ".") || text.empty() || !IsLowerAlnum(text.front())) return false;
  return SkipWhile(text, part) <= 32 && text.empty();
}

bool IsRegion(std::string_view text) {
  const std::size_t partition = SkipWhile(text, IsLower);
  if (partition < 2 || partition > 4 || !Skip(text, "-")) return false;
  int words = 0;
  while (words < 3) {
    const std::size_t length = SkipWhile(text, IsLower);
    if (length == 0) break;
    if (length > 12 || !Skip(text, "-")) return false;
    ++words;
  }
  const std::size_t digits = SkipWhile(text, IsDigit);
  return words >= 1 && digits >= 1 && digits <= 2 && text.empty();
}

bool IsBucketName(std::string_view text) {
  return text.size() >= 3 && text.size() <= 63 && IsLowerAlnum(text.front()) &&
         IsLowerAlnum(text.back()) && text.find("..") == text.npos && !LooksLikeIpv4(text) &&
         std::ranges::all_of(text, [](char c) { return IsLowerAlnum(c) || c == '.' || c == '-'; });
}

bool IsSubnet(std::string_view text) {
  return Skip(text, "subnet-") && text.size() >= 8 && text.size() <= 17 &&
         std::ranges::all_of(text, [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsMavenCoordinate(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    if (part > 0 && !Skip(text, ":")) return false;
    if (text.empty() || !IsAlnum(text.front())) return false;
    const bool version = part == 2;
    SkipWhile(text, [version](char c) { return IsWord(c) || (version && c == '+'); });
  }
  return text.empty();
}

bool IsSparkKey(std::string_view text) {
  return Skip(text, "spark.") && !text.empty() && std::ranges::all_of(text, IsWord);
}

bool IsApplication(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) &&
         std::ranges::all_of(text, [](char c) { return IsAlnum(c) || c == '_' || c == '-'; });
}

bool IsRole(std::string_view text) { return IsIamName(text) || IsIamArn(text, "role"); }

bool IsInstanceProfile(std::string_view text) {
  return IsIamName(text) || IsIamArn(text, "instance-profile");
}

}  // namespace ecm
