#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/time.h"

namespace ecm::local {

/// The driver of a step in cluster deploy mode, which on a cluster is a YARN container of its own:
/// the step's logs then hold only what spark-submit, the client, says (facts: EMR API §7).
struct DriverApplication {
  std::string application;  ///< "application_1767323045123_0001"
  std::string container;    ///< "container_1767323045123_0001_01_000001"
};

/// `since` is when this runner began, as YARN counts applications since its start; from 1.
DriverApplication NameApplication(WallTime since, std::uint64_t number);

/// What the client says when the driver begins and when it has ended; `cause` is the line of the
/// driver's log that tells why it failed, or "". `logs` is where the driver's own logs are.
std::string ClientBegins(WallTime now, const DriverApplication& driver, const std::string& logs);
std::string ClientEnds(WallTime now, const DriverApplication& driver, bool succeeded,
                       const std::string& cause, const std::string& logs);

}  // namespace ecm::local
