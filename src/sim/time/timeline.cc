#include "sim/time/timeline.h"

#include <fmt/format.h>

#include <cstring>

#include "base/text.h"

namespace ecm::sim {

std::uint64_t Scramble(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
  return bits ^ (bits >> 31);
}

std::string ToHex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

void Timeline::MixNumber(std::uint64_t number) { hash_ = Scramble(hash_ ^ number); }

void Timeline::Mix(std::string_view bytes) {
  MixNumber(bytes.size());
  while (!bytes.empty()) {
    // Bytes in a fixed order: the hash is the same on every machine.
    std::uint64_t word = 0;
    const std::size_t taken = std::min<std::size_t>(bytes.size(), 8);
    for (std::size_t i = 0; i < taken; ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    MixNumber(word);
    bytes.remove_prefix(taken);
  }
}

void Timeline::Note(WallTime when, std::string_view who,
                    std::initializer_list<std::string_view> what) {
  MixNumber(static_cast<std::uint64_t>(when.time_since_epoch().count()));
  Mix(who);
  for (const std::string_view part : what) Mix(part);
  if (!keep_text_) return;
  const auto since = (when - start_).count();
  std::string line = fmt::format("+{:02}:{:02}:{:02}.{:03}  {:<18}", since / 3'600'000,
                                 since / 60'000 % 60, since / 1000 % 60, since % 1000, who);
  for (const std::string_view part : what) line += " " + ToOneLine(part);
  lines_.push_back(std::move(line));
}

}  // namespace ecm::sim
