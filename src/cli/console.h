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
  /// `out_is_coloured`: a terminal whose owner wants colours. `err_is_terminal`: progress may be
  /// redrawn in place and coloured.
  Console(std::FILE* out, std::FILE* err, bool out_is_coloured, bool err_is_terminal)
      : out_(out),
        err_(err),
        out_is_coloured_(out_is_coloured),
        err_is_terminal_(err_is_terminal) {}

  void Out(std::string_view text);  ///< a line
  void Err(std::string_view text);  ///< a line
  /// Replaces the live lines at the bottom of a terminal, each cut to its width; nothing elsewhere.
  void Redraw(const std::vector<std::string>& lines);
  /// Removes the live lines.
  void ClearLive();
  bool err_is_terminal() const { return err_is_terminal_; }
  /// Whether a result could not be written (a full disk, a reader that went away).
  bool lost_output() const { return lost_output_; }

  /// Wraps in colour where `out` takes it.
  std::string Good(std::string_view text) const;
  std::string Bad(std::string_view text) const;

 private:
  std::string Coloured(std::string_view code, std::string_view text) const;

  std::FILE* out_;
  std::FILE* err_;
  bool out_is_coloured_;
  bool err_is_terminal_;
  std::size_t live_lines_ = 0;
  bool lost_output_ = false;
};

}  // namespace ecm::cli
