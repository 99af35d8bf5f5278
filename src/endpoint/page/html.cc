#include "endpoint/page/html.h"

#include "base/text.h"

namespace ecm::endpoint::page {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : ToOneLine(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

void Html::Tag(Literal tag, Attributes attributes) {
  out_.append("<").append(tag.str());
  for (const Attribute& attribute : attributes) {
    out_.append(" ").append(attribute.name.str()).append("=\"");
    out_.append(Escaped(attribute.value)).append("\"");
  }
  out_.append(">");
}

Html& Html::Open(Literal tag, Attributes attributes) {
  Tag(tag, attributes);
  open_.push_back(tag);
  return *this;
}

Html& Html::Close() {
  out_.append("</").append(open_.back().str()).append(">");
  // A line break may stand after these without being seen.
  for (const std::string_view block : {"section", "tr", "table", "p", "head", "nav", "div", "dl"}) {
    if (open_.back().str() == block) out_.append("\n");
  }
  open_.pop_back();
  return *this;
}

Html& Html::Void(Literal tag, Attributes attributes) {
  Tag(tag, attributes);
  return *this;
}

Html& Html::Text(std::string_view text) {
  out_.append(Escaped(text));
  return *this;
}

Html& Html::Lines(std::string_view text) {
  while (true) {
    const std::size_t end = text.find_first_of("\n\t");
    std::string_view line = text.substr(0, end);
    const bool at_line_end = end == std::string_view::npos || text[end] == '\n';
    if (at_line_end && line.ends_with('\r')) line.remove_suffix(1);
    out_.append(Escaped(line));
    if (end == std::string_view::npos) return *this;
    out_ += text[end];
    text.remove_prefix(end + 1);
  }
}

Html& Html::Element(Literal tag, std::string_view text, Attributes attributes) {
  return Open(tag, attributes).Text(text).Close();
}

Html& Html::Link(std::string_view path, std::string_view text, std::string_view label) {
  if (!path.starts_with('/') || path.starts_with("//")) return Text(text);
  if (label.empty()) return Element("a", text, {{"href", path}});
  return Element("a", text, {{"href", path}, {"aria-label", label}});
}

std::string Html::Finish() {
  while (!open_.empty()) Close();
  out_ += '\n';
  return std::move(out_);
}

}  // namespace ecm::endpoint::page
