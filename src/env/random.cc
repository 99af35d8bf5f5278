#include "env/random.h"

#include <fmt/format.h>

namespace ecm {

std::uint64_t UniformBelow(Random& random, std::uint64_t bound) {
  const std::uint64_t unfair = (0 - bound) % bound;  // 2^64 mod bound
  std::uint64_t bits = random.Next();
  while (bits < unfair) bits = random.Next();
  return bits % bound;
}

double UniformUnit(Random& random) { return static_cast<double>(random.Next() >> 11) * 0x1.0p-53; }

std::string RandomText(Random& random, std::size_t length, std::string_view alphabet) {
  std::string text(length, ' ');
  for (char& character : text) character = alphabet[UniformBelow(random, alphabet.size())];
  return text;
}

std::string RandomUuid(Random& random) {
  const std::uint64_t high = (random.Next() & 0xFFFFFFFFFFFF0FFFULL) | 0x4000ULL;
  const std::uint64_t low = (random.Next() & 0x3FFFFFFFFFFFFFFFULL) | 0x8000000000000000ULL;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFFULL);
}

}  // namespace ecm
