#pragma once

#include <string>

#include "base/json.h"
#include "job/job.h"
#include "job/problems.h"

// The readers of the members of a description, grouped by what they are. Each fills what it could
// read into `job` and adds a problem for what it could not. `pointer` is that of `object`.

namespace ecm {

/// Unknown members, and both spellings of one member.
void CheckMemberNames(const JsonObject& object, const std::string& pointer, Problems& problems);

/// Texts and numbers: what runs, on what, for how long.
void ReadPlainFields(const JsonObject& object, const std::string& pointer, Job& job,
                     Problems& problems);

/// `namespace`, `arguments`, `tags`, `spark_conf`: names with values.
void ReadMaps(const JsonObject& object, const std::string& pointer, Job& job, Problems& problems);

/// `spark_packages`, `applications`, `configurations`, `bootstrap_actions`: what EMR gets as it is.
void ReadEmrShapes(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems);

/// `emr_overrides`.
void ReadOverrides(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems);

/// Whether the manager itself sets a tag of that key, or EMR does.
bool IsReservedTag(std::string_view key);

}  // namespace ecm
