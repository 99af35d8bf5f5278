#include "aws_config/ini_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "aws/sigv4_canonical.h"
#include "base/ascii.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

/// What Python strips of ASCII text.
constexpr std::string_view kSpace = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
/// Where Python's splitlines() parts a value that has no line break of a file within.
constexpr std::string_view kLineEnds = "\n\v\f\x1c\x1d\x1e";
/// Its members stand in every other section that does not have them.
constexpr std::string_view kDefaults = "DEFAULT";

std::string_view StripEnd(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

std::string_view Strip(std::string_view text) {
  text = StripEnd(text);
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

/// Every kind of line end becomes one.
std::string WithPlainLineEnds(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      plain += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      plain += '\n';
    }
  }
  return plain;
}

struct Value {
  unsigned line = 0;
  std::string text;
};

struct Section {
  std::string name;
  unsigned line = 0;
  std::map<std::string, Value> members;
};

class Parser {
 public:
  explicit Parser(const std::string& path) : path_(path) {}

  Result<IniFile> Parse(std::string_view text) {
    for (std::size_t begin = 0; begin < text.size(); ++line_) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      ECM_TRY_VOID(Line(text.substr(begin, end - begin)));
      begin = end + 1;
    }
    return Finish();
  }

 private:
  std::unexpected<Error> Wrong(unsigned line, const std::string& what) const {
    return Fail(ErrorKind::kInvalidJob, fmt::format("{}:{}: {}", path_, line, what));
  }

  Result<void> Line(std::string_view line) {
    const std::string_view content = Strip(line);
    if (content.starts_with('#') || content.starts_with(';')) return {};
    if (content.empty()) {
      if (value_ != nullptr) value_->text += '\n';
      return {};
    }
    const std::size_t indent = line.find_first_not_of(kSpace);
    if (value_ != nullptr && indent > indent_) {
      value_->text += '\n';
      value_->text += content;
      return {};
    }
    indent_ = indent;
    if (const std::size_t end = content.rfind(']');
        content.starts_with('[') && end > 1 && end != std::string_view::npos) {
      return Header(std::string(content.substr(1, end - 1)));
    }
    if (section_ == nullptr) {
      return Wrong(line_, "a line before the first section; begin with one such as [default]");
    }
    return Member(content);
  }

  Result<void> Header(std::string name) {
    value_ = nullptr;
    const auto known = std::ranges::find(sections_, name, &Section::name);
    if (known == sections_.end()) {
      sections_.push_back({.name = std::move(name), .line = line_, .members = {}});
      section_ = &sections_.back();
      return {};
    }
    if (name != kDefaults) {
      return Wrong(line_, fmt::format("the section [{}] stands in line {} already; keep one",
                                      ToOneLine(name), known->line));
    }
    section_ = &*known;
    return {};
  }

  Result<void> Member(std::string_view content) {
    const std::size_t delimiter = content.find_first_of("=:");
    const std::string name = ToLowerAscii(Strip(content.substr(0, delimiter)));
    if (delimiter == std::string_view::npos || name.empty()) {
      // The line itself may be a key that lost its name: it is not repeated.
      return Wrong(line_, "neither a section nor \"name = value\"");
    }
    const auto [member, is_new] = section_->members.try_emplace(name);
    if (!is_new) {
      return Wrong(line_, fmt::format("{} stands in line {} already; keep one", ToOneLine(name),
                                      member->second.line));
    }
    value_ = &member->second;
    *value_ = {.line = line_, .text = std::string(Strip(content.substr(delimiter + 1)))};
    return {};
  }

  Result<void> CheckNested(const std::string& name, const Value& value) const {
    for (std::string_view rest = value.text; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of(kLineEnds), rest.size());
      const std::string_view line = Strip(rest.substr(0, end));
      if (!line.empty() && !line.contains('=')) {
        return Wrong(value.line,
                     fmt::format("a line of {} is not \"name = value\"", ToOneLine(name)));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }

  Result<IniFile> Finish() {
    IniFile file;
    std::map<std::string, Value> defaults;
    for (Section& section : sections_) {
      for (auto& [name, value] : section.members) value.text = StripEnd(value.text);
      if (section.name == kDefaults) defaults = section.members;
    }
    for (Section& section : sections_) {
      if (section.name == kDefaults) continue;
      section.members.insert(defaults.begin(), defaults.end());
      IniSection members;
      for (auto& [name, value] : section.members) {
        if (IsNested(value.text)) ECM_TRY_VOID(CheckNested(name, value));
        members.emplace(name, std::move(value.text));
      }
      file.emplace_back(std::move(section.name), std::move(members));
    }
    return file;
  }

  const std::string& path_;
  unsigned line_ = 1;
  std::list<Section> sections_;  ///< of which section_ names one
  Section* section_ = nullptr;
  Value* value_ = nullptr;  ///< what a deeper line continues
  std::size_t indent_ = 0;
};

}  // namespace

Result<IniFile> ParseIni(std::string_view text, const std::string& path) {
  if (!IsValidUtf8(text)) return Fail(ErrorKind::kInvalidJob, path + ":1: not UTF-8");
  return Parser(path).Parse(WithPlainLineEnds(text));
}

IniSection NestedMembers(std::string_view value) {
  IniSection members;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of(kLineEnds), value.size());
    const std::string_view line = value.substr(0, end);
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
      members.insert_or_assign(std::string(Strip(line.substr(0, equals))),
                               std::string(Strip(line.substr(equals + 1))));
    }
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return members;
}

}  // namespace ecm::aws_config
