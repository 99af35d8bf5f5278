#include "diagnose/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ecm {
namespace {

constexpr std::string_view kRedacted = "[redacted]";

char Lower(char character) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
}

bool StartsWithNoCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char a, char b) { return a == Lower(b); });
}

bool IsWord(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

/// Length of an AWS access key id at the front ("AKIA" or "ASIA" and 16 more), 0 if none.
std::size_t AccessKeyLength(std::string_view text) {
  if (!text.starts_with("AKIA") && !text.starts_with("ASIA")) return 0;
  std::size_t end = 4;
  while (end < text.size() && (std::isupper(static_cast<unsigned char>(text[end])) != 0 ||
                               std::isdigit(static_cast<unsigned char>(text[end])) != 0)) {
    ++end;
  }
  return end >= 16 ? end : 0;
}

/// If a word such as "password" stands at the front: the length of all up to its value ("password
/// = '"), 0 if none.
std::size_t SecretNameLength(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "password", "passwd",     "pwd",           "secret",       "token",
      "api_key",  "access_key", "authorization", "session_token"};
  const bool known = std::ranges::any_of(
      kNames, [&](std::string_view name) { return StartsWithNoCase(text, name); });
  if (!known) return 0;
  std::size_t end = 0;
  while (end < text.size() && (IsWord(text[end]) || text[end] == '-' || text[end] == '.')) ++end;
  if (end < text.size() && (text[end] == '"' || text[end] == '\'')) ++end;
  while (end < text.size() && text[end] == ' ') ++end;
  if (end >= text.size() || (text[end] != '=' && text[end] != ':')) return 0;
  ++end;
  while (end < text.size() && (text[end] == ' ' || text[end] == '"' || text[end] == '\'')) ++end;
  return end;
}

std::size_t ValueLength(std::string_view text) {
  // "Authorization: Bearer abc" hides both words.
  const std::size_t scheme = StartsWithNoCase(text, "bearer ") || StartsWithNoCase(text, "basic ")
                                 ? text.find(' ') + 1
                                 : 0;
  const std::size_t end = text.find_first_of(" \t\r\n\"',;&)", scheme);
  return std::min(end, text.size());
}

/// "//user:password@" at the front: its length with the "@", 0 if none.
std::size_t UserInfoLength(std::string_view text) {
  if (!text.starts_with("//")) return 0;
  const std::size_t end = text.find_first_of("@/ \t\n?#", 2);
  if (end == std::string_view::npos || text[end] != '@') return 0;
  return text.substr(0, end).find(':') == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

std::string RedactSecrets(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char before = ' ';
  while (!text.empty()) {
    std::size_t used = 1;
    if (const std::size_t user = UserInfoLength(text); user > 0) {
      out.append("//").append(kRedacted).append("@");
      used = user;
    } else if (const std::size_t key = IsWord(before) ? 0 : AccessKeyLength(text); key > 0) {
      out.append(kRedacted);
      used = key;
    } else if (const std::size_t name = SecretNameLength(text); name > 0) {
      const std::size_t value = ValueLength(text.substr(name));
      out.append(text.substr(0, name));
      if (value > 0) out.append(kRedacted);
      used = name + value;
    } else {
      out += text.front();
    }
    before = text[used - 1];
    text.remove_prefix(used);
  }
  return out;
}

}  // namespace ecm
