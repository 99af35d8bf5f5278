#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace ecm {

/// The only door to chance. The helpers below turn its bits into what is needed, the same way with
/// every standard library (std::uniform_* differ).
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Next() = 0;
};

/// 0 … bound-1, without bias; bound > 0.
std::uint64_t UniformBelow(Random& random, std::uint64_t bound);
/// 0 ≤ x < 1
double UniformUnit(Random& random);
/// `length` characters out of `alphabet`.
std::string RandomText(Random& random, std::size_t length, std::string_view alphabet);
/// A version 4 UUID (RFC 9562).
std::string RandomUuid(Random& random);

/// The same seed gives the same bits everywhere: mt19937_64 is fully specified.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t Next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ecm
