#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ecm {

/// An element of an answer of S3, SNS or STS, as far as they use XML: its own text and its
/// children. Attributes are read over.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<XmlElement> children;
};

/// Reads one document of at most 32 levels. Document types are refused: no answer has one, and
/// attacks do.
Result<XmlElement> ParseXml(std::string_view text);

/// The first element at `path` below `root`, nullptr without one.
const XmlElement* Find(const XmlElement& root, std::initializer_list<std::string_view> path);
/// Its text, "" without one.
std::string TextAt(const XmlElement& root, std::initializer_list<std::string_view> path);

}  // namespace ecm
