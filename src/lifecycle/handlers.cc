#include "lifecycle/handlers.h"

#include <array>

namespace ecm::lifecycle {

namespace {

constexpr std::array<std::pair<std::string_view, Handler>, 7> kHandlers = {{
    {"submit", Submit},
    {"await", Await},
    {"wake", Wake},
    {"inspect", Inspect},
    {"release", Release},
    {"report", Report},
    {"sweep", Sweep},
}};

}  // namespace

Handler FindHandler(std::string_view name) {
  for (const auto& [candidate, handler] : kHandlers) {
    if (candidate == name) return handler;
  }
  return nullptr;
}

std::vector<std::string_view> HandlerNames() {
  std::vector<std::string_view> names;
  names.reserve(kHandlers.size());
  for (const auto& handler : kHandlers) names.push_back(handler.first);
  return names;
}

Json ToLambdaError(const Error& error) {
  return JsonObject{{"errorType", ErrorName(error.kind)}, {"errorMessage", error.message}};
}

}  // namespace ecm::lifecycle
