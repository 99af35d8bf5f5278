#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "cli/console.h"

namespace ecm::cli {

/// A console whose two streams go to one temporary file.
class CapturedConsole {
 public:
  explicit CapturedConsole(bool terminal) : console_(file_, file_, false, terminal) {}
  CapturedConsole(const CapturedConsole&) = delete;
  CapturedConsole& operator=(const CapturedConsole&) = delete;
  ~CapturedConsole() { std::fclose(file_); }

  Console& get() { return console_; }

  std::string Written() {
    std::array<char, 8192> buffer{};
    if (std::fseek(file_, 0, SEEK_SET) != 0) return "what was written cannot be read";
    return std::string(buffer.data(), std::fread(buffer.data(), 1, buffer.size(), file_));
  }

 private:
  std::FILE* file_ = std::tmpfile();
  Console console_;
};

}  // namespace ecm::cli
