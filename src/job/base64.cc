#include "job/base64.h"

#include <algorithm>
#include <boost/archive/iterators/binary_from_base64.hpp>
#include <boost/archive/iterators/transform_width.hpp>

namespace ecm {
namespace {

bool IsBase64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

}  // namespace

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != '\n' && c != '\r'; });
  if (digits.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < digits.size() && digits[digits.size() - 1 - padding] == '=') {
    ++padding;
  }
  const auto end = digits.end() - static_cast<std::ptrdiff_t>(padding);
  if (!std::all_of(digits.begin(), end, IsBase64)) return std::nullopt;
  std::fill(end, digits.end(), 'A');  // Boost's iterators know no padding: zeros, cut off below

  namespace it = boost::archive::iterators;
  using Bytes = it::transform_width<it::binary_from_base64<std::string::const_iterator>, 8, 6>;
  std::string bytes(Bytes(digits.cbegin()), Bytes(digits.cend()));
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace ecm
