#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"

namespace ecm {

/// Reads bytes into the buffer and answers how many; 0 at the end, negative for an error.
using ReadBytes = std::function<long(char* buffer, std::size_t size)>;

/// The last `max_bytes` bytes of what `read` gives, in bounded memory.
Result<std::string> TailOf(const ReadBytes& read, std::size_t max_bytes);
/// The same of its decompressed content; gzip members may follow each other. A stream that is cut
/// off gives what there is: a log may still be being written.
Result<std::string> TailOfGzip(const ReadBytes& read, std::size_t max_bytes);

}  // namespace ecm
