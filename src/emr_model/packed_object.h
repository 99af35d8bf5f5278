#pragma once

#include <string>

#include "base/json.h"

namespace ecm::emr_model {

/// A JSON object that is kept for long and read seldom: as text it takes a fifth of the memory.
class PackedObject {
 public:
  PackedObject() = default;
  explicit PackedObject(const JsonObject& object);

  JsonObject Unpack() const;
  /// Replaces the member, or adds it as the last one.
  void Set(std::string_view key, const Json& value);
  bool operator==(const PackedObject&) const = default;

 private:
  std::string text_ = "{}";
};

}  // namespace ecm::emr_model
