#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "http/deadline.h"

namespace ecm::http {

enum class IoStatus {
  kDone,
  kEnd,      ///< the peer ended the stream in good order
  kTimeout,  ///< the deadline passed; the stream is as it was
  kBroken,   ///< reset, cut off, or not what TLS allows
};

struct IoResult {
  IoStatus status = IoStatus::kDone;
  std::size_t bytes = 0;
};

/// Bytes both ways on one connection, each call blocking until its deadline. One thread at a time.
class Stream {
 public:
  virtual ~Stream() = default;
  /// At least one byte where kDone.
  virtual IoResult Read(std::span<char> into, const Deadline& deadline) = 0;
  /// All of them where kDone.
  virtual IoResult Write(std::string_view bytes, const Deadline& deadline) = 0;
  /// Nothing came and the peer has not ended it: the next request may use it.
  virtual bool IsQuiet() = 0;
  /// How many bytes the kernel has taken from us so far, whatever they mean.
  virtual std::uint64_t sent() const = 0;
  /// What broke it, for people.
  virtual std::string problem() const = 0;
};

}  // namespace ecm::http
