#include "cli/console.h"

#include <fmt/format.h>

#include <algorithm>

namespace ecm::cli {
namespace {

void Write(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace

void Console::Out(std::string_view text) {
  ClearLive();
  Write(out_, text);
  Write(out_, "\n");
  std::fflush(out_);
}

void Console::Err(std::string_view text) {
  ClearLive();
  Write(err_, text);
  Write(err_, "\n");
  std::fflush(err_);
}

void Console::Redraw(const std::string& lines) {
  if (!err_is_terminal_) return;
  ClearLive();
  Write(err_, lines);
  std::fflush(err_);
  live_lines_ = static_cast<std::size_t>(std::ranges::count(lines, '\n'));
}

void Console::ClearLive() {
  // Up to the first live line, then clear to the end of the screen.
  if (live_lines_ > 0) Write(err_, fmt::format("\x1b[{}F\x1b[J", live_lines_));
  live_lines_ = 0;
}

std::string Console::Good(std::string_view text) const { return Coloured("32", text); }

std::string Console::Bad(std::string_view text) const { return Coloured("31", text); }

std::string Console::Coloured(std::string_view code, std::string_view text) const {
  if (!out_is_terminal_) return std::string(text);
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

}  // namespace ecm::cli
