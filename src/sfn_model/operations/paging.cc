#include "sfn_model/operations/paging.h"

#include <charconv>

#include "sfn_model/errors.h"

namespace ecm::sfn_model {

std::size_t PageSize(const Json& request) {
  constexpr std::int64_t kUsual = 100;
  const std::int64_t wanted = FindInt(request, "maxResults").value_or(0);
  return static_cast<std::size_t>(wanted > 0 ? wanted : kUsual);
}

std::string PageToken(std::string_view kind, std::uint64_t from) {
  return std::string(kind) + "." + std::to_string(from);
}

Result<std::optional<std::uint64_t>> ReadPageToken(const Json& request, std::string_view kind) {
  const std::optional<std::string> token = FindString(request, "nextToken");
  if (!token) return std::nullopt;
  const std::string prefix = std::string(kind) + ".";
  std::uint64_t from = 0;
  if (token->starts_with(prefix)) {
    const char* begin = token->data() + prefix.size();
    const char* end = token->data() + token->size();
    const auto [stopped, error] = std::from_chars(begin, end, from);
    if (error == std::errc{} && stopped == end && begin != end) return from;
  }
  return Invalid("InvalidToken",
                 "Invalid Token: 'this nextToken does not continue an answer of this operation'");
}

}  // namespace ecm::sfn_model
