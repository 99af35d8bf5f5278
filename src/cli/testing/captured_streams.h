#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "cli/console.h"

namespace ecm::cli {

/// A console that is no terminal, with what was written to each of its streams.
class CapturedStreams {
 public:
  CapturedStreams() : console_(out_, err_, false, false) {}
  CapturedStreams(const CapturedStreams&) = delete;
  CapturedStreams& operator=(const CapturedStreams&) = delete;
  ~CapturedStreams() {
    std::fclose(out_);
    std::fclose(err_);
  }

  Console& console() { return console_; }
  /// What was written since the last call.
  std::string TakeOut() { return Take(out_); }
  std::string TakeErr() { return Take(err_); }

 private:
  static std::string Take(std::FILE* file) {
    std::string text;
    std::array<char, 4096> buffer{};
    std::rewind(file);
    for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), file)) > 0;) {
      text.append(buffer.data(), count);
    }
    std::rewind(file);
    if (ftruncate(fileno(file), 0) != 0) text += "(cannot be emptied)";
    return text;
  }

  std::FILE* out_ = std::tmpfile();
  std::FILE* err_ = std::tmpfile();
  Console console_;
};

}  // namespace ecm::cli
