#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ecm {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// Reads one JSON document: UTF-8, at most 32 levels deep, no member twice in an object, nothing
/// after it, no number beyond a double. An integer that does not fit 64 bits becomes a double (and
/// its digits are lost: a reader that cares must ask for a string).
Result<Json> ParseJson(std::string_view text);

/// Compact, members in the order in which they stand.
std::string ToText(const Json& json);
/// Two spaces, one member a line: for people and golden files.
std::string ToPrettyText(const Json& json);

/// The member at `path`, one key a level; nullptr where a level is missing or not an object.
const Json* Find(const Json& json, std::initializer_list<std::string_view> path);
inline const Json* Find(const Json& json, std::string_view key) { return Find(json, {key}); }

/// The member's value if it is there and of that type.
std::optional<std::string> FindString(const Json& json, std::string_view key);
std::optional<std::int64_t> FindInt(const Json& json, std::string_view key);
std::optional<bool> FindBool(const Json& json, std::string_view key);
/// Integers too.
std::optional<double> FindDouble(const Json& json, std::string_view key);
/// The array, or an empty one.
const JsonArray& FindArray(const Json& json, std::string_view key);

/// The string at `key`, "" where there is none: for answers whose members are all optional.
std::string StringOr(const Json& json, std::string_view key, std::string_view otherwise = {});

/// RFC 7396.
void MergePatch(Json& target, const Json& patch);

/// RFC 6901: "/arguments/0/value" from parent "/arguments/0" and key "value" (escapes ~ and /).
std::string PointerTo(std::string_view parent, std::string_view key);
std::string PointerTo(std::string_view parent, std::size_t index);

}  // namespace ecm
