#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "base/text.h"

namespace ecm::cli {
namespace {

void Write(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

/// Of the terminal as it is now: people resize it. A line that wraps would be two to go up.
std::size_t Columns(std::FILE* stream) {
  winsize size{};
  const bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

void Console::Out(std::string_view text) {
  ClearLive();
  Write(out_, text);
  Write(out_, "\n");
  if (std::fflush(out_) != 0 || std::ferror(out_) != 0) lost_output_ = true;
}

void Console::Err(std::string_view text) {
  ClearLive();
  Write(err_, text);
  Write(err_, "\n");
  std::fflush(err_);
}

void Console::Redraw(const std::vector<std::string>& lines) {
  if (!err_is_terminal_) return;
  ClearLive();
  const std::size_t columns = Columns(err_);
  for (const std::string& line : lines) {
    // Bytes are an upper bound of what is shown.
    Write(err_, TruncateUtf8(line, columns - 1) + "\n");
  }
  std::fflush(err_);
  live_lines_ = lines.size();
}

void Console::ClearLive() {
  // Up to the first live line, then clear to the end of the screen.
  if (live_lines_ > 0) Write(err_, fmt::format("\x1b[{}F\x1b[J", live_lines_));
  live_lines_ = 0;
}

std::string Console::Good(std::string_view text) const { return Coloured("32", text); }

std::string Console::Bad(std::string_view text) const { return Coloured("31", text); }

std::string Console::Coloured(std::string_view code, std::string_view text) const {
  if (!out_is_coloured_) return std::string(text);
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

}  // namespace ecm::cli
