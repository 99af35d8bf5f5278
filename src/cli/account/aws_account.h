#pragma once

#include "cli/account/account_commands.h"

namespace ecm::cli {

/// The account that options, environment and shared configuration lead to: over signed HTTP, with
/// the machine's trust roots and proxies. Credentials are looked for with the first call.
/// kInvalidJob for settings that cannot be right and where nobody names a region.
Result<std::unique_ptr<OpenedAccount>> OpenAwsAccount(const AccountOptions& options,
                                                      const Region& region, Context& context);

}  // namespace ecm::cli
