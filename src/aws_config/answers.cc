#include "aws_config/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ecm::aws_config {
namespace {

constexpr std::size_t kShortestKey = 16;
constexpr std::size_t kLongestMessage = 300;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsOfKey(char c) {
  return IsDigit(c) || IsUpper(c) || IsLower(c) || c == '/' || c == '+' || c == '=' || c == '_';
}

/// Long, with figures and capitals, as AWS's keys and tokens.
bool LooksLikeKey(std::string_view word) {
  return word.size() >= kShortestKey && std::ranges::any_of(word, IsDigit) &&
         std::ranges::any_of(word, IsUpper);
}

std::unexpected<Error> Lacks(const std::string& source, std::string_view member) {
  return Fail(ErrorKind::kUnavailable, fmt::format("the answer of {} has no {}", source, member));
}

}  // namespace

Result<ResolvedCredentials> KeysIn(const Json& answer, const KeyNames& names, std::string source) {
  ResolvedCredentials found{.credentials = {.access_key_id = StringOr(answer, names.id),
                                            .secret_access_key = StringOr(answer, names.secret),
                                            .session_token = StringOr(answer, names.token)},
                            .expires = {},
                            .source = std::move(source)};
  if (found.credentials.access_key_id.empty()) return Lacks(found.source, names.id);
  if (found.credentials.secret_access_key.empty()) return Lacks(found.source, names.secret);
  if (names.temporary && found.credentials.session_token.empty()) {
    return Lacks(found.source, names.token);
  }
  const Json* expires = Find(answer, names.expires);
  if (expires == nullptr || expires->is_null()) {
    if (names.temporary) return Lacks(found.source, names.expires);
    return found;
  }
  const auto time = ParseIso8601(StringOr(answer, names.expires));
  if (!time) {
    return Fail(ErrorKind::kUnavailable,
                fmt::format("the {} that {} answered is no time", names.expires, found.source));
  }
  found.expires = *time;
  return found;
}

Result<HttpResponse> SendAgain(const Ports& ports, const HttpRequest& request, int attempts,
                               Duration pause) {
  for (;;) {
    auto response = ports.http.Send(request);
    if (--attempts == 0 || (response && response->status < 500)) return response;
    if (pause > Duration{0}) ports.clock.SleepFor(pause);
  }
}

Result<HttpRequest> RequestFor(std::string_view method, std::string_view url) {
  const std::size_t query = std::min(url.find('?'), url.size());
  ECM_TRY(const HttpUrl parsed, ParseHttpUrl(url.substr(0, query)));
  for (const char c : url.substr(query)) {
    if (c <= ' ' || c == '#' || c == '\x7f') {
      return Fail(ErrorKind::kInvalidJob, "a character in the query of the URL has no place there");
    }
  }
  HttpRequest request;
  request.origin = parsed.origin;
  request.method = method;
  request.target = parsed.path + std::string(url.substr(query));
  request.repeatable = true;
  return request;
}

std::string FitForMessage(std::string_view text) {
  return TruncateUtf8(ToOneLine(text), kLongestMessage);
}

std::string FitForMessageWithoutKeys(std::string_view text) {
  std::string fit;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, IsOfKey);
    const std::string_view word(text.begin(), end);
    fit += LooksLikeKey(word) ? "…" : word;
    text.remove_prefix(word.size());
    if (!text.empty()) {
      fit += text.front();
      text.remove_prefix(1);
    }
  }
  return FitForMessage(fit);
}

}  // namespace ecm::aws_config
