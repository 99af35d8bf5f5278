#include "aws/xml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace ecm {
namespace {

constexpr std::size_t kMaxDepth = 32;
constexpr std::string_view kSpace = " \t\r\n";

Error NotXml(const char* why) {
  return {ErrorKind::kUnknownOutcome, std::string("the answer is no XML document: ") + why, {}};
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':';
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// "#38", "#x26": its character, nothing for what no document may hold.
std::optional<std::uint32_t> CharacterReference(std::string_view entity) {
  entity.remove_prefix(1);
  const bool is_hex = entity.starts_with('x');
  if (is_hex) entity.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [stop, error] =
      std::from_chars(entity.data(), entity.data() + entity.size(), code, is_hex ? 16 : 10);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (error != std::errc{} || stop != entity.data() + entity.size() || code == 0 ||
      code > 0x10FFFF || is_surrogate) {
    return std::nullopt;
  }
  return code;
}

/// Replaces the entities; false for one that XML does not know.
bool AppendText(std::string& out, std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  while (!text.empty()) {
    const std::size_t at = std::min(text.find('&'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos) return false;
    const std::string_view entity = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    const auto* const known =
        std::ranges::find(kEntities, entity, [](const auto& e) { return e.first; });
    if (known != kEntities.end()) {
      out += known->second;
      continue;
    }
    if (!entity.starts_with('#')) return false;
    const auto code = CharacterReference(entity);
    if (!code) return false;
    AppendUtf8(out, *code);
  }
  return true;
}

/// Goes through the document once; the elements that are still open are on a stack of its own, so
/// that no input decides how deep the program calls itself.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Result<XmlElement> Read() {
    while (!rest_.empty()) {
      const std::size_t at = std::min(rest_.find('<'), rest_.size());
      ECM_TRY_VOID(Text(rest_.substr(0, at)));
      rest_.remove_prefix(at);
      if (!rest_.empty()) ECM_TRY_VOID(Markup());
    }
    if (!open_.empty() || !is_done_) return Fail(NotXml("it ends too early"));
    return std::move(root_);
  }

 private:
  Result<void> Text(std::string_view text) {
    if (open_.empty()) {
      const bool is_blank = text.find_first_not_of(kSpace) == std::string_view::npos;
      return is_blank ? Result<void>() : Fail(NotXml("there is text outside of it"));
    }
    if (!AppendText(open_.back().text, text)) return Fail(NotXml("an unknown entity"));
    return {};
  }

  Result<void> Markup() {
    if (rest_.starts_with("<?")) return Skip("?>");
    if (rest_.starts_with("<!--")) return Skip("-->");
    if (rest_.starts_with("<![CDATA[")) return CharacterData();
    if (rest_.starts_with("<!")) return Fail(NotXml("it has a document type"));
    if (rest_.starts_with("</")) return CloseTag();
    return OpenTag();
  }

  Result<void> Skip(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return Fail(NotXml("it ends too early"));
    rest_.remove_prefix(at + end.size());
    return {};
  }

  Result<void> CharacterData() {
    static constexpr std::string_view kBegin = "<![CDATA[";
    const std::size_t end = rest_.find("]]>");
    if (end == std::string_view::npos) return Fail(NotXml("it ends too early"));
    if (open_.empty()) return Fail(NotXml("there is text outside of it"));
    open_.back().text += rest_.substr(kBegin.size(), end - kBegin.size());
    rest_.remove_prefix(end + 3);
    return {};
  }

  std::string_view Name() {
    const auto end = std::ranges::find_if_not(rest_, IsNameCharacter);
    const std::string_view name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(name.size());
    return name;
  }

  void Space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }

  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool Attribute() {
    if (Name().empty()) return false;
    Space();
    if (!Take("=")) return false;
    Space();
    if (!rest_.starts_with('"') && !rest_.starts_with('\'')) return false;
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  Result<void> OpenTag() {
    rest_.remove_prefix(1);
    const std::string_view name = Name();
    if (name.empty()) return Fail(NotXml("an element without a name"));
    if (is_done_) return Fail(NotXml("there are two of them"));
    if (open_.size() == kMaxDepth) return Fail(NotXml("it is more than 32 levels deep"));
    open_.push_back({std::string(name), {}, {}});
    while (true) {
      const bool is_apart = rest_.find_first_not_of(kSpace) != 0;
      Space();
      if (Take("/>")) {
        Close();
        return {};
      }
      if (Take(">")) return {};
      if (!is_apart || !Attribute()) return Fail(NotXml("an element that is cut off"));
    }
  }

  Result<void> CloseTag() {
    rest_.remove_prefix(2);
    const std::string_view name = Name();
    Space();
    if (!Take(">") || open_.empty() || open_.back().name != name) {
      return Fail(NotXml("its elements do not end as they begin"));
    }
    Close();
    return {};
  }

  void Close() {
    XmlElement closed = std::move(open_.back());
    open_.pop_back();
    if (!open_.empty()) {
      open_.back().children.push_back(std::move(closed));
      return;
    }
    root_ = std::move(closed);
    is_done_ = true;
  }

  std::string_view rest_;
  std::vector<XmlElement> open_;
  XmlElement root_;
  bool is_done_ = false;
};

}  // namespace

Result<XmlElement> ParseXml(std::string_view text) {
  if (!IsValidUtf8(text)) return Fail(NotXml("it is not UTF-8"));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return Reader(text).Read();
}

const XmlElement* Find(const XmlElement& root, std::initializer_list<std::string_view> path) {
  const XmlElement* at = &root;
  for (const std::string_view name : path) {
    const auto found = std::ranges::find(at->children, name, &XmlElement::name);
    if (found == at->children.end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string TextAt(const XmlElement& root, std::initializer_list<std::string_view> path) {
  const XmlElement* const found = Find(root, path);
  return found == nullptr ? std::string() : found->text;
}

}  // namespace ecm
