#pragma once

#include <memory>

#include "base/json.h"

namespace ecm {

/// Reads back what this program has written itself: nothing of it is refused that was once
/// accepted, neither its depth nor a log's line that is no UTF-8.
///
/// Reads one text after the other into the same memory: most of the time of reading thousands would
/// go into getting and giving back theirs. So a value is gone with the next one and with its
/// reader; what is to last is copied with a boost::json::storage_ptr of its own.
class OwnJsonReader {
 public:
  OwnJsonReader();
  ~OwnJsonReader();
  OwnJsonReader(const OwnJsonReader&) = delete;
  OwnJsonReader& operator=(const OwnJsonReader&) = delete;

  /// The value before must be gone. kInternal: the text is broken, somebody else has changed it.
  Result<Json> Read(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One text, into memory of its own.
Result<Json> ReadOwnJson(std::string_view text);

}  // namespace ecm
