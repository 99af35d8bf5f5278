#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace ecm::cli {

/// The terminal, or what stands for it: results go to `out`, progress and errors to `err`.
/// Whatever came from outside goes through ToOneLine before it is handed over.
class Console {
 public:
  /// `err_is_terminal`: progress may be redrawn in place and coloured.
  Console(std::FILE* out, std::FILE* err, bool out_is_terminal, bool err_is_terminal)
      : out_(out),
        err_(err),
        out_is_terminal_(out_is_terminal),
        err_is_terminal_(err_is_terminal) {}

  void Out(std::string_view text);  ///< a line
  void Err(std::string_view text);  ///< a line
  /// Replaces the live lines at the bottom of a terminal, each cut to its width; nothing elsewhere.
  void Redraw(const std::vector<std::string>& lines);
  /// Removes the live lines.
  void ClearLive();
  bool err_is_terminal() const { return err_is_terminal_; }

  /// Wraps in colour where `out` is a terminal.
  std::string Good(std::string_view text) const;
  std::string Bad(std::string_view text) const;

 private:
  std::string Coloured(std::string_view code, std::string_view text) const;

  std::FILE* out_;
  std::FILE* err_;
  bool out_is_terminal_;
  bool err_is_terminal_;
  std::size_t live_lines_ = 0;
};

}  // namespace ecm::cli
