#include "aws_config/shell_words.h"

namespace ecm::aws_config {
namespace {

/// Reads one word after the other; `at` is the next character.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : text_(text) {}

  bool SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    return at_ < text_.size();
  }

  std::optional<std::string> Word() {
    std::string word;
    while (at_ < text_.size() && !IsSpace(text_[at_])) {
      const char c = text_[at_++];
      if (c == '\\') {
        if (at_ == text_.size()) return std::nullopt;
        word += text_[at_++];
      } else if (c == '"' || c == '\'') {
        if (!Quoted(c, word)) return std::nullopt;
      } else {
        word += c;
      }
    }
    return word;
  }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  bool Quoted(char quote, std::string& word) {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return true;
      }
      if (c == '\\' && quote == '"') {
        if (++at_ == text_.size()) return false;
        c = text_[at_];
        // Between double quotes a backslash is itself unless it hides something.
        if (c != '"' && c != '\\') word += '\\';
      }
      word += c;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> SplitShellWords(std::string_view text) {
  std::vector<std::string> words;
  WordReader reader(text);
  while (reader.SkipSpace()) {
    auto word = reader.Word();
    if (!word) return std::nullopt;
    words.push_back(*std::move(word));
  }
  return words;
}

}  // namespace ecm::aws_config
