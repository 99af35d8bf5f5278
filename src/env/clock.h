#pragma once

#include "base/time.h"

namespace ecm {

/// The only door to real time. Signing and documents use Wall(); timeouts use Mono().
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Wall() const = 0;
  virtual MonoTime Mono() const = 0;
  virtual void SleepFor(Duration delay) = 0;
};

}  // namespace ecm
