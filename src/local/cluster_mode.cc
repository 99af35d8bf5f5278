#include "local/cluster_mode.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ecm::local {

DriverApplication NameApplication(WallTime since, std::uint64_t number) {
  const std::string id = fmt::format("{}_{:04}", since.time_since_epoch().count(), number);
  return {"application_" + id, "container_" + id + "_01_000001"};
}

std::string ClientBegins(WallTime now, const DriverApplication& driver, const std::string& logs) {
  return fmt::format(
      "{} INFO Client: Submitted application {}: its driver runs on this machine, its logs will be "
      "in {}\n"
      "{} INFO Client: Application report for {} (state: RUNNING)\n",
      ToIso8601(now), driver.application, ToOneLine(logs), ToIso8601(now), driver.application);
}

std::string ClientEnds(WallTime now, const DriverApplication& driver, bool succeeded,
                       const std::string& cause, const std::string& logs) {
  std::string text = fmt::format(
      "{} INFO Client: Application report for {} (state: FINISHED)\n"
      "\t diagnostics: {}\n"
      "\t final status: {}\n"
      "\t logs of the driver: {}\n",
      ToIso8601(now), driver.application, cause.empty() ? "N/A" : ToOneLine(cause),
      succeeded ? "SUCCEEDED" : "FAILED", ToOneLine(logs));
  if (succeeded) return text;
  return text + fmt::format(
                    "Exception in thread \"main\" org.apache.spark.SparkException: Application {} "
                    "finished with failed status{}\n",
                    driver.application, cause.empty() ? "" : ": " + ToOneLine(cause));
}

}  // namespace ecm::local
