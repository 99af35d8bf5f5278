#pragma once

#include <string_view>

namespace ecm::http {

/// Whether a parser of Beast, not eager, has to wait for more of a chunked body than `held`, what
/// it has not taken yet. Boost 1.81 (basic_parser.ipp, parse_chunk_header) asserts that whoever
/// gives it the last chunk's line twice gives five bytes, those of `0\r\n\r\n`: not so where that
/// chunk is also the first. A body never ends behind fewer, so waiting loses nothing.
template <class Parser>
bool AwaitsChunk(const Parser& parser, std::string_view held) {
  constexpr std::size_t kShortestEnd = 5;
  return held.size() < kShortestEnd && held.starts_with('0') && parser.is_header_done() &&
         parser.chunked();
}

}  // namespace ecm::http
