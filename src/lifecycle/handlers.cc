#include "lifecycle/handlers.h"

#include <array>

namespace ecm::lifecycle {

Handler FindHandler(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Handler>, 6> kHandlers = {{
      {"submit", Submit},
      {"await", Await},
      {"wake", Wake},
      {"inspect", Inspect},
      {"release", Release},
      {"report", Report},
  }};
  for (const auto& [candidate, handler] : kHandlers) {
    if (candidate == name) return handler;
  }
  return nullptr;
}

Json ToLambdaError(const Error& error) {
  return JsonObject{{"errorType", ErrorName(error.kind)}, {"errorMessage", error.message}};
}

}  // namespace ecm::lifecycle
