#include "job/unwrap.h"

#include <fmt/format.h>

#include "job/base64.h"
#include "job/reading.h"

namespace ecm {
namespace {

constexpr std::size_t kMaxBase64 = std::size_t{384} * 1024;

/// What the wrapper holds, or nothing and a problem at /data.
std::unique_ptr<const Json> Decode(std::string_view text, Problems& problems) {
  const auto refuse = [&](std::string message) {
    problems.Add("/data", std::move(message));
    return nullptr;
  };
  if (text.size() > kMaxBase64) {
    return refuse(fmt::format("expected at most {} characters of base64", kMaxBase64));
  }
  const std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes) {
    return refuse(
        "expected an object or the base64 of its JSON text (RFC 4648, with padding); the string is "
        "not base64");
  }
  Result<Json> json = ParseJson(*bytes);
  if (!json) return refuse("the base64 text holds no readable JSON: " + json.error().message);
  return std::make_unique<const Json>(*std::move(json));
}

}  // namespace

bool IsToleratedMember(std::string_view key) {
  return key == "$schema" || key == "Comment" || key.starts_with("AWS_STEP_FUNCTIONS_");
}

std::optional<Unwrapped> Unwrap(const Json& document, Problems& problems) {
  const JsonObject* outer = document.if_object();
  if (outer == nullptr) {
    problems.Add("", fmt::format("expected a JSON object with the members of a job, found {}",
                                 TypeName(document)));
    return std::nullopt;
  }
  const Json* data = outer->if_contains("data");
  if (data == nullptr) return Unwrapped{outer, "", nullptr};

  for (const auto& member : *outer) {
    const std::string_view key = member.key();
    if (key == "data" || IsToleratedMember(key)) continue;
    problems.Add(PointerTo("", key), "stands beside the wrapper 'data': move it into 'data'");
  }
  Unwrapped inner{nullptr, "/data", nullptr};
  if (data->is_string()) {
    inner.decoded = Decode(data->get_string(), problems);
    if (!inner.decoded) return std::nullopt;
    data = inner.decoded.get();
  }
  inner.object = data->if_object();
  if (inner.object == nullptr) {
    problems.Add("/data", fmt::format("expected an object or the base64 of its JSON text, found {}",
                                      TypeName(*data)));
    return std::nullopt;
  }
  if (inner.object->contains("data")) {
    problems.Add("/data/data", "a wrapper inside a wrapper: expected the members of a job");
    return std::nullopt;
  }
  return inner;
}

}  // namespace ecm
