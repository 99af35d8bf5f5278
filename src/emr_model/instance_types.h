#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"

// The instance types that Amazon EMR offers: data/emr/instance_types.json, part of the library and
// read at the first question.

namespace ecm::emr_model {

/// What EC2 says of a type.
struct InstanceHardware {
  std::string architecture;  ///< "X86_64", "AARCH64"
  bool only_64_bits = true;
  std::int64_t vcpus = 0;
  std::int64_t memory_mib = 0;
  std::int64_t storage_gb = 0;  ///< of its own disks together
  std::int64_t disks = 0;
  std::string ebs_optimized;  ///< "default", "supported", "unsupported"
};

struct InstanceType {
  std::string name;
  std::uint64_t regions = 0;                 ///< a bit for each region of the table
  std::optional<InstanceHardware> hardware;  ///< none where EC2 no longer describes the type
};

/// Whether the table has the region.
bool KnowsInstanceTypesOf(const Region& region);
/// In the order of their names; none for a region that the table does not have.
std::vector<const InstanceType*> InstanceTypesIn(const Region& region);
/// Whether EMR is known not to offer the type in the region. A region or a family ("m5") that the
/// table does not have may be newer than it: nothing is known of them.
bool IsKnownNotOffered(const Region& region, std::string_view type);

/// Shape SupportedInstanceType, without what is not known.
JsonObject RenderInstanceType(const InstanceType& type);

}  // namespace ecm::emr_model
