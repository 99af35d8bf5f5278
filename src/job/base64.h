#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ecm {

/// RFC 4648 base64 with its padding; line breaks, as the `base64` program writes them, are skipped.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace ecm
