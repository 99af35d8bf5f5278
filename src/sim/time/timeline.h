#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace ecm::sim {

/// Everything that happened in a world, in order. Its hash stands for all of it: two runs with one
/// hash did the same. The text is kept only for people who want to read it.
class Timeline {
 public:
  Timeline(WallTime start, bool keep_text) : start_(start), keep_text_(keep_text) {}

  /// `who`: "run-1", "run-1 submit#3", "emr"; `what`: the parts of one sentence, joined by blanks.
  void Note(WallTime when, std::string_view who, std::initializer_list<std::string_view> what);
  /// Goes into the hash alone: documents that nobody reads on a timeline.
  void Mix(std::string_view bytes);

  std::uint64_t hash() const { return hash_; }
  /// "+00:12:05.123  run-1  …"
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void MixNumber(std::uint64_t number);

  WallTime start_;
  bool keep_text_;
  std::uint64_t hash_ = 0x9E3779B97F4A7C15ULL;
  std::vector<std::string> lines_;
};

/// Sixteen hexadecimal digits.
std::string ToHex(std::uint64_t hash);
/// A good permutation of 64 bits (the finalizer of splitmix64).
std::uint64_t Scramble(std::uint64_t bits);

}  // namespace ecm::sim
