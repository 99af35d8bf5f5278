#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sfn_model/registry.h"

namespace ecm::sfn_model {

asl::Identity IdentityOf(const ExecutionRecord& execution);

/// An execution made again out of its events.
struct Replayed {
  std::unique_ptr<Live> live;  ///< after the events that fit
  std::size_t fitted = 0;
  std::string misfit;  ///< why the next event, or the end, does not fit; "" if all is as it was
};

/// The events of a record that runs must leave it running, those of another one must end it in the
/// same way. An error: nothing of it can be made, not even its start.
Result<Replayed> Replay(const ExecutionRecord& execution, const std::vector<Json>& events);

}  // namespace ecm::sfn_model
