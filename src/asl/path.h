#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ecm::asl {

/// A reference path, compiled: `$`, `$.a.b`, `$['a b'][0]`, and the same from `$$`, the context
/// object. It names at most one place (facts: Amazon States Language, Reference Paths).
class Path {
 public:
  enum class Root { kInput, kContext };
  struct Step {
    std::string key;
    std::size_t index = 0;
    bool is_index = false;
  };

  /// `$`
  Path() = default;
  static Result<Path> Parse(std::string_view text);

  Root root() const { return root_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::string& text() const { return text_; }
  /// Whether it is `$`.
  bool IsWholeInput() const { return root_ == Root::kInput && steps_.empty(); }

  /// What stands there in `document`; nullptr for nothing. The first `skip` steps are left out.
  const Json* Follow(const Json& document, std::size_t skip = 0) const;

  /// Puts `value` there, making the objects on the way. False, and nothing changed, if something
  /// on the way is neither an object nor an element that an array has.
  bool Put(Json& document, Json value) const;

 private:
  Root root_ = Root::kInput;
  std::vector<Step> steps_;
  std::string text_ = "$";
};

}  // namespace ecm::asl
