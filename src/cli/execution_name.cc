#include "cli/execution_name.h"

namespace ecm::cli {

std::string NewExecutionName(const Clock& clock, Random& random) {
  std::string stamp = ToIso8601(clock.Wall()).substr(0, 19);
  std::erase_if(stamp, [](char character) { return character == '-' || character == ':'; });
  stamp[stamp.find('T')] = '-';
  return stamp + "-" + RandomText(random, 4, "0123456789abcdef");
}

}  // namespace ecm::cli
