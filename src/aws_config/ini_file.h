#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ecm::aws_config {

/// The members of a section, names in lower case. A value of several lines has line breaks; one
/// that begins with a line break holds nested members, one "name = value" a line.
using IniSection = std::map<std::string, std::string>;

/// In the order in which they stand in the file.
using IniFile = std::vector<std::pair<std::string, IniSection>>;

/// Reads what Python's configparser and botocore's configloader read (facts: their behaviour, with
/// which tests/golden/aws_config compares). `path` is for messages: "PATH:LINE: what is wrong".
Result<IniFile> ParseIni(std::string_view text, const std::string& path);

/// "a = 1\nb = 2" → {"a": "1", "b": "2"}. Only for values that ParseIni accepted.
IniSection NestedMembers(std::string_view value);
inline bool IsNested(std::string_view value) { return value.starts_with('\n'); }

}  // namespace ecm::aws_config
