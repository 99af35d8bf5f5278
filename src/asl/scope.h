#pragma once

#include <cstdint>
#include <string_view>

#include "asl/execution.h"
#include "asl/path.h"

namespace ecm::asl {

/// What `$$` shows.
struct ContextView {
  const Identity* identity = nullptr;
  const Json* execution_input = nullptr;
  WallTime execution_started;
  std::string_view state;
  WallTime state_entered;
  std::int64_t retry_count = 0;
  std::string_view token;  ///< empty: there is no `$$.Task`
};

/// What a path can see.
struct Scope {
  const Json* input = nullptr;
  const ContextView* context = nullptr;
};

/// What stands at the path; nullptr for nothing. `storage` holds what had to be made for it, and
/// must live as long as the answer is used.
const Json* Look(const Path& path, const Scope& scope, Json& storage);

/// The same with an error that names the path.
Result<const Json*> LookOrFail(const Path& path, const Scope& scope, Json& storage);

/// Whether `$$` has something under the path for some execution.
bool IsContextPath(const Path& path);

}  // namespace ecm::asl
