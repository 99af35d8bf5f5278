#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace ecm {

/// SHA-256 of something.
using Digest = std::array<unsigned char, 32>;

Digest Sha256(std::string_view bytes);
Digest HmacSha256(std::span<const unsigned char> key, std::string_view text);
/// Lower-case hexadecimal.
std::string ToHex(const Digest& digest);

inline std::string HexSha256(std::string_view bytes) { return ToHex(Sha256(bytes)); }

}  // namespace ecm
