#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ecm::endpoint::page {

/// `text` for one line of HTML or XML, in an element or a quoted attribute: the five characters of
/// markup escaped, control characters and marks that turn text around made visible.
std::string Escaped(std::string_view text);

/// A name of a tag or an attribute: only what stands in our own source.
class Literal {
 public:
  consteval Literal(const char* text) : text_(text) {}  // NOLINT: a literal is meant to convert
  constexpr std::string_view str() const { return text_; }

 private:
  std::string_view text_;
};

struct Attribute {
  Literal name;
  std::string_view value;
};

/// Writes one HTML document. All text and every attribute value go through Escaped here; elements
/// close in the order in which they were opened.
class Html {
 public:
  using Attributes = std::initializer_list<Attribute>;

  Html& Open(Literal tag, Attributes attributes = {});
  Html& Close();                                        ///< the innermost open element
  Html& Void(Literal tag, Attributes attributes = {});  ///< <meta>, <link>
  Html& Text(std::string_view text);                    ///< one line
  Html& Lines(std::string_view text);                   ///< line breaks and tabs are kept
  Html& Element(Literal tag, std::string_view text, Attributes attributes = {});
  /// Only to places of our own: `path` must begin with one "/"; other links become plain text.
  Html& Link(std::string_view path, std::string_view text, std::string_view label = {});

  /// The document, all elements closed.
  std::string Finish();

 private:
  void Tag(Literal tag, Attributes attributes);

  std::string out_ = "<!doctype html>\n";
  std::vector<Literal> open_;
};

}  // namespace ecm::endpoint::page
