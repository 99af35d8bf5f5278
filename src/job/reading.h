#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "job/problems.h"

namespace ecm {

/// A value and where it stands in what the user wrote.
struct Node {
  const Json* json = nullptr;  ///< never null
  std::string pointer;
};

struct TextRule {
  std::string_view expected;  ///< "a region such as eu-west-1"
  bool (*fits)(std::string_view) = nullptr;
  std::size_t max_length = 256;  ///< characters
  bool may_be_empty = false;
};

struct IntegerRule {
  std::string_view expected;
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// "a string", "a number", …
std::string_view TypeName(const Json& json);

/// Each reader adds a problem and returns nothing where the value is not what was expected.
std::optional<std::string> ReadText(const Node& node, const TextRule& rule, Problems& problems);
/// An integer, or a string of its digits.
std::optional<std::int64_t> ReadInteger(const Node& node, const IntegerRule& rule,
                                        Problems& problems);
/// A string, a 64-bit integer or a boolean as text. Other numbers are refused: 1.10 would arrive as
/// 1.1, and digits of long integers would be lost.
std::optional<std::string> ReadValue(const Node& node, std::size_t max_length, Problems& problems);
const JsonArray* ReadArray(const Node& node, std::string_view of_what, std::size_t max_size,
                           Problems& problems);
const JsonObject* ReadObject(const Node& node, std::string_view of_what, std::size_t max_size,
                             Problems& problems);

/// "unknown member; did you mean 'x'?" for every member that is not in `known`.
void RefuseUnknownMembers(const JsonObject& object, const std::string& pointer,
                          std::span<const std::string_view> known, Problems& problems);

/// The member as a node; a problem ("is missing") where it is not there.
std::optional<Node> RequireMember(const JsonObject& object, const std::string& pointer,
                                  std::string_view key, std::string_view expected,
                                  Problems& problems);
std::optional<Node> FindMember(const JsonObject& object, const std::string& pointer,
                               std::string_view key);

}  // namespace ecm
